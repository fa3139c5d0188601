// Waiting for an answer, and being woken: see answer_home.hpp and <partyline/pending.hpp>.
#include "net/answer_home.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

namespace partyline {

bool answer_wait::wait(std::function<void()> wake)
{
    auto* const home = net::working_home();
    if (home && home->waiting().is_closed()) {
        fail(errc::disconnected); // or somebody has answered, or is about to
        while (!is_there()) std::this_thread::yield();
        return false;
    }
    wake_ = std::move(wake);
    if (home) {
        place_ = home->shared_from_this();
        home->waiting().add(*this);
    }
    auto expected = state::open;
    // whoever answers from now on wakes, perhaps at once and elsewhere: nothing of this may be touched any more
    if (state_.compare_exchange_strong(expected, state::waited_for)) return true;
    if (home) home->waiting().remove(*this);
    wake_ = nullptr;
    return false;
}

void answer_wait::begin_wait()
{
    if (has_waiter_.exchange(true))
        throw error(errc::invalid_option, "an answer is waited for once: by co_await, then() or get()");
}

void answer_wait::answered()
{
    auto const self = shared_from_this(); // who is woken lets go
    if (state_.exchange(state::there) != state::waited_for) return;
    auto* const home = static_cast<net::answer_home*>(place_.get());
    if (!home) return wake_up();
    // a home that is closed has ended this wait, or is about to
    home->run_here([self, home] {
        if (!self->is_listed_) return;
        home->waiting().remove(*self);
        home->guard("a callback", [&] { self->wake_up(); });
    });
}

void answer_wait::wake_up()
{
    auto const wake = std::exchange(wake_, nullptr);
    wake();
}

void answer_wait::block()
{
    if (net::working_home() || net::foreign_loop::any_runs_here())
        throw error(errc::wrong_thread,
                    "get() would stop the thread that the answer comes by: co_await it, or use then()");
    begin_wait();
    auto const there = std::make_shared<std::binary_semaphore>(0);
    if (wait([there] { there->release(); })) there->acquire();
}

listener_id new_listener_id() noexcept
{
    static std::atomic<std::uint64_t> last{0};
    return static_cast<listener_id>(++last);
}

void report_listener(std::exception_ptr thrown) noexcept
{
    if (auto* const home = net::working_home()) home->report("a coroutine", std::move(thrown));
}

} // namespace partyline

namespace partyline::net {

answer_home*& working_home() noexcept
{
    static thread_local answer_home* at_work = nullptr;
    return at_work;
}

void const* this_thread_token() noexcept
{
    static thread_local char token;
    return &token;
}

namespace {

struct foreign_loops
{
    std::mutex mutex;
    std::vector<std::shared_ptr<foreign_loop::entry>> all;
};

// Never destroyed: the program's loop may be an object that outlives ours.
foreign_loops& loops_of_the_program()
{
    static auto& held = *new foreign_loops;
    return held;
}

} // namespace

// The program's function is called under its own lock alone: whoever ends the loop waits for that call, and nobody else does.
struct foreign_loop::entry
{
    bool runs_here()
    {
        std::lock_guard const lock(mutex);
        return ask && ask();
    }

    std::mutex mutex;
    std::function<bool()> ask; // empty from the loop's end on
};

foreign_loop::foreign_loop(std::function<bool()> runs_here) : entry_(std::make_shared<entry>())
{
    entry_->ask = std::move(runs_here);
    auto& loops = loops_of_the_program();
    std::lock_guard const lock(loops.mutex);
    loops.all.push_back(entry_);
}

foreign_loop::~foreign_loop()
{
    {
        auto& loops = loops_of_the_program();
        std::lock_guard const lock(loops.mutex);
        std::erase(loops.all, entry_);
    }
    std::lock_guard const lock(entry_->mutex);
    entry_->ask = nullptr;
}

bool foreign_loop::any_runs_here()
{
    auto& loops = loops_of_the_program();
    std::unique_lock lock(loops.mutex);
    auto const all = loops.all;
    lock.unlock();
    return std::any_of(all.begin(), all.end(), [](auto const& each) { return each->runs_here(); });
}

// --- those who wait on one thread -----------------------------------------------------------------------------------

void waiting_list::add(answer_wait& who) noexcept
{
    who.is_listed_ = true;
    who.previous_ = nullptr;
    who.next_ = std::exchange(first_, &who);
    if (who.next_) who.next_->previous_ = &who;
}

void waiting_list::remove(answer_wait& who) noexcept
{
    who.is_listed_ = false;
    (who.previous_ ? who.previous_->next_ : first_) = who.next_;
    if (who.next_) who.next_->previous_ = who.previous_;
    who.previous_ = who.next_ = nullptr;
}

void waiting_list::close(answer_home& home)
{
    is_closed_ = true;
    while (first_) {
        auto const who = first_->shared_from_this();
        remove(*who);
        // not in the list any more: `answered` wakes nobody
        who->fail(errc::disconnected);
        while (!who->is_there()) std::this_thread::yield(); // somebody else is answering at this moment
        home.guard("a callback", [&] { who->wake_up(); });
    }
}

} // namespace partyline::net
