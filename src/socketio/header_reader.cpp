#include "socketio/header_reader.hpp"

#include <charconv>

namespace partyline::socketio {

namespace {

// Takes the decimal digits at the front of `text`. Nothing if there are none, or too many for 64 bits.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept
{
    std::uint64_t number = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool starts_with_digit(std::string_view text) noexcept { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

bool is_json_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

} // namespace

result<text_header> read_header(std::string_view text, std::size_t max_attachments) noexcept
{
    static constexpr packet_type types[] = {packet_type::connect, packet_type::disconnect,    packet_type::event,
                                            packet_type::ack,     packet_type::connect_error, packet_type::event,
                                            packet_type::ack};
    if (text.empty() || text[0] < '0' || text[0] > '6') return errc::invalid_packet;
    bool const is_binary = text[0] >= '5';
    text_header header;
    header.type = types[text[0] - '0'];
    text.remove_prefix(1);

    if (is_binary) {
        if (!starts_with_digit(text)) return errc::invalid_packet;
        auto const count = take_number(text);
        if (!count || *count > max_attachments) return errc::too_many_attachments;
        if (!text.starts_with('-')) return errc::invalid_packet;
        if (*count == 0) return errc::invalid_attachment;
        header.attachments = static_cast<std::size_t>(*count);
        text.remove_prefix(1);
    }

    if (text.starts_with('/')) {
        // the comma may be missing where nothing follows: "40/admin"
        auto const comma = text.find(',');
        header.nsp = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }

    if (starts_with_digit(text)) {
        header.id = take_number(text);
        if (!header.id) return errc::invalid_packet;
    }

    if (!text.empty() && is_json_space(text[0])) return errc::invalid_packet;
    header.payload = text;
    return header;
}

} // namespace partyline::socketio
