// The cursor through which typed arguments are read, whatever they are stored as: one implementation each for JSON,
// msgpack and `value`. Users meet it when they write a `convert` for a type of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <partyline/binary.hpp>
#include <partyline/error.hpp>

namespace partyline {

enum class value_kind : std::uint8_t
{
    null,
    boolean,
    integer,
    real,
    string,
    binary,
    array,
    object
};

/// A forward cursor over one value. Each `read_` and `enter_` answers `true` and moves behind what it read, or answers
/// `false`, moves nothing, and leaves the reason in `failure()`.
///
/// Arrays:  `if (r.enter_array()) while (r.next_element()) ...read or skip exactly one value...`
/// Objects: `if (r.enter_object()) for (std::string_view key; r.next_key(key);) ...read or skip exactly one value...`
/// The call that answers `false` has left the array or object. Keys come as they stand in the text, duplicates too:
/// who assigns in order lets the last one win, as JavaScript does.
///
/// Lifetime: the views handed out live as long as the storage behind the reader, which its maker states.
class reader
{
public:
    virtual ~reader() = default;

    /// The kind of the value at the cursor. A number without a fraction or exponent is `integer`.
    [[nodiscard]] virtual value_kind peek() const = 0;

    virtual bool read_null() = 0;
    virtual bool read_bool(bool& out) = 0;
    /// An integral double in range fits an integer; everything else that is not an integer is a `type_mismatch`, beyond the range `out_of_range`.
    virtual bool read_int64(std::int64_t& out) = 0;
    virtual bool read_uint64(std::uint64_t& out) = 0;
    /// Any number. Integers beyond 2^53 are rounded, as in JavaScript; beyond the range of a double they are infinite.
    virtual bool read_double(double& out) = 0;
    /// Valid UTF-8: lone surrogates arrive as U+FFFD.
    virtual bool read_string(std::string_view& out) = 0;
    /// Shares the bytes where the storage is shared, else copies.
    virtual bool read_binary(binary& out) = 0;

    virtual bool enter_array() = 0;
    virtual bool next_element() = 0;
    virtual bool enter_object() = 0;
    virtual bool next_key(std::string_view& out) = 0;

    /// Moves behind the value at the cursor, whatever it is.
    virtual void skip() = 0;

    /// A second cursor at the same place over the same storage: for trying one reading, then another.
    [[nodiscard]] virtual std::unique_ptr<reader> clone() const = 0;

    /// Why the last call answered `false`; `errc{}` if none has.
    [[nodiscard]] errc failure() const noexcept { return failure_; }
    /// Records why, and answers `false`: for a `convert` that finds a value unfit.
    bool fail(errc why) noexcept
    {
        failure_ = why;
        return false;
    }

protected:
    reader() = default;
    reader(reader const&) = default;
    reader& operator=(reader const&) = default;

    errc failure_{};
};

} // namespace partyline
