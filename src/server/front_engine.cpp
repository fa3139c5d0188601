// The part of `front` that speaks Engine.IO's HTTP: middleware, the decision of the endpoint, hooks, new sessions, and
// requests for sessions that stand.
#include <atomic>
#include <charconv>
#include <variant>

#include "engineio/outgoing.hpp"
#include "http/query.hpp"
#include "server/engine_user.hpp"
#include "server/front.hpp"
#include "server/handshake_facts.hpp"
#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/server_life.hpp"
#include "server/shard.hpp"
#include "websocket/handshake.hpp"

namespace partyline {

namespace {

engineio::delivery_ref make_open(engineio::endpoint const& endpoint, base::id20 const& sid, engineio::transport via)
{
    return engineio::delivery_ref::make(
        engineio::make_control(engineio::packet_type::open, endpoint.open_packet(sid, via)));
}

/// An answer that comes once, on the front's thread, whatever thread gives it. `given` is set by the first.
template <class Answer, class Then>
std::function<void(Answer)> once_here(std::shared_ptr<mailbox> box, std::shared_ptr<std::atomic_flag> given, Then then)
{
    return [given = std::move(given), box = std::move(box), then = std::move(then)](Answer answer) {
        if (given->test_and_set()) return;
        box->run([then, answer = std::move(answer)](shard& at) mutable { then(at, std::move(answer)); });
    };
}

} // namespace

// --- before the endpoint --------------------------------------------------------------------------------------------

void front::serve_engine(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                         bool is_upgrade)
{
    auto const& core = at.core();
    if (core.options().serve_client && !is_upgrade) {
        auto const rest = request.path().substr(std::min(core.endpoint().path().size(), request.path().size()));
        if (auto const file = client_bundle::file_of(rest); !file.empty()) {
            auto answer = request.method == http::method::get || request.method == http::method::head
                              ? life_.bundle().answer(file, request)
                              : http::response::text(405, "Method Not Allowed\n");
            core.endpoint().add_cors(request, answer.headers);
            return respond(index_, exchange, std::move(answer));
        }
    }
    if (core.middleware.empty()) return decide(at, exchange, request, body, is_upgrade);
    run_middleware(at, exchange, std::make_shared<kept_request const>(keep(exchange, request, body, is_upgrade)), 0);
}

void front::run_middleware(shard& at, net::exchange_id exchange, std::shared_ptr<kept_request const> kept,
                           std::size_t next)
{
    if (!connections_->info(exchange)) return; // gone in the meantime
    auto const& list = at.core().middleware;
    if (next == list.size()) return decide(at, exchange, kept->request, kept->body_view(), kept->is_upgrade);
    auto const given = std::make_shared<std::atomic_flag>();
    auto go_on = once_here<std::optional<http::response>>(
        at.box(), given, [this, exchange, kept, next](shard& here, std::optional<http::response> answer) {
            if (answer) return respond(index_, exchange, *std::move(answer));
            run_middleware(here, exchange, kept, next + 1);
        });
    // one that throws after it has spoken has spoken: the request is on its way, or answered, already
    if (!at.guard("an HTTP middleware", [&] { list[next](kept->call(), go_on); }) && !given->test_and_set())
        refuse(at, exchange, kept->request, engineio::refusal::middleware_failure(), kept->is_upgrade);
}

void front::refuse(shard& at, net::exchange_id exchange, http::request const& request, engineio::refusal const& why,
                   bool is_upgrade)
{
    auto const& core = at.core();
    // a method that a living session does not know is no error of a connection
    if (core.options().on_connection_error && why.bare_status == 0) {
        auto const kept = keep(exchange, request, {}, is_upgrade);
        auto const call = kept.call();
        at.guard("on_connection_error", [&] {
            core.options().on_connection_error({call, static_cast<int>(why.code), why.shown_text(), why.context});
        });
    }
    auto answer = core.endpoint().refuse(why, request, is_upgrade);
    call_header_hooks(at, exchange, request, {}, false, answer.headers);
    respond(index_, exchange, std::move(answer));
}

// --- the decision ---------------------------------------------------------------------------------------------------

void front::decide(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                   bool is_upgrade)
{
    auto decided = at.core().endpoint().verify(request, is_upgrade);
    struct visitor
    {
        front& self;
        shard& at;
        net::exchange_id exchange;
        http::request const& request;
        std::string_view body;
        bool is_upgrade;

        void operator()(engineio::not_ours const&) const { self.serve_other(exchange, request, body); }
        void operator()(engineio::preflight& answer) const
        {
            self.respond(self.index_, exchange, std::move(answer.response));
        }
        void operator()(engineio::refusal const& why) const { self.refuse(at, exchange, request, why, is_upgrade); }
        void operator()(engineio::handshake const& asked) const { self.ask_hook(at, exchange, request, asked); }
        void operator()(engineio::session_request const& asked) const
        {
            if (asked.what != engineio::session_request::kind::probe)
                return self.ask_session(at, exchange, request, body, asked);
            auto const sid = base::id20::parse(asked.sid);
            auto const owner = sid && !at.core().options().generate_id ? base::shard_of(*sid) : at.index();
            self.probe(at, exchange, request, asked, owner < at.core().threads() ? owner : at.index());
        }
    };
    std::visit(visitor{*this, at, exchange, request, body, is_upgrade}, decided);
}

void front::call_header_hooks(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                              bool is_first, http::header_list& headers)
{
    auto const& options = at.core().options();
    if (!options.headers && !(is_first && options.initial_headers)) return;
    auto const* const info = connections_->info(exchange);
    std::string const address = info ? info->remote.host : std::string();
    auto const subject = connections_->certificate_subject(exchange);
    http_call const call{request, body, address, info && info->secure, subject};
    if (is_first && options.initial_headers)
        at.guard("initial_headers", [&] { options.initial_headers(headers, call); });
    if (options.headers) at.guard("headers", [&] { options.headers(headers, call); });
}

engineio::reply_plan front::plan(shard& at, net::exchange_id exchange, http::request const& request,
                                 std::string_view body, bool is_first)
{
    auto made = at.core().endpoint().plan(request);
    call_header_hooks(at, exchange, request, body, is_first, made.headers);
    return made;
}

// --- new sessions ---------------------------------------------------------------------------------------------------

void front::ask_hook(shard& at, net::exchange_id exchange, http::request const& request, engineio::handshake asked)
{
    auto const& hook = at.core().options().allow_request;
    if (!hook) return open_session(at, exchange, request, asked);
    bool const is_upgrade = asked.via == engineio::transport::websocket;
    auto const kept = std::make_shared<kept_request const>(keep(exchange, request, {}, is_upgrade));
    auto answer = once_here<std::optional<std::string>>(
        at.box(), std::make_shared<std::atomic_flag>(),
        [this, exchange, kept, asked](shard& here, std::optional<std::string> refused) {
            if (!connections_->info(exchange)) return;
            if (refused)
                return refuse(here, exchange, kept->request, engineio::refusal::forbidden(*std::move(refused)),
                              kept->is_upgrade);
            open_session(here, exchange, kept->request, asked);
        });
    if (!at.guard("allow_request", [&] { hook(kept->call(), answer); })) answer(std::string());
}

void front::open_session(shard& at, net::exchange_id exchange, http::request const& request, engineio::handshake asked)
{
    auto const& core = at.core();
    bool const is_upgrade = asked.via == engineio::transport::websocket;
    if (auto const why = core.endpoint().check_revision(asked)) return refuse(at, exchange, request, *why, is_upgrade);

    auto sid = base::id20::make(random_.bytes<base::id20::random_bytes>(), at.index());
    if (core.options().generate_id) {
        std::optional<base::id20> made;
        auto const kept = keep(exchange, request, {}, is_upgrade);
        at.guard("generate_id", [&] { made = base::id20::parse(core.options().generate_id(kept.call())); });
        if (!made || at.find_slot(*made))
            return refuse(at, exchange, request, engineio::refusal::id_failure(), is_upgrade);
        sid = *made;
    }
    auto const* const info = connections_->info(exchange);
    if (!info) return;
    auto const* const keep_headers = core.options().keep_headers ? &*core.options().keep_headers : nullptr;
    auto facts = handshake_facts::make(request, info->remote.host, info->secure, wall_clock_ms(), keep_headers,
                                       connections_->certificate_subject(exchange));
    if (is_upgrade) return open_by_websocket(at, exchange, request, sid, std::move(facts));

    auto* const opened = at.open_slot(sid, std::move(facts));
    if (!opened) return respond(index_, exchange, http::response::text(503, "Too many sessions\n"));
    auto how = plan(at, exchange, request, {}, true);
    core.endpoint().add_cookie(how, sid);
    auto const number = next_number();
    awaited_[exchange] = {&at.core(), at.index(), sid, number, true};
    at.expect_answer(number, {index_, exchange, std::move(how)});
    opened->open_polling(make_open(core.endpoint(), sid, asked.via));
    attach_user(*opened);
    opened->receive_poll(static_cast<engineio::exchange_id>(number));
}

void front::open_by_websocket(shard& at, net::exchange_id exchange, http::request const& request, base::id20 const& sid,
                              std::shared_ptr<handshake_request const> facts)
{
    auto* const opened = at.open_slot(sid, std::move(facts));
    if (!opened) return respond(index_, exchange, http::response::text(503, "Too many sessions\n"));
    auto* const link = accept(at, exchange, request, *opened, true);
    if (!link) return at.discard(*opened);
    opened->open_websocket(make_open(at.core().endpoint(), sid, engineio::transport::websocket), *link);
    attach_user(*opened);
}

net::link* front::accept(shard& at, net::exchange_id exchange, http::request const& request, net::link_owner& owner,
                         bool is_first)
{
    auto const& options = at.core().endpoint().options();
    auto const protocols = request.headers.joined("sec-websocket-protocol");
    auto const extensions = request.headers.joined("sec-websocket-extensions");
    auto const connection = request.headers.joined("connection");
    auto answer =
        websocket::accept_upgrade({.method = request.method_text(),
                                   .http_minor = request.minor_version,
                                   .upgrade = request.header("upgrade"),
                                   .connection = connection,
                                   .key = request.header("sec-websocket-key"),
                                   .version = request.header("sec-websocket-version"),
                                   .protocols = protocols,
                                   .extensions = extensions},
                                  options.per_message_deflate ? &options.per_message_deflate->deflate : nullptr);
    if (auto const* const refused = std::get_if<websocket::upgrade_refusal>(&answer)) {
        auto response = http::response::text(refused->status, std::string(refused->reason), "text/html");
        if (auto const colon = refused->header.find(": "); colon != std::string_view::npos)
            response.headers.set(refused->header.substr(0, colon), std::string(refused->header.substr(colon + 2)));
        respond(index_, exchange, std::move(response));
        return nullptr;
    }
    auto& accepted = std::get<websocket::upgrade_answer>(answer);
    http::header_list extra;
    at.core().endpoint().add_cors(request, extra);
    call_header_hooks(at, exchange, request, {}, is_first, extra);
    for (auto const& [name, given] : extra) {
        if (name.find_first_of("\r\n:") != std::string::npos || given.find_first_of("\r\n") != std::string::npos)
            continue;
        accepted.head.append(name).append(": ").append(given).append("\r\n");
    }
    accepted.head += "\r\n";
    auto* const link =
        connections_->accept_websocket(exchange, accepted.head, accepted.deflate, at.link_options(), owner);
    if (link && http::query(request.query()).raw("b64") == "1") link->send_base64();
    return link;
}

// --- a POST, head first ---------------------------------------------------------------------------------------------

void front::begin_post(shard& at, net::exchange_id exchange, http::request const& request)
{
    auto const& core = at.core();
    if (!core.middleware.empty() || request.method != http::method::post) return;
    // one whose length is too great, or not said, is the connection's to refuse before the session hears of it
    std::uint64_t length = 0;
    auto const said = request.header("content-length");
    auto const [end, failed] = std::from_chars(said.data(), said.data() + said.size(), length);
    if (failed != std::errc{} || end != said.data() + said.size() || length > core.options().max_http_buffer_size)
        return;

    auto const decided = core.endpoint().verify(request, false);
    auto const* const asked = std::get_if<engineio::session_request>(&decided);
    if (!asked || asked->what != engineio::session_request::kind::post) return;
    auto* const found = at.find_slot(asked->sid);
    if (!found || core.endpoint().admit(*asked, &found->session())) return;
    auto const number = next_number();
    awaited_[exchange] = {&at.core(), at.index(), found->sid(), number, false, asked->is_octet_stream};
    at.expect_answer(number, {index_, exchange, plan(at, exchange, request, {}, false)});
    found->begin_post(static_cast<engineio::exchange_id>(number), asked->is_octet_stream);
}

void front::finish_post(net::exchange_id, awaited const& begun, std::string_view body)
{
    auto* const owner = begun.core->box(begun.owner)->here();
    auto* const found = owner ? owner->find_slot(begun.sid) : nullptr;
    if (found) found->receive_post(static_cast<engineio::exchange_id>(begun.number), begun.is_octet_stream, body);
}

// --- sessions that stand --------------------------------------------------------------------------------------------

void front::ask_session(shard& at, net::exchange_id exchange, http::request const& request, std::string_view body,
                        engineio::session_request const& asked)
{
    auto& core = at.core();
    auto const sid = base::id20::parse(asked.sid);
    auto owner = sid && !core.options().generate_id ? base::shard_of(*sid) : at.index();
    if (owner >= core.threads()) owner = at.index();

    auto how = plan(at, exchange, request, body, false);
    auto const number = next_number();
    awaited_[exchange] = {&core, owner, sid.value_or(base::id20{}), number,
                          asked.what == engineio::session_request::kind::poll};
    if (owner == at.index()) {
        if (auto const refused = at.receive(asked, number, {index_, exchange, std::move(how)}, body))
            refuse(at, exchange, request, *refused, false);
        return;
    }
    std::string padded(body);
    padded.append(64, '\0');
    auto const kept = std::make_shared<kept_request const>(keep(exchange, request, {}, false));
    core.box(owner)->post(
        [asked, number, where = waiting_exchange{index_, exchange, std::move(how)}, padded = std::move(padded),
         size = body.size(), kept, back = core.box(index_)](shard& other) mutable {
            auto const from = where.exchange;
            auto refused = other.receive(asked, number, std::move(where), std::string_view(padded).substr(0, size));
            if (!refused) return;
            back->post([kept, from, refused = *std::move(refused)](shard& home) {
                home.home().refuse(home, from, kept->request, refused, false);
            });
        },
        body.size());
}

void front::probe(shard& at, net::exchange_id exchange, http::request const& request,
                  engineio::session_request const& asked, std::uint32_t owner)
{
    if (owner == at.index()) return probe_here(at, exchange, request, asked);
    auto moving = connections_->detach(exchange);
    if (!moving) return;
    at.core().box(owner)->post([moving = std::move(moving), request = std::make_shared<http::request const>(request),
                                asked](shard& other) mutable {
        auto& home = other.home();
        auto const arrived = home.connections_->adopt(std::move(moving));
        if (arrived) home.probe_here(other, arrived, *request, asked);
    });
}

void front::probe_here(shard& owner, net::exchange_id exchange, http::request const& request,
                       engineio::session_request const& asked)
{
    auto* const found = owner.find_slot(asked.sid);
    if (auto const why = owner.core().endpoint().admit(asked, found ? &found->session() : nullptr))
        return refuse(owner, exchange, request, *why, true);
    if (!found) return;
    if (auto* const link = accept(owner, exchange, request, *found, false)) found->probe(*link);
}

} // namespace partyline
