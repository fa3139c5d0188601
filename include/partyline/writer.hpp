// The cursor through which arguments are written: one implementation each for JSON, msgpack and `value`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <partyline/binary.hpp>
#include <partyline/error.hpp>

namespace partyline {

class args;

/// Writes one value. Sizes are exact: after `begin_array(n)` come n values, after `begin_object(n)` n times `key` and a value.
///
/// What cannot be written (deeper than the limit of the maker) is not thrown: it is kept in `failure()`, and the
/// whole message is then refused by the call that ends it.
class writer
{
public:
    virtual ~writer() = default;

    virtual void null() = 0;
    virtual void boolean(bool value) = 0;
    virtual void integer(std::int64_t value) = 0;
    virtual void unsigned_integer(std::uint64_t value) = 0;
    /// NaN and the infinities become null in JSON, as in JavaScript.
    virtual void real(double value) = 0;
    /// Invalid UTF-8 is written with U+FFFD in the place of each bad byte sequence: the wire stays valid.
    virtual void string(std::string_view value) = 0;
    /// In JSON a placeholder; the bytes travel as an attachment.
    virtual void bytes(binary const& value) = 0;

    virtual void begin_array(std::size_t count) = 0;
    virtual void end_array() = 0;
    virtual void begin_object(std::size_t count) = 0;
    virtual void key(std::string_view name) = 0;
    virtual void end_object() = 0;

    /// Writes all values of `list`, one after the other, into the array that is open. Where both sides have the same
    /// format the text is copied unchanged (placeholders are renumbered), else it is read and written value by value.
    virtual void splice(args const& list) = 0;

    /// `errc{}`, or why the message cannot be sent.
    [[nodiscard]] errc failure() const noexcept { return failure_; }
    void fail(errc why) noexcept
    {
        if (failure_ == errc{}) failure_ = why;
    }

protected:
    writer() = default;
    writer(writer const&) = default;
    writer& operator=(writer const&) = default;

    errc failure_{};
};

} // namespace partyline
