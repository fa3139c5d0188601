#include "line.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "options.hpp"

namespace driver {

using partyline::args;
using partyline::client_disconnect_reason;
using partyline::client_error;
using partyline::client_socket;
using std::chrono::milliseconds;

namespace {

value described(client_error const& why)
{
    return value::object{
        {"message", why.message},     {"data", why.data},
        {"by_server", why.by_server}, {"cause", why.cause == partyline::errc{} ? value() : value(describe(why.cause))},
        {"status", why.status},       {"detail", why.detail}};
}

} // namespace

line::line(std::string name, value const& wanted, printer& out, host_names& names) : name_(std::move(name)), out_(out)
{
    auto options = options_of(wanted["options"]);
    options.auth = auth_of(wanted["options"]);
    if (wanted["options"]["resolver"] == value(true))
        options.resolver = [this, &names](std::string host, std::function<void(std::vector<std::string>)> answer) {
            heard("", "lookup", {{"host", host}});
            answer(names.find(host));
        };
    auto const* const url = wanted["url"].as_string();
    client_ = std::make_shared<partyline::client>(url ? *url : "", std::move(options));
    listen_to_connection();
}

/// Fixed, or by one of the three kinds of function, which add how often they were asked.
partyline::client_auth line::auth_of(value const& wanted)
{
    auto const* const by = wanted["auth_by"].as_string();
    if (!by) return wanted["auth"];
    auto const next = [this, fixed = wanted["auth"]] {
        auto made = fixed;
        made["asked"] = ++auth_asked_;
        return made;
    };
    if (*by == "function") return next;
    if (*by == "reply") return [next](partyline::client_auth::reply const& give) { give(next()); };
    return [this, next]() -> partyline::task<value> {
        co_await whole()->sleep(milliseconds(5));
        co_return next();
    };
}

std::shared_ptr<partyline::client> line::whole() const
{
    std::lock_guard const lock(mutex_);
    if (!client_) throw std::invalid_argument("driver: the client is gone");
    return client_;
}

void line::destroy()
{
    std::unique_lock lock(mutex_);
    auto const gone = std::move(client_);
    lock.unlock();
}

client_socket const& line::at(std::string_view nsp)
{
    auto found = sockets_.find(nsp);
    if (found == sockets_.end()) {
        auto socket = nsp.empty() ? static_cast<client_socket const&>(*whole()) : whole()->of(nsp);
        listen_to(socket);
        found = sockets_.emplace(nsp, std::move(socket)).first;
    }
    return found->second;
}

void line::declare(client_socket const& to, std::string const& event, value const& how)
{
    auto const make_answer = [how](args const& all) {
        return how["echo"] == value(true)
                   ? all
                   : args::from(how["answer"].as_array() ? *how["answer"].as_array() : value::array());
    };
    bool const answers = how["echo"] == value(true) || how["answer"].is_array();
    auto const later = how["later"].as_int64();
    auto const handler = [this, make_answer, answers, later](args const& all, partyline::ack<args> reply) {
        if (!answers) return;
        if (later)
            whole()->after(milliseconds(*later), [made = make_answer(all), reply] { reply(made); });
        else
            reply(make_answer(all));
    };
    if (how["once"] == value(true))
        to.once(event, handler);
    else
        to.on(event, handler);
}

void line::listen_to(client_socket const& to)
{
    std::string const nsp(to.name());
    to.on_any([this, nsp](std::string_view event, args const& all) {
        heard(nsp, "event", {{"event", event}, {"args", all.values()}});
    });
    to.on_any_outgoing([this, nsp](std::string_view event, args const&) { heard(nsp, "sent", {{"event", event}}); });
    to.on_connect([this, nsp, to] { heard(nsp, "connect", {{"id", to.id()}, {"recovered", to.recovered()}}); });
    to.on_connect_error([this, nsp](client_error const& why) {
        heard(nsp, "connect_error", {{"error", described(why)}});
    });
    to.on_disconnect([this, nsp, to](client_disconnect_reason why, std::string_view description) {
        heard(nsp, "disconnect", {{"reason", to_string(why)}, {"description", description}, {"active", to.active()}});
    });
}

void line::listen_to_connection()
{
    client_->on_open([this] { heard("", "open"); });
    client_->on_close([this](client_disconnect_reason why, std::string_view description) {
        heard("", "close", {{"reason", to_string(why)}, {"description", description}});
    });
    client_->on_error([this](client_error const& why) { heard("", "error", {{"error", described(why)}}); });
    client_->on_ping([this] { heard("", "ping"); });
    client_->on_reconnect([this](std::size_t attempt) { heard("", "reconnect", {{"attempt", attempt}}); });
    client_->on_reconnect_attempt([this](std::size_t attempt) {
        heard("", "reconnect_attempt", {{"attempt", attempt}});
    });
    client_->on_reconnect_error([this](std::string_view why) { heard("", "reconnect_error", {{"message", why}}); });
    client_->on_reconnect_failed([this] { heard("", "reconnect_failed"); });
}

void line::heard(std::string_view nsp, std::string_view what, value::object facts)
{
    facts["client"] = name_;
    facts["nsp"] = nsp;
    facts["heard"] = what;
    out_.print(facts);
}

} // namespace driver
