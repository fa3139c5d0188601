// Theory of operation. All descriptors of the loop stand in one level-triggered epoll set; asio, or the loop of the program, watches
// that set as if it were one descriptor. Two of its members belong to the loop: an eventfd (somebody has work for the next turn) and a
// timerfd (the earliest deadline). So whatever happens, one function is called, `work`, which is a turn.
#include "net/loop.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <partyline/error.hpp>

namespace partyline::net {

namespace {

int checked(int descriptor, char const* what)
{
    if (descriptor < 0) throw error(errc::system_failure, std::string(what) + ": " + std::strerror(errno));
    return descriptor;
}

// An eventfd or timerfd stays readable until it is read.
void acknowledge(int descriptor) noexcept
{
    std::uint64_t value;
    [[maybe_unused]] auto const ignored = ::read(descriptor, &value, sizeof value);
}

constexpr std::size_t deadlines_per_turn = 1024;

} // namespace

waker::waker() : event_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {}

waker::~waker() { ::close(event_); }

void waker::wake() noexcept
{
    if (!wanted_.exchange(true, std::memory_order_acq_rel)) interrupt();
}

void waker::interrupt() noexcept
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const ignored = ::write(event_, &one, sizeof one); // fails only where it is set already
}

// What epoll reported and nobody has been told yet: a batch that took too long is finished in the next turn, before new
// events are asked for, so that nobody is overtaken for ever.
struct loop::ready_batch
{
    std::array<epoll_event, 256> events;
    std::size_t at = 0;
    std::size_t count = 0;

    void forget(void const* who) noexcept
    {
        for (std::size_t i = at; i < count; ++i)
            if (events[i].data.ptr == who) events[i].data.ptr = nullptr;
    }
};

struct loop::reactor
{
    explicit reactor(int epoll) : set(context.get_executor(), epoll) {}
    ~reactor() { set.release(); } // it is the loop's

    boost::asio::io_context context{1};
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set;
};

loop::owned_descriptor::~owned_descriptor()
{
    if (number >= 0) ::close(number);
}

loop::loop(loop_host& host, loop_options options) : host_(host), options_(options)
{
    start();
    reactor_ = std::make_unique<reactor>(epoll_.number);
    wait();
}

loop::loop(loop_host& host, driven_from_outside, loop_options options) : host_(host), options_(options) { start(); }

loop::~loop()
{
    retired_.clear();
    reactor_.reset();
}

boost::asio::io_context& loop::context() noexcept { return reactor_->context; }

void loop::start()
{
    epoll_.number = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    waker_ = std::make_shared<waker>();
    timer_.number = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
    for (int const* descriptor : {&waker_->event_, &timer_.number}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = const_cast<int*>(descriptor); // told from channels by its address
        checked(::epoll_ctl(epoll_.number, EPOLL_CTL_ADD, *descriptor, &event), "epoll_ctl");
    }
    ready_ = std::make_unique<ready_batch>();
    buffer_ = std::make_unique<char[]>(read_size + read_slack);
    now_ = std::chrono::steady_clock::now();
}

void loop::wait()
{
    reactor_->set.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](boost::system::error_code failure) {
        if (failure) return;
        work();
        if (waker_->stopping_.load(std::memory_order_acquire))
            reactor_->context.stop();
        else
            wait();
    });
}

bool loop::drive()
{
    assert(!reactor_);
    work();
    return !waker_->stopping_.load(std::memory_order_acquire);
}

void loop::run()
{
    assert(reactor_);
    reactor_->context.run();
}

bool loop::run_for(std::chrono::nanoseconds patience)
{
    return (patience.count() > 0 ? reactor_->context.run_one_for(patience) : reactor_->context.poll_one()) != 0;
}

void loop::stop() noexcept
{
    waker_->stopping_.store(true, std::memory_order_release);
    waker_->interrupt();
}

void loop::post(base::unique_function<void()> function)
{
    posted_.push_back(std::move(function));
    demand_turn();
}

void loop::turn(base::unique_function<void()> function)
{
    if (in_turn_) return function();
    begin_turn();
    function();
    end_stage();
    end_turn();
}

void loop::begin_turn() noexcept
{
    in_turn_ = true;
    now_ = turn_began_ = std::chrono::steady_clock::now();
    ++counters_.turns;
}

void loop::work()
{
    begin_turn();
    batch();
    if (waker_->wanted_.load(std::memory_order_relaxed) && waker_->wanted_.exchange(false, std::memory_order_acq_rel)) {
        ++counters_.wakes;
        host_.on_wake();
        end_stage();
    }
    if (auto const due = deadlines_.next()) {
        if (*due > now_) now_ = std::chrono::steady_clock::now();
        if (*due <= now_ && deadlines_.expire(now_, deadlines_per_turn) != 0) end_stage();
    }
    end_turn();
}

// Ready descriptors, then what was left over from the last turn, then what was posted.
void loop::batch()
{
    again_now_.swap(again_);
    auto posted = std::exchange(posted_, {});
    bool worked = std::exchange(demanded_, false) || !again_now_.empty() || !posted.empty();

    ready_batch& ready = *ready_;
    if (ready.at == ready.count) {
        auto const limit = std::clamp<std::size_t>(options_.batch_events, 1, ready.events.size());
        int const count = ::epoll_wait(epoll_.number, ready.events.data(), static_cast<int>(limit), 0);
        ready.at = 0;
        ready.count = count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    auto const end = turn_began_ + options_.batch_time;
    while (ready.at < ready.count) {
        auto const [events, data] = ready.events[ready.at++];
        if (data.ptr == &waker_->event_ || data.ptr == &timer_.number) {
            acknowledge(*static_cast<int const*>(data.ptr));
            if (data.ptr == &timer_.number) armed_ = time_point::max();
        } else if (data.ptr) {
            worked = true;
            static_cast<channel*>(data.ptr)->on_ready(events);
            if (ready.at % 8 == 0 && std::chrono::steady_clock::now() > end) break;
        }
    }
    for (std::size_t i = 0; i < again_now_.size(); ++i)
        if (channel* const item = again_now_[i]) item->on_again();
    again_now_.clear();
    for (auto& function : posted) function();
    if (worked) end_stage();
}

void loop::end_stage()
{
    do host_.on_turn_end();
    while (listener_ && listener_->on_turn_end());
}

void loop::end_turn()
{
    in_turn_ = false;
    // Destructors of channels may retire further ones.
    while (!retired_.empty()) {
        auto const gone = std::exchange(retired_, {});
    }
    if (!again_.empty() || !posted_.empty() || ready_->at < ready_->count) waker_->interrupt();
    arm();
    auto const took = std::chrono::steady_clock::now() - turn_began_;
    if (took > options_.slow_turn) {
        ++counters_.slow_turns;
        host_.on_slow_turn(took);
    }
}

void loop::schedule(timed& item, time_point deadline)
{
    deadlines_.schedule(item, deadline);
    if (!in_turn_) arm();
}

// The timer is only ever moved forward in time by firing: a deadline that moved later costs nothing here.
void loop::arm()
{
    auto const next = deadlines_.next();
    if (!next || *next >= armed_) return;
    armed_ = *next;
    auto const since = std::max<std::chrono::nanoseconds>(armed_.time_since_epoch(), std::chrono::nanoseconds(1));
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(since.count() / 1'000'000'000);
    when.it_value.tv_nsec = static_cast<long>(since.count() % 1'000'000'000);
    ::timerfd_settime(timer_.number, TFD_TIMER_ABSTIME, &when, nullptr); // steady_clock is CLOCK_MONOTONIC
}

bool loop::add(channel& item, std::uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &item;
    return ::epoll_ctl(epoll_.number, EPOLL_CTL_ADD, item.descriptor(), &event) == 0;
}

void loop::change(channel& item, std::uint32_t events) noexcept
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &item;
    ::epoll_ctl(epoll_.number, EPOLL_CTL_MOD, item.descriptor(), &event);
}

void loop::forget(channel& item) noexcept
{
    cancel(item);
    ready_->forget(&item);
    std::erase(again_, &item);
    std::replace(again_now_.begin(), again_now_.end(), &item, static_cast<channel*>(nullptr));
}

void loop::remove(channel& item) noexcept
{
    forget(item);
    epoll_event ignored{};
    ::epoll_ctl(epoll_.number, EPOLL_CTL_DEL, item.descriptor(), &ignored);
}

void loop::again(channel& item)
{
    if (std::find(again_.begin(), again_.end(), &item) != again_.end()) return;
    again_.push_back(&item);
    demand_turn();
}

void loop::retire(std::unique_ptr<channel> item)
{
    if (!item) return;
    if (item->descriptor() >= 0)
        remove(*item);
    else
        forget(*item);
    retired_.push_back(std::move(item));
    demand_turn();
}

void loop::demand_turn() noexcept
{
    if (in_turn_ || std::exchange(demanded_, true)) return;
    waker_->interrupt();
}

} // namespace partyline::net
