// The server of the arena: it lets players in, hands their inputs to the game, runs the game's clock, and tells everybody what can be seen
// from where they are. The rules stand in game.hpp, the events in README.md, the binary messages in wire.hpp.
#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <partyline/server.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "bots.hpp"
#include "name.hpp"
#include "report.hpp"
#include "words.hpp"

namespace {

using namespace std::chrono_literals;
using namespace arena;
using clock = std::chrono::steady_clock;
using partyline::disconnect_reason;
using partyline::socket;

struct settings
{
    std::string host;
    std::uint16_t port = 3001;
    int updates = 30;
    int round = 150;
    std::size_t bots = 0;
    std::size_t guests = 64;
    std::uint64_t seed = std::random_device{}();
    bool report = false;
};

/// How long the ship of a broken line waits for its player.
constexpr auto patience = 4s;

/// One thread, as the chat room: no locks here.
class arena_server
{
public:
    arena_server(partyline::server& io, settings const& with)
        : io_(io), game_(with.seed, rules_of(with)), ticks_per_update_(ticks_per_second / with.updates)
    {
        io.use([this, most = with.guests](socket s) {
            auto const from = s.handshake().address();
            auto const here = guests_.find(from);
            if (here != guests_.end() && here->second >= most && from != "127.0.0.1" && from != "::1")
                throw partyline::refusal("There are too many from your address already.");
        });
        io.on_connection([this, updates = with.updates](socket s) { come_in(s, updates); });
        io.on("play", [this](socket s, std::string name, bool bot) { return enter(s, name, bot); });
        io.on("fly", [this](socket s, partyline::binary bytes) { steer(s, bytes); });
        io.on("leave", [this](socket s) { leave(s); });
        io.on_disconnect([this](socket s, disconnect_reason why) { lose(s, why); });
        io.on_http([this](auto const& call, auto answer) { return serve_report(call, answer); });
        io.every(std::chrono::nanoseconds(1s) / ticks_per_second, [this] { tick(); });
        io.every(500ms, [this] {
            depart_lost();
            show_board();
        });
        io.every(1s, [this, log = with.report] { measure(log); });
    }

private:
    /// What we know of a socket; `socket::data` keeps it.
    struct seat
    {
        ship_id ship = 0; // 0: watches
        cell from;
        std::uint32_t entered = 0; // the tick
        std::string address;
    };
    struct pilot_at
    {
        socket line;
        player who;
        std::size_t rank = 0;
        std::optional<std::uint32_t> lost = {}; // the tick in which its line broke
    };

    static rules rules_of(settings const& with)
    {
        int const ticks = with.round * ticks_per_second;
        return {.calm_ticks = ticks - ticks / 5,
                .closing_ticks = ticks / 5,
                .pause_ticks = std::min(ticks, 8 * ticks_per_second)};
    }
    static std::string room_of(cell which) { return std::to_string(which.column) + ':' + std::to_string(which.row); }

    // --- who is here ------------------------------------------------------------------------------------------------

    void come_in(socket s, int updates)
    {
        auto& mine = s.data<seat>();
        mine.address = s.handshake().address();
        ++guests_[mine.address];
        if (auto const found = players_.find(mine.ship); found != players_.end())
        { // it is back, and its ship has waited
            found->second.line = s;
            found->second.lost.reset();
            return;
        }
        mine.ship = 0;
        s.emit("welcome", updates, everybody());
        watch(s, {}); // until it plays, it watches the middle of the field
    }

    ticket enter(socket s, std::string name, bool bot)
    {
        auto& mine = s.data<seat>();
        if (mine.ship != 0) return {mine.ship, {}};
        if (!is_name(name)) return {0, "A name has 1 to 16 characters that can be seen."};
        if (mine.entered != 0 && game_.tick() - mine.entered < ticks_per_second) // everybody hears of each entrance
            return {0, "Not so fast; try again in a moment."};
        auto const ship = game_.join();
        if (!ship) return {0, "The field is full; try again in a while."};
        mine.ship = *ship;
        mine.entered = game_.tick();
        players_.emplace(*ship, pilot_at{s, {*ship, std::move(name), bot}});
        watch(s, cell_of(game_.ships().at(*ship).flight.at));
        io_.emit("came", players_.at(*ship).who); // to everybody, the newcomer too
        return {*ship, {}};
    }

    void leave(socket s)
    {
        auto& mine = s.data<seat>();
        if (mine.ship == 0) return;
        depart(std::exchange(mine.ship, ship_id{0}));
        watch(s, {});
    }

    /// Who says goodbye has left. The ship of who vanishes drifts on for a while, to be hit by anybody, and waits.
    void lose(socket s, disconnect_reason why)
    {
        auto const& mine = s.data<seat>();
        if (auto const here = guests_.find(mine.address); --here->second == 0) guests_.erase(here);
        auto const found = players_.find(mine.ship);
        if (found == players_.end()) return;
        if (why == disconnect_reason::client_namespace_disconnect ||
            why == disconnect_reason::server_namespace_disconnect)
            return depart(mine.ship);
        found->second.lost = game_.tick();
        game_.steer(mine.ship, {.number = game_.ships().at(mine.ship).number, .wanted = {}});
    }

    void depart(ship_id ship)
    {
        game_.leave(ship);
        players_.erase(ship);
        io_.emit("left", ship);
    }

    void depart_lost()
    {
        constexpr std::uint32_t ticks = patience / 1s * ticks_per_second;
        for (auto each = players_.begin(); each != players_.end();)
            if (auto const& [ship, at] = *each++; at.lost && game_.tick() - *at.lost > ticks) depart(ship);
    }

    /// Anybody may send anything. Whoever sends what is no input has to go.
    void steer(socket s, partyline::binary const& bytes)
    {
        if (auto const what = decode_input(bytes.bytes()))
            game_.steer(s.data<seat>().ship, *what);
        else
            s.disconnect(true);
    }

    [[nodiscard]] std::vector<player> everybody() const
    {
        std::vector<player> all;
        for (auto const& [id, each] : players_) all.push_back(each.who);
        return all;
    }

    // --- what is told -----------------------------------------------------------------------------------------------

    /// The room of a cell hears what is seen from there.
    void watch(socket s, cell from)
    {
        auto& mine = s.data<seat>();
        s.leave(room_of(mine.from));
        s.join(room_of(from));
        mine.from = from;
    }

    void tick()
    {
        auto const began = clock::now();
        game_.step();
        for (auto const& event : game_.take_events()) std::visit([this](auto const& what) { tell(what); }, event);
        if (game_.tick() % static_cast<std::uint32_t>(ticks_per_update_) == 0) show();
        if (last_tick_ != clock::time_point{}) meter_.add(began - last_tick_, clock::now() - began);
        last_tick_ = began;
    }

    /// One message for each cell that somebody flies over. Volatile: whoever cannot take it at once has missed it, and the next one
    /// says everything again.
    void show()
    {
        std::set<cell> seen{cell{}}; // where those are who only watch
        for (auto const& [id, each] : players_) {
            if (each.lost) continue;
            auto& mine = each.line.data<seat>();
            if (auto const now = follow(mine.from, game_.ships().at(id).flight.at); now != mine.from)
                watch(each.line, now);
            seen.insert(mine.from);
        }
        for (auto const& each : seen)
            io_.to(room_of(each)).volatile_().emit("see", partyline::binary(encode_snapshot(game_.look(each))));
    }

    /// To all who can see the place.
    void tell(hit const& what)
    {
        constexpr int around = margin_places / cell_places + 1;
        auto const middle = cell_of(what.at);
        std::vector<std::string> rooms;
        for (int row = -around; row <= around; ++row)
            for (int column = -around; column <= around; ++column)
                rooms.push_back(room_of({middle.column + column, middle.row + row}));
        if (auto const found = players_.find(what.victim); found != players_.end())
            rooms.emplace_back(found->second.line.id()); // it is elsewhere by now
        io_.to(rooms).emit("hit", what.hunter, what.victim, what.spilled, std::lround(what.at.x),
                           std::lround(what.at.y));
    }
    void tell(round_over const& what)
    {
        show_board(); // the last places
        io_.emit("round_over", score{what.winner, what.sparks});
    }
    void tell(round_begins const&) { io_.emit("round_begins"); }

    void show_board()
    {
        std::vector<score> all;
        for (auto const& [id, each] : game_.ships()) all.push_back({id, each.sparks});
        std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.sparks > b.sparks; });
        for (std::size_t i = 0; i < all.size(); ++i)
            if (auto& each = players_.at(all[i].id); !each.who.bot && !each.lost && each.rank != i + 1)
                each.line.emit("rank", each.rank = i + 1);
        vec const first = all.empty() ? vec{} : game_.ships().at(all.front().id).flight.at;
        auto const count = all.size();
        if (all.size() > 8) all.resize(8);
        io_.emit("board",
                 board{static_cast<int>(game_.phase()), (game_.ticks_left() + ticks_per_second - 1) / ticks_per_second,
                       std::move(all), count, static_cast<int>(first.x), static_cast<int>(first.y)});
    }

    // --- figures ----------------------------------------------------------------------------------------------------

    void measure(bool log)
    {
        io_.statistics().then([this, log](partyline::result<partyline::server_statistics> now) {
            if (!now) return;
            rusage used{};
            getrusage(RUSAGE_SELF, &used);
            auto const seconds = [](timeval time) {
                return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
            };
            load_.add({clock::now(), seconds(used.ru_utime) + seconds(used.ru_stime), now->written_bytes, now->writes,
                       now->sockets, now->volatile_dropped});
            if (log && ++measured_ % 10 == 0) spdlog::info("{}", one_line(figures()));
        });
    }
    [[nodiscard]] report figures() const
    {
        auto made = load_.figures(meter_, players_.size());
        made.tick = game_.tick();
        return made;
    }

    bool serve_report(partyline::http_call const& call, partyline::http_answer const& answer) const
    {
        if (call.request.path() != "/report") return false;
        answer(partyline::http::response::text(200, json(figures()), "application/json"));
        return true;
    }

    partyline::server& io_;
    game game_;
    int ticks_per_update_;
    std::map<ship_id, pilot_at> players_;
    std::map<std::string, std::size_t, std::less<>> guests_; // address -> connections
    tick_meter meter_;
    load_meter load_;
    clock::time_point last_tick_;
    int measured_ = 0;
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
    settings with;
    CLI::App options{
        "The arena: a small game for many. Gather sparks, dash into others, carry most when the time is up."};
    options.add_option("--host", with.host, "address or name to listen on; all addresses if none is given")
        ->envname("HOST");
    options.add_option("--port", with.port, "0: any that is free")->envname("PORT")->capture_default_str();
    options.add_option("--bots", with.bots, "how many programs play along, in this process")
        ->check(CLI::Range(0, 1'000));
    options.add_option("--guests", with.guests, "connections from one address, where it is not this machine's own")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    options.add_option("--updates", with.updates, "snapshots a second; the game itself has 60 ticks")
        ->check(CLI::IsMember({20, 30, 60}))
        ->capture_default_str();
    options.add_option("--round", with.round, "seconds")->check(CLI::Range(5, 3'600))->capture_default_str();
    options.add_option("--seed", with.seed, "of all chance; another one each time if none is given");
    options.add_flag("--report", with.report,
                     "write a line of figures to the log every ten seconds; GET /report has them always");
    CLI11_PARSE(options, count, words);
    spdlog::set_default_logger(spdlog::stderr_color_mt("arena")); // standard output is for READY

    try {
        partyline::server io{
            {.ping_interval = 5s, // a game that has stopped moving is noticed soon
             .ping_timeout = 5s,
             .max_http_buffer_size = 10'000,
             .client_bundle_folder = ARENA_CLIENT,
             .connection_state_recovery = partyline::recovery_options{.max_disconnection_duration = patience},
             .on_handler_error = partyline::handler_error_policy::disconnect, // our page makes none, and each is logged
             .log = write_log}};
        arena_server arena(io, with);
        io.serve_files("/", ARENA_PAGE);
        // What is under way to a slow line cannot be called back, so it is to be little: the next snapshot is better.
        auto const port = io.listen(with.host, with.port, {.unsent_bytes = 8 * 1024});
        std::cout << "READY " << port << std::endl;
        auto const url = (with.host.empty() ? "http://localhost:" : "http://" + with.host + ':') + std::to_string(port);
        spdlog::info("the field is open at {}", url);
        std::optional<bots> company;
        if (with.bots > 0) company.emplace(with.bots, url);
        io.run(); // until Ctrl+C
    } catch (partyline::error const& why) {
        spdlog::error("cannot open the field: {}", why.what());
        return 1;
    }
}
