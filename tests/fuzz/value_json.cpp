// Both readers of JSON accept the same texts and read the same from them, and what is written is read again as the same.
#include <cmath>
#include <cstdlib>

#include <partyline/convert.hpp>

#include "value/json_document.hpp"
#include "value/json_tree.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace partyline;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    static std::vector<binary> const attachments = {binary::from_text("a"), binary::from_text("b")};
    json_document document(32);
    auto const done = document.parse(text);
    auto const tree = parse_json_tree(text, 32);
    if (done.has_value() != tree.has_value()) std::abort();
    if (!done) return 0;
    value v;
    if (!decode(document.root(), v) || v.to_json() != tree->to_json()) std::abort();
    auto const again = value::parse_json(v.to_json());
    if (!again || again->to_json() != v.to_json()) std::abort();
    static_cast<void>(document.check_placeholders(attachments.size()));
    if (!decode(document.root(attachments), v)) std::abort();
    return 0;
}
