#include "value/json_document.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "value/json_tape_reader.hpp"
#include "value/json_tree.hpp"
#include "value/value_reader.hpp"

namespace partyline {

static_assert(json_document::padding >= simdjson::SIMDJSON_PADDING);

struct json_document::state
{
    explicit state(std::size_t depth) : max_depth(depth) {}

    std::size_t max_depth;
    simdjson::dom::parser parser;
    std::string copy; // of text that was not padded
    json_tape_reader tape;
    value tree; // of what simdjson refused
    value_reader tree_reader{tree};
    bool is_tree = false;

    bool make_room(std::size_t bytes);
};

namespace {

// simdjson's stack of open arrays is allocated in advance; the rare text that is deeper than this, where the limit allows
// it, is read as a tree.
constexpr std::size_t deepest_tape = 1024;

// A parser that has grown for one huge message gives the memory back when messages are small again.
constexpr std::size_t kept_capacity = 1 << 20;

} // namespace

bool json_document::state::make_room(std::size_t bytes)
{
    auto const wanted = std::bit_ceil(std::max<std::size_t>(bytes, 4096));
    bool const too_big = parser.capacity() > kept_capacity && wanted < parser.capacity() / 16;
    if (parser.capacity() >= bytes && !too_big) return true;
    parser = simdjson::dom::parser();
    return parser.allocate(wanted, std::min(max_depth, deepest_tape) + 1) == simdjson::SUCCESS;
}

json_document::json_document(std::size_t max_depth) : state_(std::make_unique<state>(max_depth)) {}
json_document::json_document(json_document&&) noexcept = default;
json_document& json_document::operator=(json_document&&) noexcept = default;
json_document::~json_document() = default;

result<void> json_document::parse_padded(std::string_view text)
{
    auto& s = *state_;
    s.is_tree = false;
    if (text.starts_with("\xef\xbb\xbf")) return errc::invalid_json; // JSON.parse takes no byte order mark
    if (!s.make_room(text.size())) return errc::limit_exceeded;
    switch (s.parser.parse(text.data(), text.size(), false).error()) {
    case simdjson::SUCCESS:
        return {};
    case simdjson::UTF8_ERROR:
        return errc::invalid_utf8;
    case simdjson::DEPTH_ERROR:
        if (s.max_depth <= deepest_tape) return errc::too_deep;
        break;
    case simdjson::STRING_ERROR: // a lone surrogate, or a real error
    case simdjson::NUMBER_ERROR: // beyond 64 bits or a double, or a real error
        break;
    default:
        return errc::invalid_json;
    }
    auto tree = parse_json_tree(text, s.max_depth);
    if (!tree) return tree.error();
    s.tree = std::move(*tree);
    s.is_tree = true;
    return {};
}

result<void> json_document::parse(std::string_view text)
{
    auto& copy = state_->copy;
    copy.reserve(text.size() + padding);
    copy = text;
    copy.append(padding, '\0');
    return parse_padded(std::string_view(copy).substr(0, text.size()));
}

std::size_t json_document::size() const
{
    if (state_->is_tree) return state_->tree.size();
    return json_tape_reader(state_->parser.doc, {}).size();
}

reader& json_document::root(std::span<binary const> attachments)
{
    auto& s = *state_;
    if (s.is_tree) {
        s.tree_reader = value_reader(s.tree, attachments);
        return s.tree_reader;
    }
    s.tape = json_tape_reader(s.parser.doc, attachments);
    return s.tape;
}

result<std::size_t> json_document::check_placeholders(std::size_t attachments) const
{
    if (!state_->is_tree) return json_tape_reader(state_->parser.doc, {}).check_placeholders(attachments);
    std::size_t found = 0;
    std::vector<value const*> pending{&state_->tree};
    while (!pending.empty()) {
        auto const& here = *pending.back();
        pending.pop_back();
        if (auto const number = placeholder_number(here)) {
            if (*number >= attachments) return errc::invalid_attachment;
            ++found;
        } else if (auto const* elements = here.as_array()) {
            for (auto const& each : *elements) pending.push_back(&each);
        } else if (auto const* members = here.as_object()) {
            for (auto const& each : *members) pending.push_back(&each.content);
        }
    }
    return found;
}

} // namespace partyline
