// Chunked bodies; see chunk_reader.hpp.
#include "http/chunk_reader.hpp"

#include <utility>

#include "http/message_parser.hpp"

namespace partyline::http {

namespace {

// A chunk of one byte has five of framing; leading zeros and short extensions are not yet an attack.
constexpr std::uint64_t tolerated_overhead_per_byte = 16;

} // namespace

chunk_reader::chunk_reader(std::unique_ptr<message_parser> parser, chunk_limits const& limits) noexcept
    : parser_(std::move(parser)), limits_(limits)
{}

chunk_reader::~chunk_reader() = default;

chunk_reader::verdict chunk_reader::receive(std::string_view input, std::size_t& consumed, std::string& out)
{
    consumed = input.size();
    if (pending_.empty()) {
        auto rest = input;
        auto const found = feed(rest, out);
        if (found == verdict::complete) consumed -= rest.size();
        if (found == verdict::incomplete) pending_.assign(rest);
        return found;
    }
    pending_.append(input);
    std::string_view rest = pending_;
    auto const found = feed(rest, out);
    if (found == verdict::complete) {
        consumed -= rest.size(); // what was pending before is part of this body
        pending_.clear();
    } else {
        pending_.erase(0, pending_.size() - rest.size());
    }
    return found;
}

// Parses as far as it goes and moves `input` behind it.
chunk_reader::verdict chunk_reader::feed(std::string_view& input, std::string& out)
{
    auto const before = out.size();
    std::size_t consumed = 0;
    auto const parsed = parser_->parse_chunks(input, consumed, out);
    input.remove_prefix(consumed);
    body_ += out.size() - before;
    overhead_ += consumed - (out.size() - before);
    if (parsed == message_parser::verdict::malformed) return verdict::malformed;
    if (overhead_ > limits_.overhead_bytes + tolerated_overhead_per_byte * body_) return verdict::malformed;
    if (parsed == message_parser::verdict::complete) return verdict::complete;
    return input.size() > limits_.line_bytes ? verdict::malformed : verdict::incomplete;
}

} // namespace partyline::http
