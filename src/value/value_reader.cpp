#include "value/value_reader.hpp"

#include <limits>

namespace partyline {

std::optional<std::uint64_t> placeholder_number(value const& v) noexcept
{
    auto const mark = v["_placeholder"].as_bool();
    if (!mark || !*mark) return std::nullopt;
    auto const number = v["num"].as_uint64();
    return number ? *number : std::numeric_limits<std::uint64_t>::max();
}

binary const* value_reader::attachment() const
{
    if (attachments_.empty() || !here_ || !here_->is_object()) return nullptr;
    auto const number = placeholder_number(*here_);
    return number && *number < attachments_.size() ? &attachments_[static_cast<std::size_t>(*number)] : nullptr;
}

value_kind value_reader::peek() const
{
    if (!here_) return value_kind::null;
    return attachment() ? value_kind::binary : here_->kind();
}

template <class T>
bool value_reader::take(result<T> const& found, T& out)
{
    if (!found) return fail(found.error());
    out = *found;
    here_ = nullptr;
    return true;
}

bool value_reader::read_null()
{
    if (here_ && !here_->is_null()) return fail(errc::type_mismatch);
    here_ = nullptr;
    return true;
}

bool value_reader::read_bool(bool& out) { return take(here_ ? here_->as_bool() : errc::type_mismatch, out); }
bool value_reader::read_int64(std::int64_t& out) { return take(here_ ? here_->as_int64() : errc::type_mismatch, out); }
bool value_reader::read_uint64(std::uint64_t& out)
{
    return take(here_ ? here_->as_uint64() : errc::type_mismatch, out);
}
bool value_reader::read_double(double& out) { return take(here_ ? here_->as_double() : errc::type_mismatch, out); }

bool value_reader::read_string(std::string_view& out)
{
    auto const* text = here_ ? here_->as_string() : nullptr;
    if (!text) return fail(errc::type_mismatch);
    out = *text;
    here_ = nullptr;
    return true;
}

bool value_reader::read_binary(binary& out)
{
    auto const* bytes = attachment();
    if (!bytes && here_) bytes = here_->as_binary();
    if (!bytes) return fail(errc::type_mismatch);
    out = *bytes;
    here_ = nullptr;
    return true;
}

bool value_reader::enter_array()
{
    if (!here_ || !here_->is_array()) return fail(errc::type_mismatch);
    levels_.push_back({here_, 0});
    here_ = nullptr;
    return true;
}

bool value_reader::next_element()
{
    auto& [container, next] = levels_.back();
    auto const& elements = *container->as_array();
    if (next < elements.size()) {
        here_ = &elements[next++];
        return true;
    }
    levels_.pop_back();
    here_ = nullptr;
    return false;
}

bool value_reader::enter_object()
{
    if (!here_ || !here_->is_object() || attachment()) return fail(errc::type_mismatch);
    levels_.push_back({here_, 0});
    here_ = nullptr;
    return true;
}

bool value_reader::next_key(std::string_view& out)
{
    auto& [container, next] = levels_.back();
    auto const& members = *container->as_object();
    if (next < members.size()) {
        auto const& [key, content] = members.begin()[next++];
        out = key;
        here_ = &content;
        return true;
    }
    levels_.pop_back();
    here_ = nullptr;
    return false;
}

void value_reader::skip() { here_ = nullptr; }

} // namespace partyline
