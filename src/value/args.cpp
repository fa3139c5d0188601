// Where the text of an `args` lives, and how it is opened when something is asked of it after all.
#include <partyline/args.hpp>

#include <utility>

#include "base/spare_allocator.hpp"
#include "value/json_document.hpp"
#include "value/json_scan.hpp"
#include "value/json_writer.hpp"
#include "value/msgpack_document.hpp"

namespace partyline {

/// Owned text. Immutable once made, and shared by all copies.
struct args::storage
{
    std::string text;
    std::vector<binary> attachments;
};

args args::borrow(format how, std::string_view text, std::size_t count, std::span<binary const> attachments) noexcept
{
    args out;
    out.text_ = text;
    out.attachments_ = attachments;
    out.count_ = count;
    out.format_ = how;
    return out;
}

args::args(args const& other)
    : text_(other.text_),
      attachments_(other.attachments_),
      storage_(other.storage_),
      count_(other.count_),
      format_(other.format_)
{
    own();
}

args::args(args&& other)
    : text_(std::exchange(other.text_, {})),
      attachments_(std::exchange(other.attachments_, {})),
      storage_(std::move(other.storage_)),
      count_(std::exchange(other.count_, 0)),
      format_(other.format_)
{
    own();
}

args& args::operator=(args const& other)
{
    if (this != &other) *this = args(other);
    return *this;
}

args& args::operator=(args&& other)
{
    if (this == &other) return *this;
    text_ = std::exchange(other.text_, {});
    attachments_ = std::exchange(other.attachments_, {});
    storage_ = std::move(other.storage_);
    count_ = std::exchange(other.count_, 0);
    format_ = other.format_;
    own();
    return *this;
}

void args::own()
{
    if (storage_ || (text_.empty() && attachments_.empty())) return;
    if (attachments_.empty()) { // the usual ones: one piece of memory
        auto owned = std::allocate_shared_for_overwrite<char[]>(base::spare_allocator<char>(), text_.size());
        text_ = {owned.get(), text_.copy(owned.get(), text_.size())};
        storage_ = std::move(owned);
        return;
    }
    auto owned = std::make_shared<storage>();
    owned->text = text_;
    owned->attachments.assign(attachments_.begin(), attachments_.end());
    text_ = owned->text;
    attachments_ = owned->attachments;
    storage_ = std::move(owned);
}

args args::encode(std::size_t count, void (*write)(writer&, void const*), void const* context)
{
    auto owned = std::make_shared<storage>();
    json_writer out(owned->text, owned->attachments);
    write(out, context);
    if (out.failure() != errc{}) return {};
    args made = borrow(format::json, owned->text, count, owned->attachments);
    made.storage_ = std::move(owned);
    return made;
}

namespace {

std::string_view msgpack_element(std::string_view list, std::size_t index) noexcept
{
    std::size_t begin = 0;
    for (; index > 0; --index) begin = msgpack_value_end(list, begin);
    return list.substr(begin, msgpack_value_end(list, begin) - begin);
}

// It was validated when it came, by limits that are not known here. Nothing here takes stack per level.
constexpr std::size_t any_depth = 1'000'000;

} // namespace

std::shared_ptr<reader> args::open(std::size_t index) const
{
    if (index >= count_) return nullptr;
    if (format_ == format::json) {
        auto document = std::make_shared<json_document>(any_depth);
        if (!document->parse(element_at(text_, index))) return nullptr;
        return {document, &document->root(attachments_)};
    }
    auto document = std::make_shared<msgpack_document>(any_depth);
    if (!document->parse(msgpack_element(text_, index))) return nullptr;
    return {document, &document->root()};
}

std::vector<value> args::values() const
{
    std::vector<value> out;
    if (format_ == format::json) {
        json_document document(any_depth + 1);
        std::string array;
        array.reserve(text_.size() + 2 + json_document::padding);
        array.append("[").append(text_).append("]");
        auto const size = array.size();
        array.append(json_document::padding, '\0');
        if (!document.parse_padded(std::string_view(array).substr(0, size))) return out;
        auto& in = document.root(attachments_);
        in.enter_array();
        while (in.next_element()) {
            if (!convert<value>::decode(in, out.emplace_back())) break;
        }
        return out;
    }
    for (std::size_t at = 0; at < text_.size();) {
        auto const end = msgpack_value_end(text_, at);
        msgpack_document document(any_depth);
        if (!document.parse(text_.substr(at, end - at)) || !convert<value>::decode(document.root(), out.emplace_back()))
            break;
        at = end;
    }
    return out;
}

value args::at(std::size_t index) const
{
    value out;
    if (auto const cursor = open(index)) convert<value>::decode(*cursor, out);
    return out;
}

} // namespace partyline
