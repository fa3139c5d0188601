// An adapter of one's own: two servers, joined by a bus in the memory of this process. Another would use a network.
#include <functional>
#include <iostream>
#include <map>
#include <mutex>

#include <partyline/server.hpp>

using partyline::args;
using partyline::broadcast_options;
using partyline::local_node;
using std::chrono::milliseconds;

/// One namespace of one server on the bus. `node` is null from `close` on.
struct member
{
    local_node* node;
};

/// Who is on the bus. Work for a member runs on that member's own thread.
class bus
{
public:
    using work = std::function<void(local_node&)>;

    std::shared_ptr<member> join(local_node& node)
    {
        std::lock_guard const lock(mutex_);
        return members_[std::string(node.nsp())].emplace_back(std::make_shared<member>(member{&node}));
    }
    void leave(std::shared_ptr<member> const& who)
    {
        std::lock_guard const lock(mutex_);
        std::erase(members_[std::string(who->node->nsp())], who);
        who->node = nullptr;
    }
    /// Answers how many there are.
    std::size_t to_others(std::shared_ptr<member> const& sender, work const& run)
    {
        std::lock_guard const lock(mutex_);
        auto const& all = members_[std::string(sender->node->nsp())];
        for (auto const& each : all)
            if (each != sender) post(each, run);
        return all.size() - 1;
    }
    void to(std::shared_ptr<member> const& who, work const& run)
    {
        std::lock_guard const lock(mutex_);
        post(who, run);
    }

private:
    static void post(std::shared_ptr<member> const& to, work const& run)
    {
        if (!to->node) return;
        to->node->post([to, run] {
            if (to->node) run(*to->node);
        });
    }

    std::mutex mutex_;
    std::map<std::string, std::vector<std::shared_ptr<member>>> members_;
};

/// What is asked of the others is run on each of their nodes; answers come back over the bus.
class bus_adapter final : public partyline::adapter
{
    using sockets = std::vector<partyline::socket_description>;

public:
    bus_adapter(bus& line, local_node& node) : bus_(line), node_(node), me_(line.join(node)) {}
    void close() override { bus_.leave(me_); }

    void broadcast(args const& event, broadcast_options const& to, deliver_here deliver) override
    {
        bus_.to_others(me_, [event, to](local_node& other) { other.broadcast(event, to); });
        deliver(std::nullopt);
    }
    void broadcast_with_ack(args const& event, broadcast_options const& to, std::function<void(std::size_t)> on_count,
                            std::function<void(args)> on_ack) override
    {
        bus_.to_others(me_, [&line = bus_, me = me_, event, to, on_count, on_ack](local_node& other) {
            other.broadcast_with_ack(event, to, back<std::size_t>(line, me, on_count), back<args>(line, me, on_ack));
        });
    }
    void sockets_join(broadcast_options const& of, std::vector<std::string> const& rooms) override
    {
        bus_.to_others(me_, [of, rooms](local_node& other) { other.sockets_join(of, rooms); });
    }
    void sockets_leave(broadcast_options const& of, std::vector<std::string> const& rooms) override
    {
        bus_.to_others(me_, [of, rooms](local_node& other) { other.sockets_leave(of, rooms); });
    }
    void disconnect_sockets(broadcast_options const& of, bool close) override
    {
        bus_.to_others(me_, [of, close](local_node& other) { other.disconnect_sockets(of, close); });
    }
    void fetch_sockets(broadcast_options const& of, std::function<void(partyline::result<sockets>)> done) override
    {
        auto const all = std::make_shared<gathering<sockets>>();
        auto const add = [all](sockets found) {
            for (auto& each : found) all->found.push_back(std::move(each));
            if (--all->missing == 0) all->finish(std::nullopt);
        };
        all->finish = [all = all.get(), done](auto late) {
            if (late)
                done(*late);
            else
                done(all->found);
        };
        ask(all, of.flags.timeout, [&line = bus_, me = me_, of, add](local_node& other) {
            other.fetch_sockets(of, back<sockets>(line, me, add));
        });
    }
    void server_side_emit(args const& event, std::function<void(partyline::server_responses)> done) override
    {
        if (!done) {
            bus_.to_others(me_, [event](local_node& other) { other.server_event(event, nullptr); });
            return;
        }
        auto const all = std::make_shared<gathering<std::vector<args>>>();
        auto const add = [all](args answer) {
            all->found.push_back(std::move(answer));
            if (--all->missing == 0) all->finish(std::nullopt);
        };
        all->finish = [all = all.get(), done](auto late) { done({.complete = !late, .responses = all->found}); };
        ask(all, std::nullopt, [&line = bus_, me = me_, event, add](local_node& other) {
            other.server_event(event, back<args>(line, me, add));
        });
    }
    void server_count(std::function<void(partyline::result<std::size_t>)> done) override
    {
        done(bus_.to_others(me_, [](local_node&) {}) + 1);
    }

private:
    /// What comes from several others, until the last has answered or it is too late.
    template <class List>
    struct gathering
    {
        List found;
        std::size_t missing = 0;
        bool finished = false;
        std::function<void(std::optional<partyline::errc>)> finish;
    };

    template <class List>
    void ask(std::shared_ptr<gathering<List>> const& all, std::optional<milliseconds> limit, bus::work const& run)
    {
        all->finish = [all = all.get(), then = std::move(all->finish)](auto late) {
            if (!std::exchange(all->finished, true)) then(late);
        };
        all->missing = bus_.to_others(me_, run);
        if (all->missing == 0) return all->finish(std::nullopt);
        node_.after(limit.value_or(milliseconds(2000)), [all] { all->finish(partyline::errc::timed_out); });
    }

    /// `f` for the thread of another: it is run on ours.
    template <class T>
    static std::function<void(T)> back(bus& line, std::shared_ptr<member> const& me, std::function<void(T)> const& f)
    {
        return [&line, me, f](T answer) { line.to(me, [f, answer](local_node&) { f(answer); }); };
    }

    bus& bus_;
    local_node& node_;
    std::shared_ptr<member> me_;
};

void declare(partyline::server& io, std::string const& name)
{
    io.on("join", [](partyline::socket s, std::string room) { s.join(room); });
    io.on("tell", [&io](std::string room, std::string text) { io.to(room).emit("told", text); });
    io.on("who", [&io]() -> partyline::task<std::size_t> { co_return (co_await io.fetch_sockets()).size(); });
    io.on("vote", [&io]() -> partyline::task<std::size_t> {
        co_return (co_await io.timeout(milliseconds(2000)).emit_with_ack<bool>("vote?")).answers.size();
    });
    io.on("servers", [&io]() -> partyline::task<std::vector<partyline::value>> {
        co_return (co_await io.server_side_emit_with_ack("name?")).answers;
    });
    io.on_server_event("name?", [name](args const&, std::function<void(partyline::value)> answer) { answer(name); });
}

int main()
{
    bus line;
    partyline::server_options const options{
        .adapter = [&line](std::string_view, local_node& node) { return std::make_unique<bus_adapter>(line, node); }};
    partyline::server first{options};
    partyline::server second{options};
    declare(first, "first");
    declare(second, "second");

    auto const a = first.listen(0);
    auto const b = second.listen(0);
    second.start();
    std::cout << "READY " << a << ' ' << b << std::endl;
    first.run();
}
