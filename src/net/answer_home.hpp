// A thread of the library as those see it who wait on it for an answer: where they are woken, and how their waits end when it
// stops. It does not know what is waited for, nor what else the thread does. The server's mailbox and the client's are such homes.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string_view>

#include <partyline/listener.hpp>
#include <partyline/pending.hpp>

#include "base/unique_function.hpp"

namespace partyline::net {

/// Thread: the home's. Owner: the home.
class waiting_list
{
public:
    void add(answer_wait& who) noexcept;
    void remove(answer_wait& who) noexcept;
    /// Ends every wait, with `errc::disconnected` where there is no answer; who waits from now on does not wait.
    void close(class answer_home& home);
    void open() noexcept { is_closed_ = false; }
    [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }

private:
    answer_wait* first_ = nullptr;
    bool is_closed_ = false;
};

/// Thread: `run_here` any, the rest its own. Owner: shared by the thread and those who wait. Lifetime: longer than the thread's work.
class answer_home : public std::enable_shared_from_this<answer_home>
{
public:
    virtual ~answer_home() = default;
    answer_home(answer_home const&) = delete;
    answer_home& operator=(answer_home const&) = delete;

    /// Runs it now if this is its thread, else in one of its turns. `false`: it has stopped.
    virtual bool run_here(base::unique_function<void()> job) = 0;
    /// Counts and logs what code of the user has thrown.
    virtual void report(std::string_view what, std::exception_ptr thrown) noexcept = 0;

    /// Calls code of the user; what it throws is reported. `what` is a text, or makes one when it is needed.
    template <class What, class F>
    bool guard(What const& what, F&& call) noexcept
    {
        try {
            call();
            return true;
        } catch (...) {
            if constexpr (std::is_invocable_v<What const&>)
                report(what(), std::current_exception());
            else
                report(what, std::current_exception());
            return false;
        }
    }
    [[nodiscard]] waiting_list& waiting() noexcept { return waiting_; }
    void close_waits() { waiting_.close(*this); }

protected:
    answer_home() = default;

private:
    waiting_list waiting_;
};

/// The home that the calling thread is at work for; null on foreign threads.
[[nodiscard]] answer_home*& working_home() noexcept;
/// A loop of the program's that drives one of ours: a thread that runs it must not stop to wait for an answer.
///
/// Thread: any. Owner: whoever lets his loop be driven. Lifetime: as long as `runs_here` may be called.
class foreign_loop
{
public:
    struct entry;

    explicit foreign_loop(std::function<bool()> runs_here);
    ~foreign_loop();
    foreign_loop(foreign_loop const&) = delete;
    foreign_loop& operator=(foreign_loop const&) = delete;

    /// Whether the calling thread runs any of them.
    [[nodiscard]] static bool any_runs_here();

private:
    std::shared_ptr<entry> entry_;
};
/// A token for the calling thread.
[[nodiscard]] void const* this_thread_token() noexcept;

} // namespace partyline::net

namespace partyline {

/// Ids are unique in the process.
[[nodiscard]] listener_id new_listener_id() noexcept;

} // namespace partyline
