#include "value/msgpack_document.hpp"

#include <vector>

#include "base/utf8.hpp"
#include "value/msgpack_token.hpp"

namespace partyline {

namespace {

using type = msgpack_token::type;

} // namespace

// One pass over the tokens. Per open level it holds how many are still to come; a lying count ends at the end of the bytes.
result<void> msgpack_document::parse(std::string_view bytes)
{
    struct level
    {
        std::uint64_t left; // a member of a map counts twice
        bool is_map;
    };
    std::vector<level> levels;
    bytes_ = {};
    std::size_t at = 0;
    for (;;) {
        auto const token = read_msgpack_token(bytes.substr(at));
        if (token.what == type::invalid) return errc::invalid_msgpack;
        bool const is_key = !levels.empty() && levels.back().is_map && levels.back().left % 2 == 0;
        if (is_key && token.what != type::string) return errc::invalid_msgpack;
        if (token.what == type::string && !base::is_utf8(token.content)) return errc::invalid_utf8;
        at += token.size;
        if (!levels.empty()) --levels.back().left;
        if (token.count != 0) {
            if (levels.size() == max_depth_) return errc::too_deep;
            bool const is_map = token.what == type::map;
            levels.push_back({std::uint64_t{token.count} * (is_map ? 2 : 1), is_map});
        }
        while (!levels.empty() && levels.back().left == 0) levels.pop_back();
        if (levels.empty()) break;
    }
    if (at != bytes.size()) return errc::invalid_msgpack;
    bytes_ = bytes;
    reader_ = msgpack_reader(bytes);
    return {};
}

std::size_t msgpack_document::size() const { return read_msgpack_token(bytes_).count; }

reader& msgpack_document::root()
{
    reader_.rewind();
    return reader_;
}

std::size_t msgpack_value_end(std::string_view bytes, std::size_t from) noexcept
{
    for (std::uint64_t left = 1; left != 0; --left) {
        if (from >= bytes.size()) return bytes.size();
        auto const token = read_msgpack_token(bytes.substr(from));
        from += token.size;
        left += std::uint64_t{token.count} * (token.what == type::map ? 2 : 1);
    }
    return from;
}

} // namespace partyline
