// A value or the reason why there is none. Deliberately small: no monadic vocabulary, no exceptions inside.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include <partyline/error.hpp>

namespace partyline {

/// Holds a `T`, or an `errc`. Test with `if (r)`, read with `*r`, ask why with `r.error()`.
/// `value()` throws `partyline::error` where there is none.
template <class T>
class [[nodiscard]] result
{
public:
    using value_type = T;

    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(errc code) : state_(std::in_place_index<1>, code) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// Why there is no value. Precondition: `!has_value()`.
    [[nodiscard]] errc error() const noexcept
    {
        assert(!has_value());
        return *std::get_if<1>(&state_);
    }

    [[nodiscard]] T& value() &
    {
        demand();
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T const& value() const&
    {
        demand();
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() &&
    {
        demand();
        return std::move(*std::get_if<0>(&state_));
    }

    T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    T const& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    T const* operator->() const noexcept { return std::get_if<0>(&state_); }

private:
    void demand() const
    {
        if (!has_value()) throw partyline::error(error());
    }

    std::variant<T, errc> state_;
};

/// Success, or an `errc`.
template <>
class [[nodiscard]] result<void>
{
public:
    using value_type = void;

    result() = default;
    result(errc code) : code_(code) {}

    [[nodiscard]] bool has_value() const noexcept { return code_ == errc{}; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] errc error() const noexcept { return code_; }
    void value() const
    {
        if (!has_value()) throw partyline::error(code_);
    }

private:
    errc code_{};
};

} // namespace partyline
