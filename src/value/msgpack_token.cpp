#include "value/msgpack_token.hpp"

#include <bit>

namespace partyline {

namespace {

/// Reads big-endian numbers from the front; once something is missing, `good` is false.
struct byte_source
{
    std::string_view bytes;
    std::size_t at = 0;
    bool good = true;

    std::uint64_t number(std::size_t width) noexcept
    {
        if (bytes.size() - at < width) {
            good = false;
            return 0;
        }
        std::uint64_t out = 0;
        for (std::size_t i = 0; i < width; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at++]);
        return out;
    }
    std::string_view content(std::uint64_t size) noexcept
    {
        if (!good || bytes.size() - at < size) {
            good = false;
            return {};
        }
        auto const begin = at;
        at += static_cast<std::size_t>(size);
        return bytes.substr(begin, static_cast<std::size_t>(size));
    }
};

using type = msgpack_token::type;

std::int64_t sign_extend(std::uint64_t number, std::size_t width) noexcept
{
    switch (width) {
    case 1:
        return static_cast<std::int8_t>(number);
    case 2:
        return static_cast<std::int16_t>(number);
    case 4:
        return static_cast<std::int32_t>(number);
    default:
        return static_cast<std::int64_t>(number);
    }
}

} // namespace

msgpack_token read_msgpack_token(std::string_view bytes) noexcept
{
    byte_source in{bytes};
    msgpack_token out;
    auto const head = static_cast<std::uint8_t>(in.number(1));
    auto const natural = [&](std::uint64_t n) {
        out.what = type::unsigned_integer;
        out.natural = n;
    };
    auto const integer = [&](std::int64_t n) {
        out.what = type::signed_integer;
        out.integer = n;
    };
    auto const content = [&](type what, std::uint64_t size) {
        out.what = what;
        if (what == type::extension) out.extension = static_cast<std::int8_t>(in.number(1));
        out.content = in.content(size);
    };
    auto const container = [&](type what, std::uint64_t count) {
        out.what = what;
        out.count = static_cast<std::uint32_t>(count);
    };
    if (head < 0x80)
        natural(head);
    else if (head < 0x90)
        container(type::map, head & 0x0f);
    else if (head < 0xa0)
        container(type::array, head & 0x0f);
    else if (head < 0xc0)
        content(type::string, head & 0x1f);
    else if (head >= 0xe0)
        integer(static_cast<std::int8_t>(head));
    else {
        switch (head) {
        case 0xc0:
            out.what = type::nil;
            break;
        case 0xc2:
        case 0xc3:
            out.what = type::boolean;
            out.boolean = head == 0xc3;
            break;
        case 0xc4:
            content(type::binary, in.number(1));
            break;
        case 0xc5:
            content(type::binary, in.number(2));
            break;
        case 0xc6:
            content(type::binary, in.number(4));
            break;
        case 0xc7:
            content(type::extension, in.number(1));
            break;
        case 0xc8:
            content(type::extension, in.number(2));
            break;
        case 0xc9:
            content(type::extension, in.number(4));
            break;
        case 0xca:
            out.what = type::real;
            out.real = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(in.number(4))));
            break;
        case 0xcb:
            out.what = type::real;
            out.real = std::bit_cast<double>(in.number(8));
            break;
        case 0xcc:
            natural(in.number(1));
            break;
        case 0xcd:
            natural(in.number(2));
            break;
        case 0xce:
            natural(in.number(4));
            break;
        case 0xcf:
            natural(in.number(8));
            break;
        case 0xd0:
            integer(sign_extend(in.number(1), 1));
            break;
        case 0xd1:
            integer(sign_extend(in.number(2), 2));
            break;
        case 0xd2:
            integer(sign_extend(in.number(4), 4));
            break;
        case 0xd3:
            integer(sign_extend(in.number(8), 8));
            break;
        case 0xd4:
        case 0xd5:
        case 0xd6:
        case 0xd7:
        case 0xd8:
            content(type::extension, std::uint64_t{1} << (head - 0xd4));
            break;
        case 0xd9:
            content(type::string, in.number(1));
            break;
        case 0xda:
            content(type::string, in.number(2));
            break;
        case 0xdb:
            content(type::string, in.number(4));
            break;
        case 0xdc:
            container(type::array, in.number(2));
            break;
        case 0xdd:
            container(type::array, in.number(4));
            break;
        case 0xde:
            container(type::map, in.number(2));
            break;
        case 0xdf:
            container(type::map, in.number(4));
            break;
        default:
            break; // 0xc1 is reserved
        }
    }
    if (!in.good) out.what = type::invalid;
    out.size = in.at;
    return out;
}

bool is_msgpack_undefined(msgpack_token const& token) noexcept
{
    return token.what == type::extension && token.extension == 0 && token.content == std::string_view("\0", 1);
}

std::optional<std::int64_t> msgpack_date(msgpack_token const& token) noexcept
{
    if (token.what != type::extension) return std::nullopt;
    constexpr std::int64_t most_seconds = 8'640'000'000'000; // ECMA-262, section 21.4.1.1: 100,000,000 days either way
    byte_source in{token.content};
    std::int64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
    if (token.extension == 0 && token.content.size() == 8) {
        auto const milliseconds = static_cast<std::int64_t>(in.number(8));
        if (milliseconds < -most_seconds * 1'000 || milliseconds > most_seconds * 1'000) return std::nullopt;
        return milliseconds;
    }
    if (token.extension != -1) return std::nullopt;
    switch (token.content.size()) {
    case 4:
        seconds = static_cast<std::int64_t>(in.number(4));
        break;
    case 8: {
        auto const both = in.number(8);
        nanoseconds = both >> 34;
        seconds = static_cast<std::int64_t>(both & 0x3ffffffff);
        break;
    }
    case 12:
        nanoseconds = in.number(4);
        seconds = static_cast<std::int64_t>(in.number(8));
        break;
    default:
        return std::nullopt;
    }
    if (seconds < -most_seconds || seconds >= most_seconds || nanoseconds > 999'999'999) return std::nullopt;
    return seconds * 1'000 + static_cast<std::int64_t>(nanoseconds / 1'000'000);
}

} // namespace partyline
