// The answer that is still on its way: what `emit_with_ack`, `fetch_sockets` and the like return.
#pragma once

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <partyline/result.hpp>
#include <partyline/task.hpp>

namespace partyline::net {
class waiting_list;
}

namespace partyline {

/// The shared place of one answer, with its type left open: whether it has come, and who waits for it.
///
/// Who waits on a thread of the library is called there, at once or in one of its turns; others are called wherever the
/// answer arrives. No wait is ended silently: when its thread stops, and when everybody who could have answered is
/// gone, the answer is `errc::disconnected`.
///
/// Thread: `wait` the waiting one, once; the rest any. Owner: shared by the waiting side and those who may answer.
class answer_wait : public std::enable_shared_from_this<answer_wait>
{
public:
    answer_wait() = default;
    answer_wait(answer_wait const&) = delete;
    answer_wait& operator=(answer_wait const&) = delete;
    virtual ~answer_wait() = default;

    [[nodiscard]] bool is_there() const noexcept { return state_.load() == state::there; }
    /// Calls `wake` once, when the answer is there. `false`, and nothing will be called: it is there already.
    [[nodiscard]] bool wait(std::function<void()> wake);
    /// Somebody begins to wait. Throws `invalid_option` if somebody has before: there is one answer, and it is moved out.
    void begin_wait();
    /// Begins to wait, and stops the calling thread until the answer is there. Throws `wrong_thread` on a thread of the library, which would stop for ever.
    void block();
    /// No answer will come.
    virtual void fail(errc why) = 0;

protected:
    /// Whether the caller is the one who answers; he stores the answer, then calls `answered`.
    [[nodiscard]] bool claim() noexcept { return !taken_.exchange(true); }
    void answered();

private:
    friend class net::waiting_list;
    enum class state : unsigned char
    {
        open,
        waited_for,
        there
    };

    void wake_up();

    std::function<void()> wake_;
    std::shared_ptr<void> place_; // the `net::answer_home` of the waiting thread; null: none of the library's
    answer_wait* previous_ = nullptr;
    answer_wait* next_ = nullptr; // of those who wait on the same thread
    bool is_listed_ = false;
    std::atomic<bool> taken_{false};
    std::atomic<bool> has_waiter_{false};
    std::atomic<state> state_{state::open};
};

/// An answer that will come exactly once. Await it (`co_await` throws `partyline::error` where there is none,
/// `co_await as_result(...)` gives a `result<T>`), give it a callback with `then`, or, on a thread of your own, stop that
/// thread with `get`. Dropping it ignores the answer. When the server stops, what is still awaited is answered by `errc::disconnected`, and so is what is awaited from then on:
/// a coroutine that goes round and round has to leave its loop at that error.
///
/// Thread: may be created, awaited and completed on different threads. It is waited for once, by a coroutine, a callback or `get`;
/// more often throws `invalid_option`.
template <class T>
class [[nodiscard]] pending
{
    class place final : public answer_wait
    {
    public:
        void complete(result<T> answer)
        {
            if (!claim()) return;
            answer_.emplace(std::move(answer));
            answered();
        }
        void fail(errc why) override { complete(why); }
        [[nodiscard]] result<T> take() { return std::move(*answer_); }

    private:
        std::optional<result<T>> answer_;
    };

public:
    /// For those who complete it. When the last of them is gone without an answer, that is the answer: `errc::disconnected`.
    class promise
    {
    public:
        explicit promise(std::shared_ptr<place> to) noexcept : to_(std::move(to)) {}
        promise(promise const&) = delete;
        promise& operator=(promise const&) = delete;
        ~promise()
        {
            try {
                to_->fail(errc::disconnected);
            } catch (...) { // of a callback: it has nobody to hear it any more
            }
        }
        /// The first call wins, later ones do nothing.
        void complete(result<T> answer) { to_->complete(std::move(answer)); }

    private:
        std::shared_ptr<place> to_;
    };

    pending() : place_(std::make_shared<place>()) {}
    /// To be kept by whoever will complete it, and until everybody who might has got a copy.
    [[nodiscard]] std::shared_ptr<promise> completer()
    {
        auto held = promise_.lock();
        if (!held) promise_ = held = std::make_shared<promise>(place_);
        return held;
    }

    /// Calls `callback(result<T>)` when the answer is there, on the thread of the caller if that is one of the library's.
    template <class F>
    void then(F callback) const
    {
        static_assert(!is_task<std::invoke_result_t<F&, result<T>>>,
                      "partyline: what `then` calls is no coroutine; in a coroutine, co_await the answer itself");
        place_->begin_wait();
        auto const run = std::make_shared<F>(std::move(callback));
        if (!place_->wait([here = place_, run] { (*run)(here->take()); })) (*run)(place_->take());
    }

    /// Waits for the answer, and throws `partyline::error` where there is none; `wrong_thread` at once on a thread of the library.
    T get() const
    {
        place_->block();
        if constexpr (std::is_void_v<T>)
            place_->take().value();
        else
            return place_->take().value();
    }

    struct result_awaiter
    {
        pending self;
        bool await_ready() const
        {
            self.place_->begin_wait();
            return self.place_->is_there();
        }
        bool await_suspend(std::coroutine_handle<> handle)
        {
            return self.place_->wait([handle] { handle.resume(); });
        }
        result<T> await_resume() { return self.place_->take(); }
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

    std::shared_ptr<place> place_;
    std::weak_ptr<promise> promise_;
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
