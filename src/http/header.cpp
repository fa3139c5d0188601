// Headers, received (one packed block) and to be sent (a list); see <partyline/http.hpp>.
#include <algorithm>
#include <cstring>
#include <utility>

#include <partyline/http.hpp>

#include "http/token.hpp"

namespace partyline::http {

namespace {

constexpr std::size_t entry_size = 2 * sizeof(std::uint16_t);

// The block is an array of characters, so its numbers are copied in and out.
std::uint16_t load(char const* at) noexcept
{
    std::uint16_t number;
    std::memcpy(&number, at, sizeof number);
    return number;
}

char* store(char* at, std::size_t number) noexcept
{
    auto const narrow = static_cast<std::uint16_t>(number);
    std::memcpy(at, &narrow, sizeof narrow);
    return at + sizeof narrow;
}

char* store(char* at, std::string_view text) noexcept
{
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

bool fits(header_field const& field) noexcept { return field.name.size() <= 0xffff && field.value.size() <= 0xffff; }

} // namespace

bool same_name(std::string_view a, std::string_view b) noexcept { return equals_ignoring_case(a, b); }

header_block::header_block(std::span<header_field const> fields)
{
    std::size_t text = 0;
    for (auto const& field : fields) {
        if (!fits(field)) continue;
        text += field.name.size() + field.value.size();
        ++count_;
    }
    if (count_ == 0) return;
    bytes_ = static_cast<std::uint32_t>(count_ * entry_size + text);
    data_ = std::make_unique_for_overwrite<char[]>(bytes_);
    char* sizes = data_.get();
    char* texts = sizes + count_ * entry_size;
    for (auto const& field : fields) {
        if (!fits(field)) continue;
        sizes = store(store(sizes, field.name.size()), field.value.size());
        texts = store(store(texts, field.name), field.value);
    }
}

header_block::header_block(header_block const& other)
    : data_(other.bytes_ ? std::make_unique_for_overwrite<char[]>(other.bytes_) : nullptr),
      bytes_(other.bytes_),
      count_(other.count_)
{
    if (bytes_) std::memcpy(data_.get(), other.data_.get(), bytes_);
}

header_block::header_block(header_block&& other) noexcept
    : data_(std::move(other.data_)), bytes_(std::exchange(other.bytes_, 0)), count_(std::exchange(other.count_, 0))
{}

header_block& header_block::operator=(header_block other) noexcept
{
    data_ = std::move(other.data_);
    bytes_ = other.bytes_;
    count_ = other.count_;
    return *this;
}

header_field header_block::iterator::operator*() const noexcept
{
    auto const name = load(sizes_);
    auto const value = load(sizes_ + sizeof name);
    return {{text_, name}, {text_ + name, value}};
}

header_block::iterator& header_block::iterator::operator++() noexcept
{
    text_ += load(sizes_) + load(sizes_ + sizeof(std::uint16_t));
    sizes_ += entry_size;
    return *this;
}

header_block::iterator header_block::iterator::operator++(int) noexcept
{
    auto const before = *this;
    ++*this;
    return before;
}

header_block::iterator header_block::begin() const noexcept
{
    return {data_.get(), data_ ? data_.get() + count_ * entry_size : nullptr};
}

header_block::iterator header_block::end() const noexcept
{
    return {data_ ? data_.get() + count_ * entry_size : nullptr, nullptr};
}

std::optional<std::string_view> header_block::find(std::string_view name) const noexcept
{
    for (auto const field : *this) {
        if (same_name(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::string_view header_block::value_or_empty(std::string_view name) const noexcept
{
    return find(name).value_or(std::string_view{});
}

std::string header_block::joined(std::string_view name) const
{
    std::string_view const separator = same_name(name, "cookie") ? "; " : ", ";
    std::string out;
    bool first = true;
    for (auto const field : *this) {
        if (!same_name(field.name, name)) continue;
        if (!std::exchange(first, false)) out += separator;
        out += field.value;
    }
    return out;
}

bool header_block::has_token(std::string_view name, std::string_view token) const noexcept
{
    for (auto const field : *this) {
        if (same_name(field.name, name) && list_has_token(field.value, token)) return true;
    }
    return false;
}

header_block header_block::only(std::span<std::string const> names) const
{
    std::vector<header_field> kept;
    for (auto const field : *this) {
        auto const wanted = [&](std::string const& name) { return same_name(field.name, name); };
        if (std::any_of(names.begin(), names.end(), wanted)) kept.push_back(field);
    }
    return header_block(kept);
}

void header_list::set(std::string_view name, std::string value)
{
    auto const same = [&](entry const& e) { return same_name(e.name, name); };
    auto const first = std::find_if(entries_.begin(), entries_.end(), same);
    if (first == entries_.end()) return add(name, std::move(value));
    first->value = std::move(value);
    entries_.erase(std::remove_if(first + 1, entries_.end(), same), entries_.end());
}

void header_list::add(std::string_view name, std::string value)
{
    entries_.push_back({std::string(name), std::move(value)});
}

void header_list::append_token(std::string_view name, std::string_view token)
{
    for (auto& existing : entries_) {
        if (!same_name(existing.name, name)) continue;
        if (existing.value == "*" || list_has_token(existing.value, token)) return;
        if (!existing.value.empty()) existing.value += ", ";
        existing.value += token;
        return;
    }
    add(name, std::string(token));
}

std::size_t header_list::remove(std::string_view name)
{
    return std::erase_if(entries_, [&](entry const& e) { return same_name(e.name, name); });
}

std::optional<std::string_view> header_list::find(std::string_view name) const noexcept
{
    for (auto const& existing : entries_) {
        if (same_name(existing.name, name)) return existing.value;
    }
    return std::nullopt;
}

} // namespace partyline::http
