#include "server/front.hpp"

#include <chrono>

#include "server/server_core.hpp"
#include "server/server_life.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

net::http_options http_options_of(server_options const& options)
{
    auto const& limits = options.http;
    net::http_options made;
    if (options.per_message_deflate) made.deflate.level = options.per_message_deflate->level;
    made.headers = limits.headers_timeout;
    made.request = limits.request_timeout;
    made.keep_alive = limits.keep_alive_timeout;
    made.tls_handshake = limits.tls_handshake_timeout;
    made.head.header_bytes = static_cast<std::uint32_t>(limits.max_header_bytes);
    made.head.header_count = static_cast<std::uint32_t>(limits.max_headers);
    return made;
}

} // namespace

front::front(server_life& life, std::uint32_t index)
    : life_(life),
      index_(index),
      loop_(*this, {.slow_turn = life.root()->options().slow_turn}),
      http_options_(http_options_of(life.root()->options())),
      connections_(std::make_unique<net::connections>(loop_, *this, http_options_))
{}

front::~front() = default;

std::int64_t front::wall_clock_ms() const noexcept
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void front::listen(std::shared_ptr<net::listening_socket const> socket, net::tls_context const* tls)
{
    listeners_.push_back(std::make_unique<net::listener>(loop_, *connections_, std::move(socket), tls));
}

void front::stop_listening()
{
    for (auto& each : listeners_) loop_.retire(std::move(each));
    listeners_.clear();
}

void front::shut_down(bool discard)
{
    for (auto* const each : shards_) each->shut_down(discard);
}

void front::stop_when_empty(net::time_point at_last)
{
    if (connections_->size() == 0 || loop_.now() >= at_last) return loop_.stop();
    shards_.front()->after(std::chrono::milliseconds(10), [this, at_last] { stop_when_empty(at_last); });
}

// --- turns ----------------------------------------------------------------------------------------------------------

void front::on_wake()
{
    for (auto* const each : shards_) each->on_wake();
}

void front::on_turn_end()
{
    for (auto* const each : shards_) each->on_turn_end();
    if (auto const dropped = loop_.counters().dropped_bytes; dropped != dropped_bytes_)
        shards_.front()->has_let_go(dropped - std::exchange(dropped_bytes_, dropped));
}

void front::on_slow_turn(std::chrono::nanoseconds took)
{
    life_.root()->log(log_level::warning, "a turn of thread " + std::to_string(index_) + " took " +
                                              std::to_string(took.count() / 1'000'000) + " ms");
}

// --- answers --------------------------------------------------------------------------------------------------------

void front::respond(std::uint32_t at, net::exchange_id exchange, http::response response)
{
    if (at == index_) {
        awaited_.erase(exchange);
        connections_->respond(exchange, std::move(response));
        return;
    }
    life_.root()->box(at)->post([exchange, response = std::move(response)](shard& other) mutable {
        other.home().respond(other.home().index(), exchange, std::move(response));
    });
}

void front::abort(std::uint32_t at, net::exchange_id exchange)
{
    if (at == index_) {
        awaited_.erase(exchange);
        connections_->abort(exchange);
        return;
    }
    life_.root()->box(at)->post([exchange](shard& other) { other.home().abort(other.home().index(), exchange); });
}

// --- requests -------------------------------------------------------------------------------------------------------

shard* front::owner_of(http::request const& request) const noexcept
{
    for (auto* const each : shards_)
        if (each->core().endpoint().owns(request)) return each;
    return nullptr;
}

kept_request front::keep(net::exchange_id exchange, http::request const& request, std::string_view body,
                         bool is_upgrade) const
{
    auto const* const info = connections_->info(exchange);
    kept_request kept{request,
                      std::string(body),
                      body.size(),
                      info ? info->remote.host : std::string(),
                      info && info->secure,
                      is_upgrade,
                      connections_->certificate_subject(exchange)};
    kept.body.append(64, '\0');
    return kept;
}

std::uint64_t front::on_head(net::exchange_id exchange, http::request const& request)
{
    auto* const at = owner_of(request);
    if (!at) return life_.root()->options().http.max_body;
    begin_post(*at, exchange, request);
    return at->core().options().max_http_buffer_size;
}

void front::on_request(net::exchange_id exchange, http::request const& request, std::string_view body)
{
    if (auto const begun = awaited_.find(exchange); begun != awaited_.end())
        return finish_post(exchange, begun->second, body);
    if (auto* const at = owner_of(request)) return serve_engine(*at, exchange, request, body, false);
    serve_other(exchange, request, body);
}

void front::on_upgrade(net::exchange_id exchange, http::request const& request)
{
    if (auto* const at = owner_of(request)) return serve_engine(*at, exchange, request, {}, true);
    auto& first = *shards_.front();
    auto const& options = first.core().options();
    // nobody here speaks it: the connection is ended after a while, as the official server does
    if (options.destroy_upgrade)
        first.after(options.destroy_upgrade_timeout, [this, exchange] { connections_->abort(exchange); });
}

void front::on_aborted(net::exchange_id exchange)
{
    auto const found = awaited_.find(exchange);
    if (found == awaited_.end()) return;
    auto const lost = std::move(found->second);
    awaited_.erase(found);
    lost.core->box(lost.owner)->run([sid = lost.sid, number = lost.number, is_poll = lost.is_poll](shard& owner) {
        auto const id = static_cast<engineio::exchange_id>(number);
        owner.exchange_lost(id);
        if (auto* const session = owner.find_slot(sid)) session->exchange_aborted(id, is_poll);
    });
}

http::response front::refusal(int status, http::request const* head)
{
    if (head) {
        if (auto const* const at = owner_of(*head)) {
            if (status == 413) return at->core().endpoint().too_big(*head);
        }
    }
    return net::http_host::refusal(status, head);
}

void front::serve_other(net::exchange_id exchange, http::request const& request, std::string_view body)
{
    auto const& handlers = life_.http_handlers();
    if (!handlers.empty()) {
        auto const* const info = connections_->info(exchange);
        std::string const address = info ? info->remote.host : std::string();
        auto const subject = connections_->certificate_subject(exchange);
        http_call const call{request, body, address, info && info->secure, subject};
        for (auto const& each : handlers) {
            http_answer const answer([box = life_.root()->box(index_), exchange](http::response response) {
                box->run([exchange, response = std::move(response)](shard& at) mutable {
                    at.home().respond(at.home().index(), exchange, std::move(response));
                });
            });
            bool taken = false;
            if (!shards_.front()->guard("on_http", [&] { taken = each(call, answer); }))
                return answer(http::response::text(500, "Internal Server Error\n"));
            if (taken) return;
            answer.forgo();
        }
    }
    serve_file_or_nothing(exchange, request);
}

void front::serve_file_or_nothing(net::exchange_id exchange, http::request const& request)
{
    for (auto const& each : life_.files())
        if (auto found = each.answer(request)) return respond(index_, exchange, *std::move(found));
    respond(index_, exchange, http::response::text(404, "Not Found\n"));
}

} // namespace partyline
