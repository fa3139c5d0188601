// What a connection remembers between reads: a frame cut by the end of the bytes, a message cut into frames. Private to
// `message_reader`, which decides what the bytes mean; this holds them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/utf8.hpp"
#include "websocket/frame.hpp"
#include "websocket/frame_reader.hpp"
#include "websocket/padded_buffer.hpp"

namespace partyline::websocket {

/// Thread: that of its reader. Owner: the reader. Lifetime: while something is incomplete, and until the caller has
/// seen the view that completed it.
class partial_message
{
public:
    // -- a header cut by the end of the bytes

    /// Completes the header kept so far with what it needs of `input`, and takes that off `input`.
    frame_reader::status complete_header(frame_reader reader, std::span<char>& input, frame_header& out);

    // -- a frame whose payload is still arriving

    [[nodiscard]] bool in_frame() const noexcept { return in_frame_; }
    [[nodiscard]] frame_header const& frame() const noexcept { return frame_; }
    void begin_frame(frame_header const& header) noexcept;
    /// Takes payload off `input`, unmasked, to the message or, if the frame is a control frame, aside. Answers whether
    /// text is valid so far. No message becomes longer than `limit`.
    bool take_payload(std::span<char>& input, std::size_t limit);
    /// Whether the frame has all of its payload.
    [[nodiscard]] bool is_frame_full() const noexcept { return missing_ == 0; }
    void end_frame() noexcept { in_frame_ = false; }
    [[nodiscard]] std::string_view control_payload() const noexcept { return {control_.data(), control_size_}; }

    // -- a message of which at least one frame has begun

    [[nodiscard]] bool in_message() const noexcept { return in_message_; }
    [[nodiscard]] bool is_binary() const noexcept { return is_binary_; }
    [[nodiscard]] bool is_compressed() const noexcept { return is_compressed_; }
    [[nodiscard]] std::size_t frames() const noexcept { return frames_; }
    /// A data frame begins, the first of a message or one more.
    void count_frame(frame_header const& header) noexcept;
    /// Appends payload that is unmasked already; `is_ascii` spares the look at it. Answers as `take_payload`.
    /// `expected` is how long the message will become at most.
    bool append(std::string_view payload, bool is_ascii, std::size_t expected);
    /// Whether text may end here.
    [[nodiscard]] bool is_text_complete() const noexcept { return utf8_.complete(); }
    void end_message() noexcept { in_message_ = false; }

    /// The message so far. Whatever it holds is given up with this object.
    padded_buffer data;

    /// Whether nothing is incomplete any more: then the object goes, as soon as views into it are no longer needed.
    [[nodiscard]] bool is_idle() const noexcept { return !in_frame_ && !in_message_ && header_size_ == 0; }

private:
    std::array<char, max_control_size> control_;
    std::array<char, max_header_size> header_;
    std::uint8_t control_size_ = 0;
    std::uint8_t header_size_ = 0;
    bool in_frame_ = false;
    bool in_message_ = false;
    bool is_binary_ = false;
    bool is_compressed_ = false;
    base::utf8_validator utf8_;
    std::size_t frames_ = 0;
    std::uint64_t missing_ = 0; // bytes of payload
    frame_header frame_;
};

} // namespace partyline::websocket
