// Which bytes a delivery is on a WebSocket: its plain frames, or those of its parts that are worth it deflated.
#pragma once

#include <cstddef>
#include <string_view>

#include "engineio/delivery.hpp"

namespace partyline::net {

/// How a link wants its frames, without context takeover. A small value; links that agree in it send the same bytes.
struct frame_pieces
{
    websocket::thread_deflater* deflater = nullptr; ///< null: nothing is compressed
    int window_bits = 0;
    std::size_t threshold = 0;
    bool base64 = false; ///< binary as text, for clients that asked for it

    friend bool operator==(frame_pieces const&, frame_pieces const&) = default;

    /// Calls `visit(std::string_view)` for each piece, in order, none of them empty.
    template <class Visit>
    void for_each(engineio::delivery& item, Visit&& visit) const
    {
        auto const parts = item.parts();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (base64 && parts[i].is_binary) {
                visit(item.base64_frame(i));
                continue;
            }
            if (deflater && item.deflatable(i, threshold)) {
                if (auto const frame = item.deflated_frame(i, window_bits, *deflater); !frame.empty()) {
                    visit(frame);
                    continue;
                }
            }
            visit(parts[i].frame_head());
            if (auto const tail = parts[i].frame_tail(); !tail.empty()) visit(tail);
        }
    }

    [[nodiscard]] std::size_t size(engineio::delivery& item) const
    {
        if (!deflater && !base64) return item.bytes();
        std::size_t total = 0;
        for_each(item, [&](std::string_view piece) { total += piece.size(); });
        return total;
    }
};

} // namespace partyline::net
