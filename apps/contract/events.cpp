// The events of the contract, one handler each. Wrong arguments do no harm: they fit no handler and are dropped.
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

#include "contract.hpp"
#include "sha1.hpp"

#include <partyline/struct.hpp>

using partyline::ack;
using partyline::args;
using partyline::binary;
using partyline::broadcast;
using partyline::nsp;
using partyline::server;
using partyline::socket;
using partyline::task;
using partyline::value;
using std::chrono::milliseconds;

namespace {

using value_list = std::vector<value>;

value_list list_of(std::optional<value> const& given)
{
    if (!given || given->is_null()) return {};
    if (auto const* const many = given->as_array()) return *many;
    return {*given};
}

std::vector<std::string> names_of(value const& given)
{
    std::vector<std::string> names;
    for (auto const& each : list_of(given))
        if (auto const* const text = each.as_string()) names.push_back(*text);
    return names;
}

// --- who is meant ---------------------------------------------------------------------------------------------------

struct spec
{
    std::optional<std::string> from;
    std::optional<std::string> nsp;
    value to;
    value except;
    std::optional<bool> volatile_;
    std::optional<bool> local;
    std::optional<bool> compress;
    std::optional<std::int64_t> timeout;
};

/// Read by hand: `volatile` is no name that a struct's member could have.
spec spec_of(value const& given)
{
    auto const flag = [&](std::string_view name) -> std::optional<bool> {
        auto const found = given[name].as_bool();
        return found ? std::optional<bool>(*found) : std::nullopt;
    };
    auto const text = [&](std::string_view name) -> std::optional<std::string> {
        auto const* const found = given[name].as_string();
        return found ? std::optional<std::string>(*found) : std::nullopt;
    };
    auto const timeout = given["timeout"].as_int64();
    return {.from = text("from"),
            .nsp = text("nsp"),
            .to = given["to"],
            .except = given["except"],
            .volatile_ = flag("volatile"),
            .local = flag("local"),
            .compress = flag("compress"),
            .timeout = timeout ? std::optional<std::int64_t>(*timeout) : std::nullopt};
}

broadcast selected(server& io, socket const& sender, spec const& which)
{
    auto const where = which.nsp ? io.of(*which.nsp) : sender.nsp();
    auto chosen = which.from == "socket" ? sender.broadcast() : where.except(std::vector<std::string>{});
    if (auto const rooms = names_of(which.to); !rooms.empty()) chosen = chosen.to(rooms);
    if (auto const rooms = names_of(which.except); !rooms.empty()) chosen = chosen.except(rooms);
    if (which.volatile_.value_or(false)) chosen = chosen.volatile_();
    if (which.local.value_or(false)) chosen = chosen.local();
    if (which.compress) chosen = chosen.compress(*which.compress);
    if (which.timeout) chosen = chosen.timeout(milliseconds(*which.timeout));
    return chosen;
}

// --- what a socket carries ------------------------------------------------------------------------------------------

/// The last names of events in one direction.
struct event_names
{
    std::vector<std::string> seen;
    std::vector<std::string> sent;

    static void remember(std::vector<std::string>& list, std::string_view event)
    {
        if (list.size() == 1'000) list.erase(list.begin());
        list.emplace_back(event);
    }
    static value as_value(std::vector<std::string> const& list)
    {
        value_list all(list.begin(), list.end());
        return all;
    }
};

/// What the whole process remembers; handlers of several threads write it.
struct shared_notes
{
    std::mutex mutex;
    std::map<std::string, int> attempts;
    std::map<std::string, value> disconnects;
    std::vector<std::string> disconnect_order;
    value_list server_notes;
};

shared_notes& notes()
{
    static shared_notes all;
    return all;
}

// --- descriptions ---------------------------------------------------------------------------------------------------

value described(value const& given)
{
    if (auto const* const bytes = given.as_binary())
        return value::object{{"$bin", bytes->size()}, {"sha1", sha1_hex(*bytes)}};
    if (auto const* const list = given.as_array()) {
        value_list all;
        for (auto const& each : *list) all.push_back(described(each));
        return all;
    }
    if (auto const* const object = given.as_object()) {
        value::object all;
        for (auto const& [name, each] : *object) all[name] = described(each);
        return all;
    }
    return given;
}

value described(socket const& s)
{
    auto all = s.handshake().to_value();
    all["id"] = s.id();
    all["nsp"] = s.nsp().name();
    return all;
}

value described(partyline::remote_socket const& found)
{
    auto rooms = found.rooms;
    std::sort(rooms.begin(), rooms.end());
    return value::object{{"id", found.id},
                         {"rooms", value_list(rooms.begin(), rooms.end())},
                         {"data", found.data},
                         {"auth", found.handshake["auth"]}};
}

value sorted_rooms(socket const& s)
{
    auto rooms = s.rooms();
    std::sort(rooms.begin(), rooms.end());
    return value_list(rooms.begin(), rooms.end());
}

// --- the groups of events -------------------------------------------------------------------------------------------

void declare_answers(server& io, nsp const& here)
{
    here.on("echo", [](socket s, args all, ack<args> reply) {
        if (reply)
            reply(all);
        else
            s.emit("echo", all);
    });
    here.on("inspect", [](args all) { return described(value(all.values())); });
    here.on("no-ack", [] {});
    here.on("ack-later", [&io](std::int64_t ms, std::optional<value> given) -> task<value> {
        co_await io.sleep(milliseconds(std::clamp<std::int64_t>(ms, 0, 10'000)));
        co_return given.value_or(value());
    });
    here.on("ack-twice", [](value given, ack<value> reply) {
        reply(given);
        reply(given);
    });
    here.on("flaky", [](std::string key, int n, ack<value> reply) {
        int count = 0;
        {
            std::lock_guard const lock(notes().mutex);
            count = ++notes().attempts[key];
        }
        if (count >= n) reply(value::object{{"attempts", count}});
    });
    here.on(
        "ask-me",
        [](socket s, std::string event, std::optional<value> list, std::optional<std::int64_t> timeout) -> task<value> {
            auto const all = args::from(list_of(list));
            auto const limit = milliseconds(timeout.value_or(0) > 0 ? *timeout : 86'400'000);
            auto const answer = co_await as_result(s.timeout(limit).emit_with_ack<args>(event, all));
            if (!answer)
                co_return value::object{{"ok", false},
                                        {"error", answer.error() == partyline::errc::timed_out
                                                      ? "timeout"
                                                      : std::string(describe(answer.error()))}};
            co_return value::object{{"ok", true}, {"args", answer->values()}};
        });
    here.on("big", [](std::string kind, std::size_t size) -> value {
        size = std::min<std::size_t>(size, 100'000'000);
        if (kind == "text") return std::string(size, 'x');
        return binary(std::vector<std::byte>(size, std::byte{0xab}));
    });
    here.on("emit-back", [](socket s, value options, std::string event, std::optional<value> list) {
        auto how = s.compress(options["compress"].as_bool() ? *options["compress"].as_bool() : true);
        if (options["volatile"] == value(true)) how = how.volatile_();
        auto const count = options["count"].as_int64();
        auto all = list_of(list);
        if (!count) how.emit(event, args::from(all));
        for (std::int64_t i = 0; count && i < *count; ++i) how.emit(event, args::from(all), i);
        return value::object{{"done", true}};
    });
}

void declare_rooms(server& io, nsp const& here)
{
    here.on("join", [](socket s, value rooms) {
        s.join(names_of(rooms));
        return args();
    });
    here.on("leave", [](socket s, std::string room) {
        s.leave(room);
        return args();
    });
    here.on("rooms", [](socket s) { return sorted_rooms(s); });
    here.on("broadcast", [&io](socket s, value given, std::string event, std::optional<value> list) -> task<value> {
        auto const which = spec_of(given);
        auto const to = selected(io, s, which);
        auto const all = args::from(list_of(list));
        if (!which.timeout) {
            to.emit(event, all);
            co_return value::object{{"done", true}};
        }
        auto const answers = co_await to.emit_with_ack<value>(event, all);
        co_return value::object{{"err", answers.timed_out}, {"responses", answers.answers}};
    });
    here.on("fetch-sockets", [&io](socket s, value given) -> task<value> {
        auto const found = co_await as_result(selected(io, s, spec_of(given)).fetch_sockets());
        if (!found) co_return value::object{{"ok", false}, {"error", std::string(describe(found.error()))}};
        auto sorted = *found;
        std::sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
        value_list all;
        for (auto const& each : sorted) all.push_back(described(each));
        co_return value::object{{"ok", true}, {"sockets", std::move(all)}};
    });
    here.on("sockets-join", [&io](socket s, value given, value rooms) {
        selected(io, s, spec_of(given)).sockets_join(names_of(rooms));
        return args();
    });
    here.on("sockets-leave", [&io](socket s, value given, value rooms) {
        selected(io, s, spec_of(given)).sockets_leave(names_of(rooms));
        return args();
    });
    here.on("disconnect-sockets", [&io](socket s, value given, std::optional<bool> close, ack<> reply) {
        reply();
        selected(io, s, spec_of(given)).disconnect_sockets(close.value_or(false));
    });
}

void declare_self(nsp const& here, std::string const& server_id)
{
    here.on("handshake", [](socket s) { return described(s); });
    here.on("whoami", [server_id](socket s) {
        return value::object{{"serverId", server_id},
                             {"id", s.id()},
                             {"recovered", s.recovered()},
                             {"data", s.data()},
                             {"transport", s.transport()}};
    });
    here.on("set-data", [](socket s, std::map<std::string, value> given) {
        for (auto const& [name, each] : given) s.data()[name] = each;
        return s.data();
    });
    here.on_any([](socket s, std::string_view event, args const&) {
        event_names::remember(s.data<event_names>().seen, event);
    });
    here.on_any_outgoing([](socket s, std::string_view event, args const&) {
        event_names::remember(s.data<event_names>().sent, event);
    });
    here.on("seen", [](socket s) { return event_names::as_value(s.data<event_names>().seen); });
    here.on("sent", [](socket s) { return event_names::as_value(s.data<event_names>().sent); });

    here.use_event([](socket, partyline::incoming_event& event, partyline::next go_on) {
        if (event.name == "mw-reject")
            return go_on(
                partyline::refusal("rejected by middleware", value::object{{"event", "mw-reject"}, {"code", 42}}));
        if (auto const text = event.arguments.get<std::string>(0); event.name == "mw-rewrite" && text) {
            std::string upper = *text;
            std::transform(upper.begin(), upper.end(), upper.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            event.arguments = args::of(upper);
        }
        go_on();
    });
    here.on("mw-rewrite", [](std::string text) { return text; });
    here.on("mw-reject", [] {});
    here.on_error([](socket s, partyline::refusal const& why) {
        s.emit("mw-error", value::object{{"message", why.what()}, {"data", why.data()}});
    });

    here.on("disconnect-me", [](socket s, std::optional<bool> close) { s.disconnect(close.value_or(false)); });
    here.on_disconnecting([](socket s, partyline::disconnect_reason why) {
        std::string const id(s.id());
        value entry = value::object{{"reason", to_string(why)}, {"rooms", sorted_rooms(s)}};
        std::lock_guard const lock(notes().mutex);
        notes().disconnects[id] = std::move(entry);
        notes().disconnect_order.push_back(id);
        if (notes().disconnect_order.size() > 10'000) {
            notes().disconnects.erase(notes().disconnect_order.front());
            notes().disconnect_order.erase(notes().disconnect_order.begin());
        }
    });
    here.on("disconnect-log", [](std::string id) {
        std::lock_guard const lock(notes().mutex);
        auto const found = notes().disconnects.find(id);
        return found == notes().disconnects.end() ? value() : found->second;
    });
}

void declare_server_events(nsp const& here, std::string const& server_id)
{
    here.on_server_event("note", [name = std::string(here.name())](args const& all, std::function<void(value)>) {
        std::lock_guard const lock(notes().mutex);
        notes().server_notes.push_back(value::object{{"nsp", name}, {"args", all.values()}});
    });
    here.on_server_event("question", [server_id](args const& all, std::function<void(value)> const& answer) {
        answer(value::object{{"serverId", server_id}, {"args", all.values()}});
    });
    here.on("server-emit", [here](std::optional<value> list) {
        here.server_side_emit("note", args::from(list_of(list)));
        return args();
    });
    here.on("server-emit-ack", [here](std::optional<value> list) -> task<value> {
        auto const answers = co_await here.server_side_emit_with_ack("question", args::from(list_of(list)));
        co_return value::object{{"err", answers.timed_out}, {"responses", answers.answers}};
    });
    here.on("server-notes", [] {
        std::lock_guard const lock(notes().mutex);
        return value(notes().server_notes);
    });
}

} // namespace

void declare_events(server& io, nsp const& here, settings const& with)
{
    declare_answers(io, here);
    declare_rooms(io, here);
    declare_self(here, with.server_id);
    declare_server_events(here, with.server_id);
}
