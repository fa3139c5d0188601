#include "engineio/delivery.hpp"

#include <list>

#include "base/base64.hpp"
#include "websocket/deflater.hpp"
#include "websocket/frame.hpp"

namespace partyline::engineio {

/// What was made of the message so far. Nothing here moves once it is made: views of it are handed out.
struct delivery::derived
{
    struct deflated
    {
        std::size_t part;
        int window_bits;
        std::size_t begin; // the header is written right before the payload, so its size leaves some bytes unused
        std::string bytes;
    };
    std::vector<std::string> base64; // by number of part; empty: not asked for yet, or text
    std::list<deflated> frames;
    std::vector<std::string> base64_frames; // by number of part
};

delivery::delivery(base::message_ref message) noexcept : message_(std::move(message)) {}
delivery::~delivery() = default;

void* delivery::operator new(std::size_t) { return base::spare_blocks<sizeof(delivery)>::take(); }
void delivery::operator delete(void* unused) noexcept { base::spare_blocks<sizeof(delivery)>::give(unused); }

delivery::derived& delivery::slots()
{
    if (!derived_) derived_ = std::make_unique<derived>();
    return *derived_;
}

std::string_view delivery::polling_packet(std::size_t part)
{
    auto const& source = parts()[part];
    if (!source.is_binary) return source.packet();

    auto& made = slots().base64;
    if (made.empty()) made.resize(parts().size());
    auto& text = made[part];
    if (text.empty()) {
        auto const bytes = std::as_bytes(std::span(source.packet()));
        text.reserve(1 + base::base64_size(bytes.size()));
        text += 'b';
        base::append_base64(text, bytes);
    }
    return text;
}

std::string_view delivery::deflated_frame(std::size_t part, int window_bits, websocket::thread_deflater& deflater)
{
    auto& frames = slots().frames;
    for (auto const& made : frames)
        if (made.part == part && made.window_bits == window_bits)
            return std::string_view(made.bytes).substr(made.begin);

    auto const& source = parts()[part];
    std::string bytes(websocket::max_header_size, '\0');
    if (!deflater.deflate_message(source.packet(), window_bits, bytes)) return {};

    websocket::frame_header header;
    header.code = source.is_binary ? websocket::opcode::binary : websocket::opcode::text;
    header.rsv1 = true;
    header.payload_size = bytes.size() - websocket::max_header_size;
    auto const begin = websocket::max_header_size - websocket::header_size(header.payload_size, false);
    websocket::write_header(bytes.data() + begin, header);
    auto const& made = frames.emplace_back(derived::deflated{part, window_bits, begin, std::move(bytes)});
    return std::string_view(made.bytes).substr(begin);
}

std::string_view delivery::base64_frame(std::size_t part)
{
    if (!parts()[part].is_binary) return {};
    auto& frames = slots().base64_frames;
    if (frames.empty()) frames.resize(parts().size());
    auto& frame = frames[part];
    if (frame.empty()) {
        auto const text = polling_packet(part);
        websocket::frame_header header;
        header.code = websocket::opcode::text;
        header.payload_size = text.size();
        frame.resize(websocket::header_size(text.size(), false));
        websocket::write_header(frame.data(), header);
        frame += text;
    }
    return frame;
}

std::size_t delivery::derived_bytes() const noexcept
{
    if (!derived_) return 0;
    std::size_t sum = 0;
    for (auto const& text : derived_->base64) sum += text.size();
    for (auto const& frame : derived_->frames) sum += frame.bytes.size();
    for (auto const& frame : derived_->base64_frames) sum += frame.size();
    return sum;
}

} // namespace partyline::engineio
