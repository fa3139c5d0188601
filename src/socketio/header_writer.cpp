#include "socketio/header_writer.hpp"

#include <charconv>
#include <cstring>

namespace partyline::socketio {

namespace {

std::size_t digits_of(std::uint64_t number) noexcept
{
    std::size_t digits = 1;
    while (number >= 10) {
        number /= 10;
        ++digits;
    }
    return digits;
}

char type_digit(packet_type type, bool is_binary) noexcept
{
    // BINARY_EVENT is 5, BINARY_ACK 6: three more than their plain forms
    auto const digit = static_cast<int>(type) + (is_binary ? 3 : 0);
    return static_cast<char>('0' + digit);
}

bool is_main(std::string_view nsp) noexcept { return nsp == "/"; }

} // namespace

std::size_t header_size(packet_header const& header, std::size_t attachments) noexcept
{
    std::size_t size = 1;
    if (attachments > 0) size += digits_of(attachments) + 1;
    if (!is_main(header.nsp)) size += header.nsp.size() + 1;
    if (header.id) size += digits_of(*header.id);
    return size;
}

void write_header(char* out, packet_header const& header, std::size_t attachments) noexcept
{
    *out++ = type_digit(header.type, attachments > 0);
    if (attachments > 0) {
        out = std::to_chars(out, out + digits_of(attachments), attachments).ptr;
        *out++ = '-';
    }
    if (!is_main(header.nsp)) {
        std::memcpy(out, header.nsp.data(), header.nsp.size());
        out += header.nsp.size();
        *out++ = ',';
    }
    if (header.id) std::to_chars(out, out + digits_of(*header.id), *header.id);
}

} // namespace partyline::socketio
