#include "websocket/message_reader.hpp"

#include <algorithm>
#include <cstring>

#include "base/utf8.hpp"
#include "websocket/frame_reader.hpp"
#include "websocket/inflater.hpp"
#include "websocket/partial_message.hpp"

namespace partyline::websocket {

namespace {

constexpr std::size_t short_header_size = header_size(0, true);

} // namespace

message_reader::message_reader(role self, message_limits const& limits, inflater* decompressor) noexcept
    : limits_(&limits), inflater_(decompressor), self_(self)
{}
message_reader::message_reader(message_reader&&) noexcept = default;
message_reader& message_reader::operator=(message_reader&&) noexcept = default;
message_reader::~message_reader() = default;

void message_reader::receive(std::span<char> bytes) noexcept
{
    if (!finished_) input_ = bytes;
}

std::optional<reader_event> message_reader::next_event()
{
    if (partial_ && (finished_ || partial_->is_idle())) partial_.reset();
    if (has_short_message()) return read_short_message();
    if (has_short_plain_message()) return read_short_plain_message();
    outcome event;
    while (!event && !input_.empty()) event = partial_ && partial_->in_frame() ? continue_frame() : next_frame();
    return event;
}

// Nearly every frame that a server sees is a whole, plain message of at most 125 bytes. It obeys the same rules as the
// rest, but fewer of them can be broken, and so its way is shorter: a third of the time that `next_frame` takes.
bool message_reader::has_short_message() const noexcept
{
    if (partial_ || self_ != role::server || input_.size() < short_header_size) return false;
    unsigned const first = static_cast<unsigned char>(input_[0]);
    if (first != 0x81 && first != 0x82) return false;
    unsigned const size = static_cast<unsigned char>(input_[1]) ^ 0x80u; // without the mask bit, it is above 125
    return size <= max_control_size && size <= limits_->max_message_size && input_.size() >= short_header_size + size;
}

message_reader::outcome message_reader::read_short_message()
{
    char* const bytes = input_.data();
    bool const is_binary = (bytes[0] & 0x0f) == static_cast<int>(opcode::binary);
    std::string_view const payload(bytes + short_header_size, static_cast<unsigned char>(bytes[1]) & 0x7fu);
    mask_key key;
    std::memcpy(key.data(), bytes + 2, key.size());
    input_ = input_.subspan(short_header_size + payload.size());
    bool const is_ascii = apply_mask(bytes + short_header_size, payload.size(), key);
    if (!is_binary && !is_ascii && !base::is_utf8(payload)) return fail(close_code::invalid_data, errc::invalid_utf8);
    return message{is_binary, payload};
}

// The same for a client, whose server masks nothing.
bool message_reader::has_short_plain_message() const noexcept
{
    if (partial_ || self_ != role::client || input_.size() < 2) return false;
    unsigned const first = static_cast<unsigned char>(input_[0]);
    if (first != 0x81 && first != 0x82) return false;
    unsigned const size = static_cast<unsigned char>(input_[1]); // with the mask bit, it is above 125
    return size <= max_control_size && size <= limits_->max_message_size && input_.size() >= 2 + size;
}

message_reader::outcome message_reader::read_short_plain_message()
{
    bool const is_binary = (input_[0] & 0x0f) == static_cast<int>(opcode::binary);
    std::string_view const payload(input_.data() + 2, static_cast<unsigned char>(input_[1]));
    input_ = input_.subspan(2 + payload.size());
    if (!is_binary && !base::is_utf8(payload)) return fail(close_code::invalid_data, errc::invalid_utf8);
    return message{is_binary, payload};
}

std::size_t message_reader::bytes_held() const noexcept
{
    return partial_ ? sizeof(partial_message) + partial_->data.capacity() : 0;
}

message_reader::outcome message_reader::next_frame()
{
    using status = frame_reader::status;
    frame_reader const reader(self_, inflater_ != nullptr);
    frame_header header;
    auto read = status::incomplete;
    if (!partial_) {
        std::size_t size = 0;
        read = reader.read(input_.data(), input_.size(), header, size);
        if (read == status::complete) input_ = input_.subspan(size);
    }
    if (read == status::incomplete) {
        read = partial().complete_header(reader, input_, header);
        if (read == status::incomplete) return {};
    }
    if (read == status::invalid) return fail(close_code::protocol_error, errc::invalid_frame);
    if (auto refused = check_place(header)) return refused;

    if (header.payload_size > input_.size()) {
        partial().begin_frame(header);
        return {};
    }
    auto const payload = input_.first(static_cast<std::size_t>(header.payload_size));
    input_ = input_.subspan(payload.size());
    bool const is_ascii = header.mask && apply_mask(payload.data(), payload.size(), *header.mask);
    return whole_frame(header, {payload.data(), payload.size()}, is_ascii);
}

// Section 5.4: whether such a frame may follow what came before, and whether the message stays within the limits. Asked
// of the header alone, so that nothing is collected for a message that will be refused.
message_reader::outcome message_reader::check_place(frame_header const& header)
{
    if (is_control(header.code)) return {};
    bool const is_midway = partial_ && partial_->in_message();
    if (is_midway != (header.code == opcode::continuation))
        return fail(close_code::protocol_error, errc::invalid_frame);
    if (header.payload_size > limits_->max_message_size - (is_midway ? partial_->data.size() : 0))
        return fail(close_code::message_too_big, errc::message_too_big);
    if (is_midway && partial_->frames() >= limits_->max_fragments)
        return fail(close_code::policy_violation, errc::limit_exceeded);
    return {};
}

message_reader::outcome message_reader::whole_frame(frame_header const& header, std::string_view payload, bool is_ascii)
{
    if (is_control(header.code)) return control(header.code, payload);
    if (header.fin && header.code != opcode::continuation) {
        bool const is_binary = header.code == opcode::binary;
        if (header.rsv1) return decompressed(is_binary, payload);
        if (!is_binary && !is_ascii && !base::is_utf8(payload))
            return fail(close_code::invalid_data, errc::invalid_utf8);
        return message{is_binary, payload};
    }
    auto& kept = partial();
    kept.count_frame(header);
    if (!kept.append(payload, is_ascii, header.fin ? kept.data.size() + payload.size() : limits_->max_message_size))
        return fail(close_code::invalid_data, errc::invalid_utf8);
    if (header.fin) return end_message();
    return {};
}

message_reader::outcome message_reader::continue_frame()
{
    auto& kept = *partial_;
    if (!kept.take_payload(input_, limits_->max_message_size))
        return fail(close_code::invalid_data, errc::invalid_utf8);
    if (!kept.is_frame_full()) return {};
    kept.end_frame();
    if (is_control(kept.frame().code)) return control(kept.frame().code, kept.control_payload());
    if (kept.frame().fin) return end_message();
    return {};
}

reader_event message_reader::end_message()
{
    auto& kept = *partial_;
    kept.end_message();
    if (kept.is_compressed()) return decompressed(kept.is_binary(), kept.data.view());
    if (!kept.is_binary() && !kept.is_text_complete()) return fail(close_code::invalid_data, errc::invalid_utf8);
    return message{kept.is_binary(), kept.data.view()};
}

reader_event message_reader::decompressed(bool is_binary, std::string_view compressed)
{
    padded_buffer plain;
    plain.make_room(std::min(4 * compressed.size(), limits_->max_message_size), limits_->max_message_size);
    auto const done = inflater_->inflate(compressed, limits_->max_message_size, plain);
    if (!done) {
        switch (done.error()) {
        case errc::message_too_big:
            return fail(close_code::message_too_big, errc::message_too_big);
        case errc::system_failure:
            return fail(close_code::internal_error, errc::system_failure);
        default:
            return fail(close_code::invalid_data, errc::invalid_compression);
        }
    }
    if (!is_binary && !base::is_utf8(plain.view())) return fail(close_code::invalid_data, errc::invalid_utf8);
    auto& kept = partial(); // holds it until the caller has seen it
    kept.data = std::move(plain);
    return message{is_binary, kept.data.view()};
}

reader_event message_reader::control(opcode code, std::string_view payload)
{
    if (code == opcode::ping) return ping{payload};
    if (code == opcode::pong) return pong{payload};

    // Section 5.5.1: nothing after this counts.
    finished_ = true;
    input_ = {};
    if (payload.empty()) return close{};
    if (payload.size() == 1) return fail(close_code::protocol_error, errc::invalid_frame);
    auto const byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(payload[i])); };
    auto const number = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
    if (!may_travel(number)) return fail(close_code::protocol_error, errc::invalid_frame);
    auto const reason = payload.substr(2);
    if (!base::is_utf8(reason)) return fail(close_code::invalid_data, errc::invalid_utf8);
    return close{static_cast<close_code>(number), reason};
}

reader_event message_reader::fail(close_code code, errc error) noexcept
{
    finished_ = true;
    input_ = {};
    partial_.reset();
    return failure{code, error};
}

partial_message& message_reader::partial()
{
    if (!partial_) partial_ = std::make_unique<partial_message>();
    return *partial_;
}

} // namespace partyline::websocket
