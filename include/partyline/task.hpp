// The coroutine type of handlers: lazy, started by whoever awaits it, or by the library when a handler returns it.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace partyline {

template <class T = void>
class task;

/// Resumes the awaiting coroutine when a task ends; shared by all promises of `task`.
struct task_final_awaiter
{
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept
    {
        return ended.promise().continuation;
    }
    void await_resume() const noexcept {}
};

/// A promise's part that does not depend on the result.
struct task_promise_base
{
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr thrown;

    std::suspend_always initial_suspend() const noexcept { return {}; }
    task_final_awaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { thrown = std::current_exception(); }
};

template <class T>
struct task_promise : task_promise_base
{
    std::optional<T> value;
    task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& given)
    {
        value.emplace(std::forward<U>(given));
    }
    T take()
    {
        if (thrown) std::rethrow_exception(thrown);
        return std::move(*value);
    }
};

template <>
struct task_promise<void> : task_promise_base
{
    task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const
    {
        if (thrown) std::rethrow_exception(thrown);
    }
};

/// A lazy coroutine. Movable, awaited at most once; what it throws, `co_await` throws.
///
/// Thread: a handler's task runs on the thread of its socket, and is resumed there after each await of this library.
template <class T>
class [[nodiscard("a task does nothing until it is awaited or returned from a handler")]] task
{
public:
    using promise_type = task_promise<T>;

    task(task && other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    task& operator=(task&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~task()
    {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept
    {
        handle_.promise().continuation = awaiting;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

private:
    friend promise_type;
    explicit task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
};

template <class T>
task<T> task_promise<T>::get_return_object() noexcept
{
    return task<T>{std::coroutine_handle<task_promise>::from_promise(*this)};
}

inline task<void> task_promise<void>::get_return_object() noexcept
{
    return task<void>{std::coroutine_handle<task_promise>::from_promise(*this)};
}

/// A coroutine that nobody awaits: it starts at once and frees itself at its end. It must not let an exception out.
struct detached_task
{
    struct promise_type
    {
        detached_task get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };
};

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

} // namespace partyline
