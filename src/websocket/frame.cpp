#include "websocket/frame.hpp"

namespace partyline::websocket {

std::size_t write_header(char* out, frame_header const& header) noexcept
{
    unsigned const first = (header.fin ? 0x80u : 0u) | (header.rsv1 ? 0x40u : 0u) | static_cast<unsigned>(header.code);
    unsigned const masked = header.mask ? 0x80u : 0u;
    std::size_t const size = header_size(header.payload_size, header.mask.has_value());
    std::size_t const length_end = size - (header.mask ? 4 : 0);

    out[0] = static_cast<char>(first);
    unsigned const length = length_end == 2   ? static_cast<unsigned>(header.payload_size)
                            : length_end == 4 ? 126u
                                              : 127u;
    out[1] = static_cast<char>(masked | length);
    std::uint64_t left = header.payload_size;
    for (std::size_t i = length_end; i > 2; --i, left >>= 8) out[i - 1] = static_cast<char>(left & 0xff);
    if (header.mask) std::memcpy(out + length_end, header.mask->data(), 4);
    return size;
}

void append_frame(std::string& out, frame_header header, std::string_view payload)
{
    header.payload_size = payload.size();
    char head[max_header_size];
    std::size_t const head_size = write_header(head, header);
    out.reserve(out.size() + head_size + payload.size());
    out.append(head, head_size).append(payload);
    if (header.mask) apply_mask(out.data() + out.size() - payload.size(), payload.size(), *header.mask);
}

void append_close(std::string& out, close_code code, std::string_view reason, std::optional<mask_key> mask)
{
    char payload[max_control_size];
    std::size_t size = 0;
    if (may_travel(code)) {
        auto const number = static_cast<std::uint16_t>(code);
        payload[0] = static_cast<char>(number >> 8);
        payload[1] = static_cast<char>(number & 0xff);
        std::size_t length = reason.size();
        if (length > max_control_size - 2) {
            length = max_control_size - 2;
            while (length > 0 && (static_cast<unsigned char>(reason[length]) & 0xc0u) == 0x80u) --length;
        }
        if (length > 0) std::memcpy(payload + 2, reason.data(), length);
        size = 2 + length;
    }
    append_frame(out, {.code = opcode::close, .mask = mask}, {payload, size});
}

} // namespace partyline::websocket
