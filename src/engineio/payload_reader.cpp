#include "engineio/payload_reader.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"

namespace partyline::engineio {

namespace {

constexpr std::size_t padding = 64; // readable bytes behind decoded data, for the JSON reader above

result<packet> decode_binary(std::string_view base64, std::string& scratch)
{
    auto const bytes = base::decode_base64(base64);
    if (!bytes) return errc::invalid_payload;
    scratch.assign(reinterpret_cast<char const*>(bytes->data()), bytes->size());
    scratch.append(padding, '\0');
    return packet{packet_type::message, true, std::string_view(scratch).substr(0, bytes->size())};
}

} // namespace

result<packet> read_text_packet(std::string_view text, std::string& scratch)
{
    return text.starts_with('b') ? decode_binary(text.substr(1), scratch) : parse_packet(text);
}

result<packet> payload_reader::next(std::string& scratch)
{
    auto const all = rest();
    auto const end = all.find(payload_separator);
    auto const text = all.substr(0, end);
    bool const was_last = end == all.npos;
    bool const too_many = packets_left_ == 0;
    *this = was_last || too_many ? payload_reader() : payload_reader(all.substr(end + 1), packets_left_ - 1);

    if (too_many) return errc::invalid_payload;
    auto read = base::is_utf8(text) ? read_text_packet(text, scratch) : result<packet>(errc::invalid_packet);
    if (!read) *this = payload_reader();
    return read;
}

} // namespace partyline::engineio
