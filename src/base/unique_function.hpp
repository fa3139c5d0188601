// A callable that is owned by one: `std::function` for things that move but do not copy, which C++20 does not bring.
// Callables up to 48 bytes are held inline. It knows nothing of what it calls.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace partyline::base {

/// Holds any callable, without knowing its signature: the part of `unique_function` that all signatures share.
class function_storage
{
public:
    static constexpr std::size_t capacity = 48;

    function_storage() = default;
    function_storage(function_storage&& other) noexcept : move_(std::exchange(other.move_, nullptr))
    {
        if (move_) move_(other.buffer_, buffer_);
    }
    function_storage& operator=(function_storage&& other) noexcept
    {
        if (this != &other) {
            reset();
            move_ = std::exchange(other.move_, nullptr);
            if (move_) move_(other.buffer_, buffer_);
        }
        return *this;
    }
    ~function_storage() { reset(); }

    template <class F>
    void emplace(F callable)
    {
        using held = held_type<F>;
        ::new (static_cast<void*>(buffer_)) held(wrap<F>(std::move(callable)));
        move_ = [](std::byte* from, std::byte* to) noexcept {
            held& source = *std::launder(reinterpret_cast<held*>(from));
            if (to) ::new (static_cast<void*>(to)) held(std::move(source));
            source.~held();
        };
    }

    /// The callable that `emplace<F>` put in.
    template <class F>
    [[nodiscard]] F& target() noexcept
    {
        auto& held = *std::launder(reinterpret_cast<held_type<F>*>(buffer_));
        if constexpr (is_inline<F>)
            return held;
        else
            return *held;
    }
    template <class F>
    [[nodiscard]] F const& target() const noexcept
    {
        return const_cast<function_storage*>(this)->target<F>();
    }

    [[nodiscard]] bool empty() const noexcept { return move_ == nullptr; }
    void reset() noexcept
    {
        if (move_) std::exchange(move_, nullptr)(buffer_, nullptr);
    }

private:
    template <class F>
    static constexpr bool
        is_inline = sizeof(F) <= capacity &&
                    alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;
    template <class F>
    using held_type = std::conditional_t<is_inline<F>, F, std::unique_ptr<F>>;
    template <class F>
    static held_type<F> wrap(F callable)
    {
        if constexpr (is_inline<F>)
            return callable;
        else
            return std::make_unique<F>(std::move(callable));
    }

    alignas(std::max_align_t) std::byte buffer_[capacity];
    void (*move_)(std::byte* from, std::byte* to) noexcept = nullptr; // moves, or destroys where `to` is null
};

/// `std::invoke` that drops the result where `R` is void (C++23 has it as `invoke_r`).
template <class R, class F, class... Args>
R call_as(F&& callable, Args&&... args)
{
    if constexpr (std::is_void_v<R>)
        std::invoke(std::forward<F>(callable), std::forward<Args>(args)...);
    else
        return std::invoke(std::forward<F>(callable), std::forward<Args>(args)...);
}

template <class Signature>
class unique_function;

/// `unique_function<int(std::string) const>` holds what can be called while const; `unique_function<int(std::string)>`
/// holds anything that can be called. Calling an empty one is misuse, and asserted.
template <class R, class... Args>
class unique_function<R(Args...)>
{
public:
    unique_function() = default;
    unique_function(std::nullptr_t) {}
    template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, unique_function> &&
             std::is_invocable_r_v<R, std::remove_cvref_t<F>&, Args...>) unique_function(F&& callable)
    {
        using held = std::remove_cvref_t<F>;
        storage_.template emplace<held>(std::forward<F>(callable));
        call_ = [](function_storage& storage, Args... args) -> R {
            return call_as<R>(storage.template target<held>(), std::forward<Args>(args)...);
        };
    }

    explicit operator bool() const noexcept { return !storage_.empty(); }
    R operator()(Args... args)
    {
        assert(!storage_.empty());
        return call_(storage_, std::forward<Args>(args)...);
    }

private:
    function_storage storage_;
    R (*call_)(function_storage&, Args...) = nullptr;
};

template <class R, class... Args>
class unique_function<R(Args...) const>
{
public:
    unique_function() = default;
    unique_function(std::nullptr_t) {}
    template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, unique_function> &&
             std::is_invocable_r_v<R, std::remove_cvref_t<F> const&, Args...>) unique_function(F&& callable)
    {
        using held = std::remove_cvref_t<F>;
        storage_.template emplace<held>(std::forward<F>(callable));
        call_ = [](function_storage const& storage, Args... args) -> R {
            return call_as<R>(storage.template target<held>(), std::forward<Args>(args)...);
        };
    }

    explicit operator bool() const noexcept { return !storage_.empty(); }
    R operator()(Args... args) const
    {
        assert(!storage_.empty());
        return call_(storage_, std::forward<Args>(args)...);
    }

private:
    function_storage storage_;
    R (*call_)(function_storage const&, Args...) = nullptr;
};

} // namespace partyline::base
