// One msgpack token: the head of a value, taken apart (github.com/msgpack/msgpack/blob/master/spec.md). What reading and
// validating share. Reads nothing beyond the end it is given, and trusts no length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace partyline {

struct msgpack_token
{
    enum class type : std::uint8_t
    {
        invalid,
        nil,
        boolean,
        signed_integer,
        unsigned_integer,
        real,
        string,
        binary,
        extension,
        array,
        map
    };

    type what = type::invalid;
    bool boolean = false;
    std::int8_t extension = 0; // type of an extension
    std::int64_t integer = 0;  // signed
    std::uint64_t natural = 0; // unsigned
    double real = 0;
    std::uint32_t count = 0;  // elements of an array, members of a map
    std::string_view content; // of a string, binary or extension
    std::size_t size = 0;     // of the token in bytes, content included, elements not
};

/// The token at the start of `bytes`; `invalid` if it is reserved or goes beyond the end.
[[nodiscard]] msgpack_token read_msgpack_token(std::string_view bytes) noexcept;

/// notepack's undefined: an extension of type 0 with one zero.
[[nodiscard]] bool is_msgpack_undefined(msgpack_token const& token) noexcept;
/// Milliseconds since 1970 if the token is a Date: the timestamp extension -1, or notepack 2's own extension 0 of eight bytes.
/// Nothing if it is none, or beyond the range of JavaScript's Date.
[[nodiscard]] std::optional<std::int64_t> msgpack_date(msgpack_token const& token) noexcept;

} // namespace partyline
