// The answer that is still on its way: what `emit_with_ack`, `fetch_sockets` and the like return.
#pragma once

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <partyline/result.hpp>

namespace partyline {

/// Where a suspended coroutine is to be resumed: the thread that it was suspended on, if that is a thread of the
/// library; otherwise wherever the answer arrives.
class resume_place
{
public:
    /// The place of the calling thread.
    static resume_place here();
    /// Runs `work` there, at once if this is the place.
    void run(std::function<void()> work) const;

private:
    std::shared_ptr<void> mailbox_;
};

/// An answer that will come exactly once. Await it (`co_await` throws `partyline::error` where there is none,
/// `co_await as_result(...)` gives a `result<T>`), or give it a callback with `then`. Dropping it ignores the answer.
///
/// Thread: may be created, awaited and completed on different threads; one coroutine or callback at most.
template <class T>
class [[nodiscard]] pending
{
public:
    /// The shared place of the answer, for those who complete it.
    class promise
    {
    public:
        /// The first call wins, later ones do nothing.
        void complete(result<T> answer)
        {
            if (taken_.exchange(true)) return;
            answer_.emplace(std::move(answer));
            if (state_.exchange(done) == waiting) std::exchange(wake_, nullptr)();
        }

    private:
        friend class pending;
        enum state : unsigned char
        {
            empty,
            waiting,
            done
        };
        std::optional<result<T>> answer_;
        std::function<void()> wake_;
        std::atomic<bool> taken_{false};
        std::atomic<unsigned char> state_{empty};
    };

    pending() : promise_(std::make_shared<promise>()) {}
    [[nodiscard]] std::shared_ptr<promise> const& completer() const noexcept { return promise_; }

    /// Calls `callback(result<T>)` when the answer is there, on the thread of the caller if that is one of the library's.
    template <class F>
    void then(F callback) &&
    {
        auto state = promise_;
        listen([state, callback = std::move(callback)]() mutable { callback(std::move(*state->answer_)); });
    }

    struct result_awaiter
    {
        pending self;
        bool await_ready() const noexcept { return self.promise_->state_.load() == promise::done; }
        bool await_suspend(std::coroutine_handle<> handle)
        {
            auto place = resume_place::here();
            self.promise_->wake_ = [place, handle] { place.run([handle] { handle.resume(); }); };
            return self.promise_->state_.exchange(promise::waiting) != promise::done;
        }
        result<T> await_resume() { return std::move(*self.promise_->answer_); }
    };
    struct throwing_awaiter : result_awaiter
    {
        T await_resume()
        {
            result<T> answer = result_awaiter::await_resume();
            if constexpr (std::is_void_v<T>)
                answer.value();
            else
                return std::move(answer).value();
        }
    };

    throwing_awaiter operator co_await() && { return {{std::move(*this)}}; }
    throwing_awaiter operator co_await() const& { return {{*this}}; }

private:
    template <class U>
    friend struct awaited_result;

    void listen(std::function<void()> callback)
    {
        auto place = resume_place::here();
        auto run = std::make_shared<std::function<void()>>(std::move(callback));
        promise_->wake_ = [place, run] { place.run([run] { (*run)(); }); };
        if (promise_->state_.exchange(promise::waiting) != promise::done) return;
        promise_->wake_ = nullptr;
        (*run)();
    }

    std::shared_ptr<promise> promise_;
};

/// `co_await as_result(pending)` gives a `result<T>` instead of throwing.
template <class T>
struct awaited_result
{
    pending<T> answer;
    typename pending<T>::result_awaiter operator co_await() && { return {std::move(answer)}; }
};
template <class T>
[[nodiscard]] awaited_result<T> as_result(pending<T> answer)
{
    return {std::move(answer)};
}

} // namespace partyline
