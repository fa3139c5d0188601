#include "client/client_box.hpp"

#include <utility>

#include "client/client_loop.hpp"
#include "net/loop.hpp"

namespace partyline {

bool client_box::is_here() const noexcept
{
    return thread_.load(std::memory_order_relaxed) == net::this_thread_token();
}

bool client_box::post(work job)
{
    std::shared_ptr<net::waker> waker;
    {
        std::lock_guard const lock(mutex_);
        if (closed_) return false;
        items_.push_back(std::move(job));
        if (std::exchange(has_mail_, true)) return true;
        waker = waker_;
    }
    if (waker) waker->wake();
    return true;
}

bool client_box::run(work job)
{
    if (!is_here()) return post(std::move(job));
    if (!owner_) return false;
    job(*owner_);
    return true;
}

bool client_box::run_here(base::unique_function<void()> job)
{
    return run([job = std::move(job)](client_loop&) mutable { job(); });
}

bool client_box::drain(std::size_t limit)
{
    if (next_running_ == running_.size()) {
        running_.clear();
        next_running_ = 0;
        std::lock_guard const lock(mutex_);
        running_.swap(items_);
        has_mail_ = false;
    }
    while (next_running_ < running_.size() && limit-- > 0) {
        auto next = std::move(running_[next_running_++]);
        guard("queued work", [&] { next(*owner_); });
    }
    if (next_running_ < running_.size()) return true;
    std::lock_guard const lock(mutex_);
    return has_mail_;
}

void client_box::report(std::string_view what, std::exception_ptr thrown) noexcept
{
    if (auto* const home = here()) home->report(what, std::move(thrown));
}

void client_box::open(client_loop& owner, std::shared_ptr<net::waker> waker)
{
    std::lock_guard const lock(mutex_);
    owner_ = &owner;
    waker_ = std::move(waker);
    if (has_mail_) waker_->wake();
}

// A thread finds its own token here only if it has put it there itself, so no order with other memory is needed.
void client_box::enter() noexcept { thread_.store(net::this_thread_token(), std::memory_order_relaxed); }

void client_box::leave() noexcept { thread_.store(nullptr, std::memory_order_relaxed); }

void client_box::close() noexcept
{
    // what was posted is destroyed outside of the lock: it may hold handles, and those may post
    std::vector<work> dropped;
    {
        std::lock_guard const lock(mutex_);
        closed_ = true;
        waker_.reset();
        dropped.swap(items_);
    }
    dropped.clear();
    running_.clear();
    next_running_ = 0;
    owner_ = nullptr;
    leave();
}

} // namespace partyline
