// A cluster whose processes are servers of this one: an adapter without a network, for tests of the plug-in point.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <partyline/adapter.hpp>

namespace partyline::test {

/// Where the adapters meet, one seat for each. Thread: any.
class memory_cluster : public std::enable_shared_from_this<memory_cluster>
{
public:
    /// For the options of a server that takes part.
    adapter_factory factory();

    /// How many adapters of that namespace are between `init` and `close`.
    [[nodiscard]] std::size_t size(std::string const& nsp) const
    {
        std::lock_guard const lock(mutex_);
        std::size_t found = 0;
        for (auto const& [number, each] : seats_) found += each.nsp == nsp ? 1 : 0;
        return found;
    }
    /// "made /", "init /", "close /", in the order of happening.
    [[nodiscard]] std::vector<std::string> story() const
    {
        std::lock_guard const lock(mutex_);
        return story_;
    }
    void note(std::string what)
    {
        std::lock_guard const lock(mutex_);
        story_.push_back(std::move(what));
    }

    std::uint64_t enter(std::string const& nsp, local_node& node)
    {
        std::lock_guard const lock(mutex_);
        seats_[++last_] = {nsp, &node};
        return last_;
    }
    void leave(std::uint64_t number)
    {
        std::lock_guard const lock(mutex_);
        seats_.erase(number);
    }
    /// Runs `work` on the thread of that adapter, if it is still there.
    void at(std::uint64_t number, std::function<void()> work)
    {
        std::lock_guard const lock(mutex_);
        if (auto const found = seats_.find(number); found != seats_.end()) found->second.node->post(std::move(work));
    }
    /// Runs `work` with every other node of the namespace, on its thread; with how many.
    std::size_t others(std::uint64_t number, std::string const& nsp, std::function<void(local_node&)> const& work)
    {
        std::lock_guard const lock(mutex_);
        std::size_t reached = 0;
        for (auto const& [other, each] : seats_) {
            if (other == number || each.nsp != nsp) continue;
            reached += each.node->post([node = each.node, work] { work(*node); }) ? 1 : 0;
        }
        return reached;
    }

private:
    struct seat
    {
        std::string nsp;
        local_node* node = nullptr;
    };

    mutable std::mutex mutex_;
    std::map<std::uint64_t, seat> seats_;
    std::uint64_t last_ = 0;
    std::vector<std::string> story_;
};

class memory_adapter final : public adapter
{
public:
    memory_adapter(std::shared_ptr<memory_cluster> cluster, std::string nsp, local_node& node)
        : cluster_(std::move(cluster)), nsp_(std::move(nsp)), node_(node)
    {
        cluster_->note("made " + nsp_);
    }
    ~memory_adapter() override { cluster_->note("destroyed " + nsp_); }

    void init() override
    {
        cluster_->note("init " + nsp_);
        number_ = cluster_->enter(nsp_, node_);
    }
    void close() override
    {
        cluster_->note("close " + nsp_);
        cluster_->leave(number_);
    }

    void broadcast(args const& event, broadcast_options const& options, deliver_here deliver) override
    {
        deliver({});
        others([event, options](local_node& other) { other.broadcast(event, options); });
    }
    void broadcast_with_ack(args const& event, broadcast_options const& options,
                            std::function<void(std::size_t)> on_count, std::function<void(args)> on_ack) override
    {
        others([event, options, count = back<std::size_t>(std::move(on_count)), answer = back<args>(std::move(on_ack))](
                   local_node& other) { other.broadcast_with_ack(event, options, count, answer); });
    }
    void sockets_join(broadcast_options const& options, std::vector<std::string> const& rooms) override
    {
        others([options, rooms](local_node& other) { other.sockets_join(options, rooms); });
    }
    void sockets_leave(broadcast_options const& options, std::vector<std::string> const& rooms) override
    {
        others([options, rooms](local_node& other) { other.sockets_leave(options, rooms); });
    }
    void disconnect_sockets(broadcast_options const& options, bool close) override
    {
        others([options, close](local_node& other) { other.disconnect_sockets(options, close); });
    }
    void fetch_sockets(broadcast_options const& options,
                       std::function<void(result<std::vector<socket_description>>)> done) override
    {
        auto const all = std::make_shared<gathering<socket_description>>();
        auto took = back<std::vector<socket_description>>([all, done](std::vector<socket_description> const& found) {
            all->came.insert(all->came.end(), found.begin(), found.end());
            if (--all->missing == 0) done(all->came);
        });
        all->missing = others([options, took](local_node& other) { other.fetch_sockets(options, took); });
        if (all->missing == 0) done(all->came);
    }
    void server_side_emit(args const& event, std::function<void(server_responses)> done) override
    {
        if (!done) {
            others([event](local_node& other) { other.server_event(event, {}); });
            return;
        }
        auto const all = std::make_shared<gathering<args>>();
        auto took = back<args>([all, done](args const& answer) {
            all->came.push_back(answer);
            if (--all->missing == 0) done({.complete = true, .responses = all->came});
        });
        all->missing = others([event, took](local_node& other) { other.server_event(event, took); });
        if (all->missing == 0) done({});
    }
    void server_count(std::function<void(result<std::size_t>)> done) override { done(cluster_->size(nsp_)); }

private:
    /// Touched on this adapter's thread alone: what comes, comes back there.
    template <class T>
    struct gathering
    {
        std::vector<T> came;
        std::size_t missing = 0;
    };

    std::size_t others(std::function<void(local_node&)> const& work) { return cluster_->others(number_, nsp_, work); }
    /// `take`, called on this adapter's thread from wherever it is called.
    template <class T>
    std::function<void(T)> back(std::function<void(T)> take)
    {
        return [take = std::move(take), cluster = cluster_, number = number_](T const& given) {
            cluster->at(number, [take, given] { take(given); });
        };
    }

    std::shared_ptr<memory_cluster> cluster_;
    std::string nsp_;
    local_node& node_;
    std::uint64_t number_ = 0;
};

inline adapter_factory memory_cluster::factory()
{
    return [cluster = shared_from_this()](std::string_view nsp, local_node& node) {
        return std::make_unique<memory_adapter>(cluster, std::string(nsp), node);
    };
}

} // namespace partyline::test
