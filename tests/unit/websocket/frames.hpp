// Builds frames, feeds them to a reader in pieces of any size, and prints what comes out: "text:hello", "ping:x",
// "close:1000:bye", "failure:1002".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "websocket/frame.hpp"
#include "websocket/inflater.hpp"
#include "websocket/message_reader.hpp"

namespace partyline::websocket::test {

inline constexpr mask_key key{0x37, 0xfa, 0x21, 0x3d};

/// A frame as a client sends it.
inline std::string masked(opcode code, std::string_view payload, bool fin = true, bool rsv1 = false)
{
    std::string out;
    append_frame(out, {.code = code, .fin = fin, .rsv1 = rsv1, .mask = key}, payload);
    return out;
}

/// A frame as a server sends it.
inline std::string plain(opcode code, std::string_view payload, bool fin = true, bool rsv1 = false)
{
    std::string out;
    append_frame(out, {.code = code, .fin = fin, .rsv1 = rsv1}, payload);
    return out;
}

inline std::string text(std::string_view payload) { return masked(opcode::text, payload); }
inline std::string binary(std::string_view payload) { return masked(opcode::binary, payload); }

/// Payload of a close frame.
inline std::string closing(unsigned code, std::string_view reason = {})
{
    std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return out.append(reason);
}

inline std::string print(reader_event const& event)
{
    struct printer
    {
        std::string operator()(message const& m) const
        {
            return (m.is_binary ? "binary:" : "text:") + std::string(m.data);
        }
        std::string operator()(ping const& p) const { return "ping:" + std::string(p.payload); }
        std::string operator()(pong const& p) const { return "pong:" + std::string(p.payload); }
        std::string operator()(close const& c) const
        {
            return "close:" + std::to_string(static_cast<unsigned>(c.code)) + ":" + std::string(c.reason);
        }
        std::string operator()(failure const& f) const
        {
            return "failure:" + std::to_string(static_cast<unsigned>(f.code));
        }
    };
    return std::visit(printer{}, event);
}

using events = std::vector<std::string>;

/// Reads all that comes out for one piece, which lies in memory of its own with exactly 64 bytes behind it.
inline void feed(message_reader& reader, std::string_view piece, events& out)
{
    std::vector<char> memory(piece.begin(), piece.end());
    memory.resize(piece.size() + 64);
    reader.receive({memory.data(), piece.size()});
    unsigned padding = 0;
    while (auto event = reader.next_event()) {
        if (auto const* m = std::get_if<message>(&*event))
            for (std::size_t i = 0; i != 64; ++i)
                padding += static_cast<unsigned char>(m->data.data()[m->data.size() + i]);
        out.push_back(print(*event));
    }
    volatile unsigned const looked_at = padding; // the sanitizer has seen that the padding is there
    (void)looked_at;
}

/// Everything that comes out of `bytes`, in pieces of `piece_size`.
inline events read(message_reader& reader, std::string_view bytes, std::size_t piece_size = std::string_view::npos)
{
    events out;
    while (!bytes.empty()) {
        feed(reader, bytes.substr(0, piece_size), out);
        bytes.remove_prefix(std::min(piece_size, bytes.size()));
    }
    return out;
}

/// The reader of a server with default limits, and the bytes in one piece, in single bytes, and cut in two at every
/// place; all have to give the same. Answers what that is.
inline events read_every_way(std::string_view bytes, role self = role::server, message_limits const& limits = {},
                             bool compression = false)
{
    inflater decompressor(false);
    auto const make = [&] { return message_reader(self, limits, compression ? &decompressor : nullptr); };
    auto whole = make();
    events const expected = read(whole, bytes);
    auto bytewise = make();
    if (auto const got = read(bytewise, bytes, 1); got != expected) return {"differs in single bytes"};
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        auto reader = make();
        events got;
        feed(reader, bytes.substr(0, cut), got);
        feed(reader, bytes.substr(cut), got);
        if (got != expected) return {"differs when cut at " + std::to_string(cut)};
    }
    return expected;
}

} // namespace partyline::websocket::test
