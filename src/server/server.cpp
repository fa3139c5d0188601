#include <partyline/server.hpp>

#include <algorithm>
#include <set>

#include "base/wait.hpp"
#include "server/front.hpp"
#include "server/server_core.hpp"
#include "server/server_life.hpp"
#include "server/shard.hpp"
#include "socketio/names.hpp"

namespace partyline {

server::server(server_options options) : server(server_core::make(std::move(options)), nullptr)
{
    life_ = std::make_shared<server_life>(core());
}

server::server(std::shared_ptr<server_core> core, std::shared_ptr<server_life> life)
    : nsp(core, core->names().main()), life_(std::move(life))
{}

server::~server()
{
    // an attached server goes with the one that it is attached to
    if (life_ && life_->root() == core()) life_->abandon();
    // handlers may hold handles, which hold the core: the circle ends with the server
    for (auto const& each : core()->names().all()) each->forget_handlers();
    for (auto const& each : core()->names().parents()) each->forget_handlers();
    core()->forget_listeners();
    if (!life_ || !life_->is_running()) core()->middleware.clear();
}

// --- namespaces -----------------------------------------------------------------------------------------------------

nsp server::of(std::string_view name) const
{
    auto const full = socketio::full_nsp_name(name);
    if (!socketio::is_nsp_name(full)) throw error(errc::invalid_option, "namespace: it cannot have a comma or U+001E");
    if (full.size() > core()->options().limits.max_nsp_length)
        throw error(errc::invalid_option, "namespace: it is longer than limits.max_nsp_length");
    bool created = false;
    auto state = core()->names().open(name, created);
    if (created) core()->announce_namespace(state);
    return {core(), std::move(state)};
}

nsp server::of(pattern const& names) const
{
    auto compiled = engineio::pattern::make(names.expression);
    if (!compiled) throw error(compiled.error(), names.expression);
    return {core(), core()->names().add_parent(*std::move(compiled))};
}

nsp server::of(std::function<void(std::string_view, value const&, std::function<void(bool)>)> decide) const
{
    return {core(), core()->names().add_parent(namespace_decision(std::move(decide)))};
}

void server::add_new_namespace(std::function<void(nsp)> listener) const
{
    core()->on_new_namespace(std::move(listener));
}

// --- ports ----------------------------------------------------------------------------------------------------------

std::uint16_t server::listen(std::string_view host, std::uint16_t port, listen_options const& options)
{
    return life_->listen({.host = std::string(host), .port = port}, options);
}

void server::listen_unix(std::string_view path, listen_options const& options)
{
    life_->listen({.host = {}, .port = 0, .path = std::string(path)}, options);
}

void server::reload_tls() { life_->reload_tls(); }
void server::serve_files(std::string_view url, std::string_view folder)
{
    life_->demand_stopped();
    life_->serve_files(url, folder);
}
void server::on_http(http_handler handler)
{
    life_->demand_stopped();
    life_->on_http(std::move(handler));
}
void server::use_http(http_middleware middleware)
{
    life_->demand_stopped();
    core()->middleware.push_back(std::move(middleware));
}

server& server::attach(server_options options)
{
    life_->demand_stopped();
    options.threads = core()->threads();
    auto second = server_core::make(std::move(options));
    if (life_->serves(second->endpoint().path()))
        throw error(errc::invalid_option,
                    "attach: requests to " + second->endpoint().path() + " go to a server that is there already");
    life_->add(second);
    attached_.push_back(std::unique_ptr<server>(new server(std::move(second), life_)));
    return *attached_.back();
}

// --- life -----------------------------------------------------------------------------------------------------------

void server::run() { life_->run(); }
void server::start() { life_->start(); }
void server::stop() { life_->stop(); }
void server::wait() { life_->wait(); }

void server::run_after(std::chrono::milliseconds delay, std::function<void()> work) const
{
    core()->box(0)->run([delay, work = std::move(work)](shard& first) {
        first.after(delay, [&first, work] { first.guard("server::after", work); });
    });
}

namespace {

struct repeated
{
    std::chrono::nanoseconds interval;
    std::function<void()> work;
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
    net::time_point due = {};
};

void repeat(shard& first, std::shared_ptr<repeated> what)
{
    auto const due = what->due;
    first.at(due, [&first, what = std::move(what)] {
        if (what->cancelled->load(std::memory_order_relaxed)) return;
        first.guard("server::every", what->work);
        auto const late =
            net::time_point::clock::now() - what->due; // the turn's own time does not know how long it took
        what->due += what->interval * (1 + late / what->interval);
        repeat(first, what);
    });
}

} // namespace

repetition server::run_every(std::chrono::nanoseconds interval, std::function<void()> work) const
{
    if (interval < std::chrono::milliseconds(1))
        throw error(errc::invalid_option, "every: an interval has at least 1 ms");
    interval = std::min(interval, std::chrono::nanoseconds(base::longest_wait));
    auto const what = std::make_shared<repeated>(repeated{.interval = interval, .work = std::move(work)});
    core()->box(0)->run([what](shard& first) {
        what->due = first.now() + what->interval;
        repeat(first, what);
    });
    return repetition(what->cancelled);
}

pending<void> server::sleep(std::chrono::milliseconds duration) const
{
    pending<void> answer;
    auto* const mine = core()->here();
    auto const box = mine ? mine->box() : core()->box(0);
    bool const queued = box->run([duration, promise = answer.completer()](shard& home) {
        home.after(duration, [promise] { promise->complete({}); });
    });
    if (!queued) answer.completer()->complete(errc::disconnected);
    return answer;
}

pending<server_statistics> server::statistics() const
{
    struct gathering
    {
        server_statistics all;
        std::set<std::string> rooms; // a room may have members on several threads
        std::size_t missing = 0;
    };
    pending<server_statistics> answer;
    auto const sum = std::make_shared<gathering>();
    sum->missing = core()->threads();
    auto const names = core()->names().all();
    for (auto const& each : names) sum->all.namespaces.push_back(each->name());
    std::sort(sum->all.namespaces.begin(), sum->all.namespaces.end());
    auto const home = core()->here() ? core()->here()->box() : core()->box(0);
    auto const promise = answer.completer(); // held until all have been asked: the first may be done before
    for (std::size_t i = 0; i < core()->threads(); ++i) {
        core()->box(i)->run([sum, home, promise, main = state()](shard& at) {
            server_statistics mine;
            mine.connections = at.slots();
            mine.tcp_connections = at.home().connections().size();
            mine.writes = at.loop().counters().write_calls;
            mine.written_bytes = at.loop().counters().written_bytes;
            mine.handler_errors = at.statistics().handler_errors;
            mine.dropped = at.statistics().dropped;
            mine.volatile_dropped = at.statistics().volatile_dropped;
            mine.overflows = at.statistics().overflows;
            mine.encodings = at.statistics().encodings;
            std::vector<std::string> rooms;
            if (auto const* const part = at.find_namespace(*main)) {
                mine.sockets = part->size();
                for (auto const room : part->rooms().room_names()) rooms.emplace_back(room);
            }
            home->run([sum, promise, mine, rooms = std::move(rooms)](shard&) mutable {
                auto& all = sum->all;
                all.connections += mine.connections;
                all.sockets += mine.sockets;
                all.tcp_connections += mine.tcp_connections;
                all.writes += mine.writes;
                all.written_bytes += mine.written_bytes;
                all.handler_errors += mine.handler_errors;
                all.dropped += mine.dropped;
                all.volatile_dropped += mine.volatile_dropped;
                all.overflows += mine.overflows;
                all.encodings += mine.encodings;
                sum->rooms.insert(rooms.begin(), rooms.end());
                if (--sum->missing > 0) return;
                all.rooms = sum->rooms.size();
                promise->complete(std::move(all));
            });
        });
    }
    return answer;
}

} // namespace partyline
