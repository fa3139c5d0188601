// The front of a text packet: what is read stands in the text, and written again it is read as the same.
#include <cstdlib>
#include <string>

#include <socketio/header_reader.hpp>
#include <socketio/header_writer.hpp>

using namespace partyline;
using namespace partyline::socketio;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const header = read_header(text, 10);
    if (!header) return 0;

    packet_header const again{header->type, header->nsp, header->id};
    std::string written(header_size(again, header->attachments), '?');
    write_header(written.data(), again, header->attachments);
    // without its name, a main namespace written "/," would be followed by what may look like an id
    if (header->nsp == "/" && text.substr(1).find("/,") != std::string_view::npos) return 0;
    written += header->payload;
    auto const second = read_header(written, 10);
    if (!second || second->type != header->type || second->nsp != header->nsp || second->id != header->id ||
        second->attachments != header->attachments || second->payload != header->payload)
        std::abort();
    return 0;
}
