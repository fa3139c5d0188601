#include "apps/partyline/connection.hpp"

#include <algorithm>
#include <utility>

#include "apps/partyline/word.hpp"

namespace partyline_tool {

using partyline::client_disconnect_reason;
using partyline::client_error;
using partyline::client_socket;
using partyline::value;

connection::connection(settings const& with, screen& out, ending& end)
    : with_(with), out_(out), end_(end), line_(with.url, options())
{
    if (with.namespaces.empty() || line_.name() != "/") sockets_.push_back(line_);
    for (auto const& each : with.namespaces)
        if (auto const socket = line_.of(each); !find(socket.name())) sockets_.push_back(socket);
}

partyline::client_options connection::options()
{
    auto made = with_.line;
    made.log = [this](partyline::log_level level, std::string_view text) {
        if (level == partyline::log_level::debug) return out_.note(verbosity::packets, text);
        out_.note(level == partyline::log_level::info ? verbosity::verbose : verbosity::normal, text);
    };
    if (with_.talks >= verbosity::packets)
        made.on_packet = [this](partyline::client_packet const& packet) {
            constexpr std::size_t shown = 2'000;
            std::string text(packet.outgoing ? "> " : "< ");
            text += packet.transport == partyline::transport_kind::polling ? "polling   " : "websocket ";
            if (packet.is_binary)
                text += "(" + std::to_string(packet.data.size()) + " bytes)";
            else
                text.append(packet.data.substr(0, shown));
            if (!packet.is_binary && packet.data.size() > shown)
                text += "... (" + std::to_string(packet.data.size()) + " bytes)";
            out_.note(verbosity::packets, text);
        };
    return made;
}

client_socket const* connection::find(std::string_view nsp) const noexcept
{
    auto const found =
        std::find_if(sockets_.begin(), sockets_.end(), [&](auto const& each) { return each.name() == nsp; });
    return found == sockets_.end() ? nullptr : &*found;
}

void connection::open(std::function<void()> ready)
{
    ready_ = std::move(ready);
    watch_line();
    for (auto const& each : sockets_) watch(each);
    for (auto const& each : sockets_) each.connect();
}

void connection::watch_line()
{
    line_.on_open([this] {
        is_open_ = was_open_ = true;
        failures_ = 0;
        out_.life(verbosity::verbose, "open", {{"transport", transport()}},
                  "the connection is open, by " + transport());
        // a server that does not answer to CONNECT keeps nobody waiting for ever
        if (!with_.line.timeout || !ready_) return;
        line_.after(*with_.line.timeout, [this] {
            if (ready_ && is_open_)
                end_.finish(exit_code::unreachable, "the server lets us wait at the door of the namespace");
        });
    });
    line_.on_error([this](client_error const& why) {
        if (!is_open_) return failed(why);
        out_.note(verbosity::normal, "the connection broke: " + describe(why));
    });
    line_.on_close([this](client_disconnect_reason why) {
        is_open_ = false;
        if (why == client_disconnect_reason::forced_close || with_.line.reconnection) return;
        end_.finish(exit_code::lost, "the connection was lost: " + std::string(to_string(why)));
    });
    line_.on_upgrade([this] {
        out_.life(verbosity::verbose, "upgrade", {{"transport", transport()}}, "upgraded to " + transport());
    });
    line_.on_upgrade_error([this](client_error const& why) {
        out_.life(verbosity::verbose, "upgrade_error", {{"message", describe(why)}},
                  "no upgrade to a WebSocket: " + describe(why));
    });
    line_.on_ping([this] { out_.life(verbosity::verbose, "ping", {}, "the server has asked for a sign of life"); });
    line_.on_reconnect_attempt([this](std::size_t attempt) {
        out_.life(verbosity::normal, "reconnect_attempt", {{"attempt", attempt}},
                  "connecting again (attempt " + std::to_string(attempt) + ")");
    });
}

void connection::watch(client_socket const& socket)
{
    socket.on_connect([this, socket] { joined(socket); });
    socket.on_connect_error([this, socket](client_error const& why) {
        if (why.by_server) refused(socket, why);
    });
    socket.on_disconnect(
        [this, socket](client_disconnect_reason why, std::string_view detail) { left(socket, why, detail); });
}

std::string connection::transport()
{
    std::string name;
    line_.statistics().then([&](partyline::result<partyline::client_statistics> const& now) { // here it answers at once
        if (now) name = now->transport;
    });
    return name;
}

void connection::joined(client_socket const& socket)
{
    auto const how = transport();
    out_.life(verbosity::normal, "connect",
              {{"nsp", socket.name()}, {"sid", socket.id()}, {"transport", how}, {"recovered", socket.recovered()}},
              "connected to " + std::string(socket.name()) + " (id " + socket.id() + ", " + how + ")" +
                  (socket.recovered() ? ", and nothing was missed" : ""));
    decide();
}

void connection::refused(client_socket const& socket, client_error const& why)
{
    auto sentence = "the server refuses " + std::string(socket.name()) + ": " + why.message;
    if (!why.data.is_null()) sentence += " " + write_json(why.data);
    bool const is_last = !has_active();
    value::object facts{{"nsp", socket.name()}, {"message", why.message}, {"by_server", true}};
    if (!why.data.is_null()) facts["data"] = why.data;
    if (with_.life_as_json || !is_last) out_.life(verbosity::normal, "connect_error", facts, sentence);
    remember(exit_code::refused);
    if (is_last) return end_.finish(exit_code::refused, sentence);
    decide();
}

void connection::left(client_socket const& socket, client_disconnect_reason why, std::string_view detail)
{
    if (end_.is_over()) return; // we are leaving
    std::string sentence = "disconnected from " + std::string(socket.name()) + ": " + std::string(to_string(why));
    if (!detail.empty()) sentence.append(" (").append(detail).append(")");
    out_.life(verbosity::normal, "disconnect", {{"nsp", socket.name()}, {"reason", to_string(why)}, {"detail", detail}},
              sentence);
    if (!has_active()) end_.finish(exit_code::lost, "the server has ended it");
}

void connection::failed(client_error const& why)
{
    ++failures_;
    auto const sentence = "cannot connect to " + with_.url + ": " + describe(why);
    auto const allowed = with_.attempts ? *with_.attempts : was_open_ ? 0 : 1;
    bool const gives_up = (allowed != 0 && failures_ >= allowed) || !with_.line.reconnection;
    value::object const facts{
        {"message", why.message}, {"by_server", false}, {"status", why.status}, {"detail", describe(why)}};
    if (with_.life_as_json || !gives_up) out_.life(verbosity::normal, "connect_error", facts, sentence);
    constexpr int unauthorized = 401;
    constexpr int forbidden = 403;
    bool const is_denied = why.status == unauthorized || why.status == forbidden;
    if (gives_up)
        end_.finish(was_open_ ? exit_code::lost : is_denied ? exit_code::refused : exit_code::unreachable, sentence);
}

bool connection::has_active() const
{
    return std::any_of(sockets_.begin(), sockets_.end(), [](auto const& each) { return each.active(); });
}

void connection::decide()
{
    if (!ready_ || ++decided_ < sockets_.size()) return;
    std::exchange(ready_, nullptr)();
}

partyline::pending<void> connection::close()
{
    for (auto const& each : sockets_)
        if (says_goodbye_ && each.connected()) each.disconnect();
    return line_.close();
}

void connection::remember(exit_code code) noexcept
{
    if (remembered_ == exit_code::good) remembered_ = code;
}

void connection::finish() { end_.finish(remembered_); }

std::string describe(client_error const& why)
{
    using partyline::errc;
    if (why.status != 0) {
        constexpr int not_found = 404;
        constexpr int ok = 200;
        auto text = "the server answers with HTTP status " + std::to_string(why.status);
        if (why.status == not_found) text += " (is --path right?)";
        if (why.status == ok) text += " where a WebSocket was asked for";
        return text;
    }
    if (why.cause == errc{}) return why.message;
    auto text = why.cause == errc::not_found ? "no such host" : std::string(partyline::describe(why.cause));
    if (!why.detail.empty()) text += " (" + why.detail + ")";
    switch (why.cause) {
    case errc::certificate_untrusted:
        return text + "; --ca FILE names the authority to trust";
    case errc::refused:
        return text + "; does the server run, and on this port?";
    case errc::invalid_http:
        return text + "; is it an HTTP server, and not HTTPS?";
    case errc::invalid_packet:
    case errc::invalid_payload:
    case errc::invalid_handshake:
        return text + "; is that a Socket.IO server of version 3 or 4?";
    case errc::tls_failure:
        return text + "; does it speak TLS, and not plain HTTP?";
    default:
        return text;
    }
}

} // namespace partyline_tool
