#include "websocket/partial_message.hpp"

#include <algorithm>
#include <cstring>

namespace partyline::websocket {

frame_reader::status partial_message::complete_header(frame_reader reader, std::span<char>& input, frame_header& out)
{
    std::size_t const before = header_size_;
    std::size_t const added = std::min(input.size(), header_.size() - before);
    if (added > 0) std::memcpy(header_.data() + before, input.data(), added);
    header_size_ = static_cast<std::uint8_t>(before + added);

    std::size_t size = 0;
    auto const status = reader.read(header_.data(), header_size_, out, size);
    if (status == frame_reader::status::incomplete) {
        input = input.subspan(added);
    } else if (status == frame_reader::status::complete) {
        input = input.subspan(size - before); // what was copied beyond the header stays in the input
        header_size_ = 0;
    }
    return status;
}

void partial_message::begin_frame(frame_header const& header) noexcept
{
    frame_ = header;
    missing_ = header.payload_size;
    in_frame_ = true;
    if (is_control(header.code)) {
        control_size_ = 0;
    } else {
        count_frame(header);
    }
}

bool partial_message::take_payload(std::span<char>& input, std::size_t limit)
{
    auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), missing_));
    auto const piece = input.first(size);
    bool is_ascii = false;
    if (frame_.mask) {
        auto const phase = static_cast<std::size_t>((frame_.payload_size - missing_) % 4);
        is_ascii = apply_mask(piece.data(), size, *frame_.mask, phase);
    }
    auto const whole = data.size() + static_cast<std::size_t>(missing_); // if no frame follows
    input = input.subspan(size);
    missing_ -= size;
    if (!is_control(frame_.code)) return append({piece.data(), size}, is_ascii, frame_.fin ? whole : limit);
    if (size > 0) std::memcpy(control_.data() + control_size_, piece.data(), size);
    control_size_ = static_cast<std::uint8_t>(control_size_ + size);
    return true;
}

void partial_message::count_frame(frame_header const& header) noexcept
{
    ++frames_;
    if (header.code == opcode::continuation) return;
    in_message_ = true;
    is_binary_ = header.code == opcode::binary;
    is_compressed_ = header.rsv1;
}

bool partial_message::append(std::string_view payload, bool is_ascii, std::size_t expected)
{
    data.append(payload, expected);
    if (is_binary_ || is_compressed_) return true;
    return (is_ascii && utf8_.complete()) || utf8_.feed(payload);
}

} // namespace partyline::websocket
