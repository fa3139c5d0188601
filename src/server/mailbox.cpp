#include "server/mailbox.hpp"

#include <unordered_map>

#include "net/loop.hpp"
#include "net/of_this_thread.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

// The shard of each server that the calling thread is, so that it finds its own lane.
thread_local std::uint32_t lane_of_this_thread = 0;

} // namespace

mailbox::mailbox(std::weak_ptr<server_core> core, std::uint32_t index, std::size_t lanes, std::size_t max_bytes)
    : core_(std::move(core)), index_(index), max_bytes_(max_bytes)
{
    for (std::size_t i = 0; i <= lanes; ++i) lanes_.push_back(std::make_unique<lane>());
}

bool mailbox::is_here() const noexcept { return thread_.load(std::memory_order_relaxed) == net::this_thread_token(); }

bool mailbox::post(work run, std::size_t bytes)
{
    if (closed_.load(std::memory_order_acquire)) return false;
    auto const from = lane_of_this_thread < lanes_.size() ? lane_of_this_thread : 0;
    {
        auto& mine = *lanes_[from];
        std::lock_guard const lock(mine.mutex);
        if (closed_.load(std::memory_order_acquire)) return false;
        if (bytes > 0 && mine.bytes + bytes > max_bytes_ && !mine.items.empty()) {
            if (from == 0) return false;
            overflows_.fetch_add(1, std::memory_order_relaxed);
        }
        mine.bytes += bytes;
        mine.items.push_back({std::move(run), bytes});
    }
    if (!has_mail_.exchange(true)) {
        std::lock_guard const lock(wake_mutex_);
        if (waker_) waker_->wake();
    }
    return true;
}

bool mailbox::run(work job, std::size_t bytes)
{
    if (!is_here()) return post(std::move(job), bytes);
    if (!owner_) return false;
    job(*owner_);
    return true;
}

bool mailbox::run_here(base::unique_function<void()> job)
{
    return run([job = std::move(job)](shard&) mutable { job(); });
}

void mailbox::report(std::string_view what, std::exception_ptr thrown) noexcept
{
    if (auto* const home = here()) home->report(what, std::move(thrown));
}

bool mailbox::drain(std::size_t limit)
{
    if (next_running_ == running_.size()) {
        running_.clear();
        next_running_ = 0;
        if (has_mail_.exchange(false)) {
            for (auto& each : lanes_) {
                std::lock_guard const lock(each->mutex);
                for (auto& waiting : each->items) running_.push_back(std::move(waiting));
                each->items.clear();
                each->bytes = 0;
            }
        }
    }
    while (next_running_ < running_.size() && limit-- > 0) {
        auto next = std::move(running_[next_running_++]);
        if (owner_) owner_->guard("queued work", [&] { next.run(*owner_); });
    }
    return next_running_ < running_.size() || has_mail_.load();
}

codec& mailbox::codec_here() const
{
    if (is_here() && owner_) return owner_->own_codec();
    struct made
    {
        std::weak_ptr<server_core> of;
        std::unique_ptr<codec> encoder;
    };
    auto& codecs = net::of_this_thread<std::unordered_map<server_core const*, made>>();
    auto const home = core(); // null: it is gone, and what is encoded goes nowhere
    std::erase_if(codecs, [](auto const& each) { return each.first && each.second.of.expired(); });
    auto& mine = codecs[home.get()];
    if (!mine.encoder) mine = {home, home ? home->make_codec() : partyline::json_codec()({})};
    return *mine.encoder;
}

void mailbox::open(shard& owner, net::loop& waker)
{
    owner_ = &owner;
    waiting().open();
    closed_.store(false, std::memory_order_release);
    lane_of_this_thread = index_ + 1;
    thread_.store(net::this_thread_token(), std::memory_order_relaxed);
    std::lock_guard const lock(wake_mutex_);
    waker_ = &waker;
    if (has_mail_.load()) waker_->wake();
}

void mailbox::close() noexcept
{
    closed_.store(true, std::memory_order_release);
    {
        std::lock_guard const lock(wake_mutex_);
        waker_ = nullptr;
    }
    owner_ = nullptr;
    thread_.store(nullptr, std::memory_order_relaxed);
    // what was posted is destroyed outside of the locks: it may hold handles, and those may post
    std::vector<item> dropped = std::move(running_);
    running_.clear();
    next_running_ = 0;
    for (auto& each : lanes_) {
        std::vector<item> waiting;
        {
            std::lock_guard const lock(each->mutex);
            waiting.swap(each->items);
            each->bytes = 0;
        }
    }
}

} // namespace partyline
