// The server of the chat room, all of it: who is here, who hears what, and what becomes of those whose line breaks.
// What it and the page say to each other stands in README.md. Newcomers: look for "emit:", "broadcast:", "full broadcast:".
#include <algorithm>
#include <chrono>
#include <deque>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <partyline/server.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "shapes.hpp"

namespace {

using namespace std::chrono_literals;
using partyline::disconnect_reason;
using partyline::socket;
using namespace chat; // the shapes

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}
bool is_name(std::string_view text)
{
    return !text.empty() && characters(text) <= 32 &&
           std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' '; });
}
bool is_room_name(std::string_view name) { return is_name(name) && name.starts_with('#') && name.size() > 1; }
receipt refused(std::string why) { return {false, std::move(why)}; }

/// Handlers of a server with one thread, as this one is, never run side by side: no locks here. With more threads, what
/// all sockets share would need one.
class chat_room
{
public:
    chat_room(partyline::server& io, std::chrono::seconds patience) : io_(io), patience_(patience)
    {
        io.use([](socket s) {
            auto const shown = s.handshake().auth().to<ticket>();
            if (!shown || shown->tag.empty() || shown->tag.size() > 64)
                throw partyline::refusal("This page is of another version; please load it again.");
            if (!is_name(shown->name)) throw partyline::refusal("A name has 1 to 32 characters.");
            s.data<ticket>() = *shown; // the socket's own, until it leaves for good
        });
        io.on_connection([this](socket s) { come_in(s); });
        io.on("new_text", [this](socket s, message said) { return pass_on(s, said); });
        io.on("join_room", [this](socket s, std::string name) { return join(s, name); });
        io.on("leave_room", [this](socket s, std::string name) { return leave(s, name); });
        io.on("typing", [this](socket s, std::string to) {
            if (reaches(s, to).delivered)
                (to.empty() ? s.broadcast() : s.to(to)).volatile_().emit("typing", s.id(), to);
        });
        io.on_disconnect([this](socket s, disconnect_reason why) { lose(s, why); });
    }

private:
    struct guest
    {
        person who;
        std::string tag;
        int absences = 0;
    };

    void come_in(socket s)
    {
        std::string const id(s.id());
        if (auto const known = guests_.find(id); s.recovered() && known != guests_.end()) {
            known->second.who.away = false; // the library has restored rooms and data, and sends what was missed
            s.broadcast().emit("user_back", id);
            return;
        }
        auto const& [name, tag, wanted] = s.data<ticket>();
        auto const earlier = std::find_if(guests_.begin(), guests_.end(), [&tag = tag](auto const& each) {
            return each.second.tag == tag && each.second.who.away;
        });
        if (earlier != guests_.end())
            depart(std::string(earlier->first)); // the same page, away for too long to be recovered

        auto const& me = guests_[id] = {.who = {id, name}, .tag = tag};
        strings joined;
        for (auto const& each : wanted)
            if (joins(s, each).delivered) joined.push_back(each);
        s.emit("welcome", me.who, everybody(), rooms());     // emit: to the newcomer alone
        s.broadcast().emit("new_user_entered_room", me.who); // broadcast: to everybody else
        for (auto const& each : joined) announce(each);
        spdlog::info("{} came in from {}; {} on the line", name, s.handshake().address(), guests_.size());
    }

    receipt pass_on(socket s, message const& said)
    {
        static strings const types{"image/png", "image/jpeg", "image/gif", "image/webp"};
        auto const& sender = guests_.at(std::string(s.id()));
        auto& last_id = last_id_of(sender.tag);
        if (said.id <= last_id) return {}; // a repetition: its acknowledgement was lost, nothing else
        if (characters(said.text) > 4'000) return refused("A text has at most 4,000 characters.");
        if (said.image && said.image->size() > 700'000) return refused("A picture has at most 700,000 bytes.");
        if (said.image && std::find(types.begin(), types.end(), said.image_type) == types.end())
            return refused("That is no kind of picture that can be sent.");
        if (said.text.empty() && !said.image) return refused("There is nothing in this message.");
        auto const reached = reaches(s, said.to);
        if (!reached.delivered) return reached;

        last_id = said.id;
        auto const now =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()).time_since_epoch();
        if (said.to.empty())
            io_.emit("updated_chat", sender.who, said, now); // full broadcast: to everybody, the sender too
        else if (said.to.starts_with('#'))
            io_.to(said.to).emit("updated_chat", sender.who, said, now);
        else
            io_.to({said.to, s.id()}).emit("updated_chat", sender.who, said, now); // a socket's id is a room of its own
        return {};
    }

    /// The page counts its messages, and sends each again until it is acknowledged. No more than 10,000 pages are remembered.
    std::int64_t& last_id_of(std::string const& tag)
    {
        if (!last_id_.contains(tag)) tags_.push_back(tag);
        if (tags_.size() > 10'000) {
            last_id_.erase(tags_.front());
            tags_.pop_front();
        }
        return last_id_[tag];
    }

    /// Whether somebody, or the people of a room, may be written to.
    [[nodiscard]] receipt reaches(socket s, std::string const& to) const
    {
        if (!guests_.contains(std::string(s.id()))) return refused("You have left.");
        if (to.empty() || guests_.contains(to)) return {};
        if (!to.starts_with('#')) return refused("This person has left.");
        return is_in(std::string(s.id()), to) ? receipt{} : refused("You have not joined " + to + ".");
    }

    [[nodiscard]] bool is_in(std::string const& id, std::string const& name) const
    {
        auto const found = rooms_.find(name);
        return found != rooms_.end() &&
               std::find(found->second.begin(), found->second.end(), id) != found->second.end();
    }

    receipt joins(socket s, std::string const& name)
    {
        if (!is_room_name(name)) return refused("The name of a room begins with # and has at most 32 characters.");
        std::string const id(s.id());
        if (is_in(id, name)) return {};
        if (std::count_if(rooms_.begin(), rooms_.end(), [&](auto const& each) { return is_in(id, each.first); }) >= 20)
            return refused("One can be in 20 rooms at most.");
        s.join(name);
        rooms_[name].push_back(id);
        return {};
    }

    receipt join(socket s, std::string const& name)
    {
        auto const done = joins(s, name);
        if (done.delivered) announce(name);
        return done;
    }

    receipt leave(socket s, std::string const& name)
    {
        if (is_room_name(name)) s.leave(name); // its own room it keeps
        remove(std::string(s.id()), name);
        return {};
    }

    void remove(std::string const& id, std::string const& name)
    {
        if (!is_in(id, name)) return;
        std::erase(rooms_[name], id);
        announce(name);
        if (rooms_[name].empty()) rooms_.erase(name);
    }

    void announce(std::string const& name) { io_.emit("room_changed", room{name, rooms_[name]}); }

    /// Who says goodbye has left. Who vanishes is away, and has left when recovery has become impossible.
    void lose(socket s, disconnect_reason why)
    {
        std::string const id(s.id());
        auto const found = guests_.find(id);
        if (found == guests_.end()) return;
        if (why == disconnect_reason::client_namespace_disconnect ||
            why == disconnect_reason::server_namespace_disconnect)
            return depart(id);
        found->second.who.away = true;
        io_.emit("user_away", id);
        io_.after(patience_, [this, id, absence = ++found->second.absences] {
            if (auto const still = guests_.find(id);
                still != guests_.end() && still->second.who.away && still->second.absences == absence)
                depart(id);
        });
    }

    void depart(std::string const& id)
    {
        spdlog::info("{} left", guests_.at(id).who.name);
        guests_.erase(id);
        for (auto const& each : rooms()) remove(id, each.name);
        io_.emit("user_left", id);
    }

    [[nodiscard]] std::vector<person> everybody() const
    {
        std::vector<person> all;
        for (auto const& [id, each] : guests_) all.push_back(each.who);
        return all;
    }

    [[nodiscard]] std::vector<room> rooms() const
    {
        std::vector<room> all;
        for (auto const& [name, people] : rooms_) all.push_back({name, people});
        return all;
    }

    partyline::server& io_;
    std::chrono::seconds patience_;
    std::map<std::string, guest> guests_;         // by the id of the socket
    std::map<std::string, strings> rooms_;        // name -> ids
    std::map<std::string, std::int64_t> last_id_; // tag -> of its last message
    std::deque<std::string> tags_;                // in the order of their first message
};

void write_log(partyline::log_level level, std::string_view what)
{
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                    spdlog::level::err};
    spdlog::log(levels[static_cast<std::size_t>(level)], "{}", what);
}

} // namespace

int main(int count, char** words)
{
    std::string host;
    std::uint16_t port = 3000;
    int recovery = 120;
    CLI::App options{"The chat room: names, rooms, private messages, pictures."};
    options.add_option("--host", host, "address or name to listen on; all addresses if none is given")->envname("HOST");
    options.add_option("--port", port, "0: any that is free")->envname("PORT")->capture_default_str();
    options.add_option("--recovery", recovery, "seconds in which a broken line may come back and misses nothing")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    CLI11_PARSE(options, count, words);
    spdlog::set_default_logger(spdlog::stderr_color_mt("chat")); // standard output is for READY

    try {
        std::chrono::seconds const patience(recovery);
        partyline::server io{
            {.ping_interval = 5s,
             .ping_timeout = 5s,
             .client_bundle_folder = CHAT_CLIENT,
             .connection_state_recovery = partyline::recovery_options{.max_disconnection_duration = patience},
             .log = write_log}};
        chat_room room(io, patience);
        io.serve_files("/", CHAT_PAGE);
        port = io.listen(host, port);
        std::cout << "READY " << port << std::endl;
        spdlog::info("the room is open at http://{}:{}", host.empty() ? "localhost" : host, port);
        io.run(); // until Ctrl+C
    } catch (partyline::error const& why) {
        spdlog::error("cannot open the room: {}", why.what());
        return 1;
    }
}
