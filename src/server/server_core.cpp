#include "server/server_core.hpp"

#include <algorithm>
#include <bit>
#include <thread>

#include "base/wait.hpp"
#include "engineio/outgoing.hpp"
#include "http/url.hpp"
#include "net/random.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

engineio::endpoint_options endpoint_options_of(server_options const& options)
{
    engineio::endpoint_options made;
    made.path = options.path;
    made.add_trailing_slash = options.add_trailing_slash;
    made.session = {.ping_interval = options.ping_interval,
                    .ping_timeout = options.ping_timeout,
                    .upgrade_timeout = options.upgrade_timeout,
                    .max_payload_packets = options.limits.max_packets_per_payload};
    made.max_http_buffer_size = options.max_http_buffer_size;
    auto const has = [&](transport_kind which) {
        return std::find(options.transports.begin(), options.transports.end(), which) != options.transports.end();
    };
    made.transports = {.polling = has(transport_kind::polling), .websocket = has(transport_kind::websocket)};
    made.allow_upgrades = options.allow_upgrades;
    made.sid_cookie = options.session_cookie;
    made.cors = options.cors;
    if (made.cors) {
        if (auto const* asked = std::get_if<cors_origin::predicate>(&made.cors->origin.rule())) {
            // what it throws is a no
            made.cors->origin = cors_origin::predicate([allowed = *asked](std::string_view origin) {
                try {
                    return allowed(origin);
                } catch (...) {
                    return false;
                }
            });
        }
    }
    made.http_compression.reset();
    if (options.http_compression) made.http_compression = options.http_compression->threshold;
    if (auto const& deflate = options.per_message_deflate) {
        auto& to = made.per_message_deflate.emplace();
        to.threshold = deflate->threshold;
        to.deflate.server_takeover =
            deflate->server_context_takeover ? websocket::takeover::as_asked : websocket::takeover::never;
        to.deflate.client_takeover =
            deflate->client_context_takeover ? websocket::takeover::as_asked : websocket::takeover::never;
        if (deflate->server_max_window_bits != 15) to.deflate.server_max_window_bits = deflate->server_max_window_bits;
        if (deflate->client_max_window_bits != 15) to.deflate.client_max_window_bits = deflate->client_max_window_bits;
    }
    if (options.initial_packet) made.initial_packet = *options.initial_packet;
    made.allowed_origins = options.allowed_origins;
    return made;
}

void demand(bool holds, std::string_view otherwise)
{
    if (!holds) throw error(errc::invalid_option, otherwise);
}

void demand_time(std::chrono::milliseconds time, std::string name)
{
    demand(time.count() >= 0, std::move(name.append(" must not be negative")));
}

void check(server_options const& options)
{
    demand(options.ping_interval.count() > 0, "ping_interval must be positive");
    demand(options.ping_timeout.count() > 0, "ping_timeout must be positive");
    // clients have one timer of 32 bits for both
    constexpr std::chrono::milliseconds longest(INT32_MAX);
    demand(options.ping_interval < longest && options.ping_timeout <= longest - options.ping_interval,
           "ping_interval and ping_timeout must be at most 2147483647 ms together");
    demand_time(options.upgrade_timeout, "upgrade_timeout");
    demand_time(options.destroy_upgrade_timeout, "destroy_upgrade_timeout");
    demand_time(options.connect_timeout, "connect_timeout");
    demand_time(options.ack_timeout, "ack_timeout");
    demand_time(options.flush_delay, "flush_delay");
    demand_time(options.slow_turn, "slow_turn");
    demand_time(options.drain_timeout, "drain_timeout");
    demand_time(options.http.headers_timeout, "http.headers_timeout");
    demand_time(options.http.request_timeout, "http.request_timeout");
    demand_time(options.http.keep_alive_timeout, "http.keep_alive_timeout");
    demand_time(options.http.tls_handshake_timeout, "http.tls_handshake_timeout");
    if (options.connection_state_recovery)
        demand_time(options.connection_state_recovery->max_disconnection_duration,
                    "connection_state_recovery.max_disconnection_duration");
    demand(options.max_http_buffer_size > 0, "max_http_buffer_size must be positive");
    demand(options.http.max_header_bytes > 0 && options.http.max_headers > 0,
           "http.max_header_bytes and http.max_headers must be positive");
    demand(options.limits.max_namespaces > 0, "limits.max_namespaces must be positive");
    demand(options.path.starts_with('/') && http::is_request_target(options.path) &&
               options.path.find('?') == std::string::npos,
           "path must begin with \"/\" and be one that can be asked for");
    demand(!options.transports.empty(), "transports must not be empty");
    demand(options.threads < base::id20::max_shards, "threads must be less than 4096");
    demand(!options.generate_id || options.threads == 1,
           "generate_id works with one thread only: with several, an id says which of them owns the session");
    if (auto const& deflate = options.per_message_deflate) {
        auto const bits = [](int n) { return n >= 8 && n <= 15; };
        demand(bits(deflate->server_max_window_bits) && bits(deflate->client_max_window_bits),
               "window bits are 8 to 15");
        demand(deflate->level >= 0 && deflate->level <= 9, "the level of compression is 0 to 9");
    }
}

base::hash_seed draw_seed()
{
    net::random random;
    auto const bytes = random.bytes<16>();
    return std::bit_cast<base::hash_seed>(bytes);
}

std::uint64_t size_of(payload const& event)
{
    std::size_t bytes = event.buffer.size();
    for (auto const& each : event.attachments) bytes += each.size();
    return bytes;
}

// `milliseconds::max()`, which means for ever, becomes ten years.
void cap_times(server_options& options)
{
    for (auto* const time :
         {&options.upgrade_timeout, &options.destroy_upgrade_timeout, &options.connect_timeout, &options.ack_timeout,
          &options.flush_delay, &options.slow_turn, &options.drain_timeout, &options.http.headers_timeout,
          &options.http.request_timeout, &options.http.keep_alive_timeout, &options.http.tls_handshake_timeout})
        *time = base::capped(*time);
    if (auto& recovery = options.connection_state_recovery)
        recovery->max_disconnection_duration = base::capped(recovery->max_disconnection_duration);
}

} // namespace

std::shared_ptr<server_core> server_core::make(server_options options)
{
    check(options);
    cap_times(options);
    auto made = std::shared_ptr<server_core>(new server_core(std::move(options)));
    auto const threads = made->options_.threads == all_cores ? std::max(1U, std::thread::hardware_concurrency())
                                                             : made->options_.threads;
    for (std::size_t i = 0; i < threads; ++i)
        made->boxes_.push_back(
            std::make_shared<mailbox>(made, static_cast<std::uint32_t>(i), threads, made->options_.mailbox_bytes));
    return made;
}

server_core::server_core(server_options options)
    : options_(std::move(options)),
      seed_(draw_seed()),
      names_(seed_, options_.limits.max_dynamic_namespaces),
      queue_limits_{.bytes = options_.send_queue.bytes, .messages = options_.send_queue.messages}
{
    auto endpoint = engineio::endpoint::make(endpoint_options_of(options_));
    if (!endpoint) throw error(endpoint.error(), "session_cookie cannot be written into a header");
    endpoint_.emplace(*std::move(endpoint));
    if (!options_.parser) options_.parser = json_codec();
}

server_core::~server_core() = default;

std::unique_ptr<codec> server_core::make_codec() const
{
    auto const& limits = options_.limits;
    return options_.parser({.max_attachments = limits.max_attachments,
                            .max_depth = limits.max_json_depth,
                            .max_nsp_length = limits.max_nsp_length,
                            .max_event_length = limits.max_event_length,
                            .max_bytes = options_.max_http_buffer_size});
}

shard* server_core::here() const noexcept
{
    for (auto const& each : boxes_)
        if (auto* const mine = each->here()) return mine;
    return nullptr;
}

codec& server_core::codec_here() const
{
    if (auto* const mine = here()) return mine->own_codec();
    return boxes_.front()->codec_here();
}

void server_core::log(log_level level, std::string_view message) const noexcept
{
    if (!options_.log) return;
    try {
        options_.log(level, message);
    } catch (...) { // a sink that throws is not our business, and must not become a client's
    }
}

void server_core::report(std::string_view what, std::exception_ptr thrown) const noexcept
{
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (std::exception const& why) {
        log(log_level::error, std::string(what) + " threw: " + why.what());
    } catch (...) {
        log(log_level::error, std::string(what) + " threw something that is no std::exception");
    }
}

bool server_core::sequence(std::shared_ptr<namespace_state> nsp, base::unique_function<void(sequencer&)> work,
                           std::size_t bytes)
{
    return boxes_.front()->run(
        [nsp = std::move(nsp), work = std::move(work)](shard& first) mutable { work(first.open_sequencer(nsp)); },
        bytes);
}

void server_core::leave(std::shared_ptr<namespace_state> const& nsp)
{
    if (!names_.leave(nsp, options_.cleanup_empty_child_namespaces) || !is_sequenced()) return;
    // posted, not run: whoever let the last socket go may be the namespace's own
    for (auto const& box : boxes_) box->post([nsp](shard& each) { each.close_namespace(*nsp); });
}

bool server_core::goes_round(shard const& here) const noexcept { return is_sequenced() && here.index() != 0; }

bool server_core::go_round(std::shared_ptr<socket_identity const> const& who, mailbox::work job, std::size_t bytes)
{
    return boxes_.front()->post([who, job = std::move(job),
                                 bytes](shard& first) mutable { follow(first, std::move(who), std::move(job), bytes); },
                                bytes);
}

bool server_core::with_adapter(std::shared_ptr<namespace_state> const& nsp, bool local,
                               std::function<void(adapter&)> work)
{
    if (!options_.adapter || local) return false;
    return boxes_.front()->run([nsp, work = std::move(work)](shard& first) {
        if (auto* const others = first.open_sequencer(nsp).adapter())
            first.guard("the adapter", [&] { work(*others); });
    });
}

// --- broadcasting ---------------------------------------------------------------------------------------------------

namespace {

/// The answers of all children of a parent, as those of one broadcast. Thread: the first shard's.
struct family_round
{
    explicit family_round(std::unique_ptr<responses_receiver> to) : receiver(std::move(to)) {}
    std::unique_ptr<responses_receiver> receiver;
    std::size_t missing = 0; // children
    std::size_t expected = 0;
    bool timed_out = false;
};

class family_receiver final : public responses_receiver
{
public:
    explicit family_receiver(std::shared_ptr<family_round> round) : round_(std::move(round)) {}
    void answered(args const& list) override { round_->receiver->answered(list); }
    void done(std::size_t expected, bool timed_out) override
    {
        round_->expected += expected;
        round_->timed_out |= timed_out;
        if (--round_->missing == 0) round_->receiver->done(round_->expected, round_->timed_out);
    }

private:
    std::shared_ptr<family_round> round_;
};

} // namespace

bool server_core::broadcast_to_children(std::shared_ptr<namespace_state> const& parent, payload const& event,
                                        broadcast_options const& to, std::unique_ptr<responses_receiver> receiver)
{
    auto const children = names_.children(parent);
    bool all = true;
    if (!receiver) {
        for (auto const& child : children) all &= broadcast(child, event, to, nullptr);
        return all;
    }
    if (children.empty()) {
        receiver->done(0, false);
        return true;
    }
    // on the first shard, where all of them answer
    auto const round = std::make_shared<family_round>(std::move(receiver));
    round->missing = children.size();
    return boxes_.front()->run(
        [this, round, children, event, to](shard&) {
            for (auto const& child : children) broadcast(child, event, to, std::make_unique<family_receiver>(round));
        },
        size_of(event));
}

bool server_core::broadcast(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options to,
                            std::unique_ptr<responses_receiver> receiver)
{
    if (nsp->is_parent()) return broadcast_to_children(nsp, event, to, std::move(receiver));
    auto const bytes = size_of(event);
    if (receiver) {
        if (!to.flags.timeout) to.flags.timeout = options_.ack_timeout;
        // who waits is told even where the message cannot be queued
        auto const shared = std::make_shared<std::unique_ptr<responses_receiver>>(std::move(receiver));
        bool const queued = sequence(
            nsp,
            [event = std::move(event), to = std::move(to), shared](sequencer& first) mutable {
                first.publish_with_ack(std::move(event), to, std::move(*shared));
            },
            bytes);
        // gone with the server: whoever waits hears `disconnected` when the receiver ends
        if (!queued && *shared && !boxes_.front()->is_closed()) (*shared)->done(0, true);
        return queued;
    }
    if (is_sequenced())
        return sequence(
            nsp,
            [event = std::move(event), to = std::move(to)](sequencer& first) mutable {
                first.publish(std::move(event), to);
            },
            bytes);
    return deliver(nsp, std::move(event), to, std::nullopt, std::nullopt);
}

namespace {

/// Where events are logged, every shard takes note of each, so that it can say how far it has come when a socket is lost.
void deliver_to(shard& at, std::shared_ptr<namespace_state> const& nsp, base::message_ref const& message,
                adapters::selection const& which, engineio::send_flags flags, std::optional<std::uint64_t> offset)
{
    auto* const part = offset ? &at.open_namespace(nsp) : at.find_namespace(*nsp);
    if (part) part->deliver(message, which, flags, offset);
}

} // namespace

namespace {

/// Tells the listeners of outgoing events of each selected socket. By identity: they may end sockets, their own and others.
void tell_outgoing(shard& at, namespace_state const& nsp, adapters::selection const& which, payload const& event)
{
    auto* const part = at.find_namespace(nsp);
    if (!part) return;
    std::vector<std::shared_ptr<socket_identity const>> meant;
    for (auto const* const socket : part->select(which)) meant.push_back(socket->identity);
    for (auto const& who : meant)
        if (auto* const socket = at.find(*who)) at.call_outgoing(*socket->nsp, *socket, event);
}

} // namespace

bool server_core::deliver(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options const& to,
                          std::optional<std::string> const& offset, std::optional<std::uint64_t> offset_number,
                          bool told, base::message_ref* made)
{
    // listeners of outgoing events are told of it for each socket: then, and only then, the payload is kept
    bool const listened = !told && (nsp->has_outgoing_listeners() || !nsp->table()->any_outgoing.empty());
    std::shared_ptr<payload const> heard;
    if (listened) heard = std::make_shared<payload const>(event);

    auto packet =
        codec_here().seal({.type = packet_type::event, .nsp = nsp->name(), .id = {}}, std::move(event), offset);
    auto const message =
        engineio::make_message({std::move(packet.first.buffer), packet.first.begin, packet.first.is_binary},
                               std::move(packet.attachments), to.flags.compress);
    if (made) *made = message;
    auto* const mine = here();
    if (mine) ++mine->statistics().encodings;
    engineio::send_flags const flags{.is_volatile = to.flags.volatile_};
    shared_selection selected;
    bool all = true;
    for (auto const& box : boxes_) {
        if (mine && box.get() == mine->box().get()) {
            adapters::selection const which{to.rooms, to.except};
            if (heard) tell_outgoing(*mine, *nsp, which, *heard);
            deliver_to(*mine, nsp, message, which, flags, offset_number);
            continue;
        }
        if (!selected) selected = std::make_shared<broadcast_options const>(to);
        all &= box->post(
            [nsp, message, selected, flags, offset_number, heard](shard& other) {
                adapters::selection const which{selected->rooms, selected->except};
                if (heard) tell_outgoing(other, *nsp, which, *heard);
                deliver_to(other, nsp, message, which, flags, offset_number);
            },
            message->bytes());
    }
    return all;
}

/// One broadcast with acknowledgements in this process. Touched by the thread of the shard that asked alone.
struct server_core::ack_round
{
    std::function<void(std::size_t)> on_count;
    std::function<void(args)> on_ack;
    std::function<void(bool)> on_end;
    std::size_t shards_missing = 0;
    std::size_t asked = 0;
    std::size_t finished = 0;
    bool timed_out = false;

    void shard_asked(std::size_t sockets)
    {
        asked += sockets;
        --shards_missing;
        if (shards_missing == 0 && on_count) on_count(asked);
        end_if_done();
    }
    void one_answered(args values)
    {
        if (on_ack) on_ack(std::move(values));
        ++finished;
        end_if_done();
    }
    void one_failed(errc why)
    {
        timed_out |= why == errc::timed_out;
        ++finished;
        end_if_done();
    }
    void end_if_done()
    {
        if (shards_missing == 0 && finished >= asked && on_end) std::exchange(on_end, nullptr)(timed_out);
    }
};

namespace {

/// Carries one socket's answer to the round, on the thread where the round lives.
class round_receiver final : public ack_receiver
{
public:
    round_receiver(std::shared_ptr<mailbox> home, std::shared_ptr<server_core::ack_round> round)
        : home_(std::move(home)), round_(std::move(round))
    {}
    void answered(reader&, args const& raw) override
    {
        home_->run([round = round_, values = args(raw)](shard&) mutable { round->one_answered(std::move(values)); });
    }
    void failed(errc why) override
    {
        home_->run([round = round_, why](shard&) { round->one_failed(why); });
    }

private:
    std::shared_ptr<mailbox> home_;
    std::shared_ptr<server_core::ack_round> round_;
};

} // namespace

void server_core::ask(std::shared_ptr<namespace_state> const& nsp, payload event, broadcast_options const& to,
                      std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack,
                      std::function<void(bool)> on_end)
{
    auto const round = std::make_shared<ack_round>();
    round->on_count = std::move(on_count);
    round->on_ack = std::move(on_ack);
    round->on_end = std::move(on_end);
    round->shards_missing = boxes_.size();
    auto const home = here() ? here()->box() : boxes_.front();
    auto const limit = to.flags.timeout.value_or(options_.ack_timeout);
    auto const selected = std::make_shared<broadcast_options const>(to);
    auto const shared = std::make_shared<payload const>(std::move(event));
    for (auto const& box : boxes_) {
        box->run([=, this](shard& at) {
            std::size_t asked = 0;
            auto const id = at.next_ack_id();
            if (nsp->has_outgoing_listeners() || !nsp->table()->any_outgoing.empty())
                tell_outgoing(at, *nsp, {selected->rooms, selected->except}, *shared);
            if (auto* const part = at.find_namespace(*nsp)) {
                auto packet = at.own_codec().seal({.type = packet_type::event, .nsp = nsp->name(), .id = id}, *shared);
                ++at.statistics().encodings;
                auto const item = engineio::delivery_ref::make(
                    engineio::make_message({std::move(packet.first.buffer), packet.first.begin, packet.first.is_binary},
                                           std::move(packet.attachments), selected->flags.compress));
                for (auto* const socket : part->select({selected->rooms, selected->except})) {
                    std::unique_ptr<ack_receiver> receiver = std::make_unique<round_receiver>(home, round);
                    if (!at.expect_ack(*socket, id, receiver, limit)) continue;
                    ++asked;
                    socket->connection->send(item, {.is_volatile = selected->flags.volatile_});
                }
            }
            home->run([round, asked](shard&) { round->shard_asked(asked); });
        });
    }
}

void server_core::for_each_socket(std::shared_ptr<namespace_state> const& nsp, broadcast_options const& to,
                                  std::function<void(shard&, socket_state&)> work)
{
    if (nsp->is_parent()) {
        for (auto const& child : names_.children(nsp)) for_each_socket(child, to, work);
        return;
    }
    auto const selected = std::make_shared<broadcast_options const>(to);
    for (auto const& box : boxes_) {
        box->run([nsp, selected, work](shard& at) {
            auto* const part = at.find_namespace(*nsp);
            if (!part) return;
            // by identity: the work may end sockets, its own and others
            std::vector<std::shared_ptr<socket_identity const>> meant;
            for (auto* const socket : part->select({selected->rooms, selected->except}))
                meant.push_back(socket->identity);
            for (auto const& who : meant)
                if (auto* const socket = at.find(*who)) work(at, *socket);
        });
    }
}

void server_core::fetch_local(std::shared_ptr<namespace_state> const& nsp, broadcast_options const& to,
                              std::function<void(std::vector<socket_description>)> done)
{
    struct gathering
    {
        std::vector<socket_description> found;
        std::size_t missing;
        std::function<void(std::vector<socket_description>)> done;
    };
    auto const home = here() ? here()->box() : boxes_.front();
    auto const all = std::make_shared<gathering>(gathering{{}, boxes_.size(), std::move(done)});
    auto const selected = std::make_shared<broadcast_options const>(to);
    for (auto const& box : boxes_) {
        box->run([=](shard& at) {
            std::vector<socket_description> mine;
            if (auto* const part = at.find_namespace(*nsp)) {
                for (auto* const socket : part->select({selected->rooms, selected->except})) {
                    mine.push_back({std::string(socket->identity->id.view()), socket->identity->handshake.to_value(),
                                    part->rooms_of(*socket),
                                    socket->extras ? socket->extras->data : value(value::object{})});
                }
            }
            home->run([all, mine = std::move(mine)](shard&) mutable {
                for (auto& each : mine) all->found.push_back(std::move(each));
                if (--all->missing == 0) all->done(std::move(all->found));
            });
        });
    }
}

void server_core::refresh(std::shared_ptr<namespace_state> const& changed)
{
    for (auto const& box : boxes_) box->run([changed](shard& at) { at.refresh(*changed); });
}

void server_core::announce_namespace(std::shared_ptr<namespace_state> const& made)
{
    with_adapter(made, false, [](adapter&) {}); // it listens to the others from now on
    std::shared_ptr<new_namespace_listeners const> listeners;
    {
        std::lock_guard const lock(listeners_mutex_);
        listeners = listeners_;
    }
    if (!listeners) return;
    for (auto const& each : *listeners) {
        try {
            each(nsp(shared_from_this(), made));
        } catch (...) {
            report("on_new_namespace", std::current_exception());
        }
    }
}

void server_core::on_new_namespace(std::function<void(nsp)> listener)
{
    std::lock_guard const lock(listeners_mutex_);
    auto changed = listeners_ ? std::make_shared<new_namespace_listeners>(*listeners_)
                              : std::make_shared<new_namespace_listeners>();
    changed->push_back(std::move(listener));
    listeners_ = std::move(changed);
}

void server_core::forget_listeners()
{
    std::shared_ptr<new_namespace_listeners const> gone; // destroyed outside of the lock: it may hold handles
    std::lock_guard const lock(listeners_mutex_);
    listeners_.swap(gone);
}

} // namespace partyline
