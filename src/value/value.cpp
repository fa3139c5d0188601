// The tree. Whatever walks it keeps a list of what is still to be walked, instead of calling itself: a tree as deep as
// memory allows must not take the stack.
#include <partyline/value.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/flat_map.hpp"
#include "value/json_document.hpp"
#include "value/json_tree.hpp"
#include "value/json_writer.hpp"
#include "value/value_reader.hpp"
#include "value/value_writer.hpp"

#include <partyline/convert.hpp>

namespace partyline {

namespace {

constinit value const nothing;

result<std::int64_t> to_int64(double number) noexcept
{
    if (number != std::trunc(number)) return errc::type_mismatch; // NaN, too
    if (!(number >= -0x1p63 && number < 0x1p63)) return errc::out_of_range;
    return static_cast<std::int64_t>(number);
}

result<std::uint64_t> to_uint64(double number) noexcept
{
    if (number != std::trunc(number)) return errc::type_mismatch;
    if (!(number >= 0 && number < 0x1p64)) return errc::out_of_range;
    return static_cast<std::uint64_t>(number);
}

bool is_nested(value const& v) noexcept { return (v.is_array() || v.is_object()) && v.size() != 0; }

// of members with the same key the last wins, in the place of the first
void unite_duplicates(std::vector<value::member>& members)
{
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        auto const by_key = members[a].key <=> members[b].key;
        return by_key < 0 || (by_key == 0 && a < b);
    });
    std::vector<bool> repeated(members.size());
    bool any = false;
    for (std::size_t i = 0; i < order.size();) {
        std::size_t const first = i;
        while (++i < order.size() && members[order[i]].key == members[order[first]].key)
            repeated[order[i]] = any = true;
        if (i - first > 1) members[order[first]].content = std::move(members[order[i - 1]].content);
    }
    if (!any) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (repeated[i]) continue;
        if (kept != i) members[kept] = std::move(members[i]);
        ++kept;
    }
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(kept), members.end());
}

bool has_duplicates(std::vector<value::member> const& members)
{
    constexpr std::size_t few = 8;
    if (members.size() > few) return true; // find out by sorting
    for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (members[i].key == members[j].key) return true;
        }
    }
    return false;
}

} // namespace

// ── object ──────────────────────────────────────────────────────────────────────────────────────────────────────────

value::object::object() noexcept = default;
value::object::object(object const& other) = default;
value::object::object(object&& other) noexcept = default;
value::object& value::object::operator=(object const& other) = default;
value::object& value::object::operator=(object&& other) noexcept = default;
value::object::~object() = default;

value::object::object(std::vector<member> members) : members_(std::move(members))
{
    if (has_duplicates(members_)) unite_duplicates(members_);
}

value::object::object(std::initializer_list<member> members) : object(std::vector<member>(members)) {}

std::size_t value::object::size() const noexcept { return members_.size(); }
value::member const* value::object::begin() const noexcept { return members_.data(); }
value::member const* value::object::end() const noexcept { return members_.data() + members_.size(); }

value const* value::object::find(std::string_view key) const noexcept
{
    for (auto const& each : members_) {
        if (each.key == key) return &each.content;
    }
    return nullptr;
}

value* value::object::find(std::string_view key) noexcept { return const_cast<value*>(std::as_const(*this).find(key)); }

value& value::object::operator[](std::string_view key)
{
    if (auto* const found = find(key)) return *found;
    return members_.emplace_back(member{std::string(key), {}}).content;
}

bool value::object::erase(std::string_view key)
{
    return std::erase_if(members_, [key](member const& each) { return each.key == key; }) != 0;
}

// ── life ────────────────────────────────────────────────────────────────────────────────────────────────────────────

value::value(std::string text) noexcept : data_(std::move(text)) {}
value::value(std::string_view text) : data_(std::string(text)) {}
value::value(char const* text)
{
    if (text) data_ = std::string(text);
}
value::value(partyline::binary bytes) noexcept : data_(std::move(bytes)) {}
value::value(array elements) noexcept : data_(std::move(elements)) {}
value::value(object members) noexcept : data_(std::move(members)) {}

value::value(value&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}

value& value::operator=(value&& other) noexcept
{
    if (this == &other) return *this;
    value old(std::move(*this)); // destroyed last: `other` may be a part of it
    data_ = std::exchange(other.data_, nullptr);
    return *this;
}

value& value::operator=(value const& other)
{
    if (this != &other) *this = value(other);
    return *this;
}

value::value(value const& other)
{
    struct task
    {
        value const* from;
        value* to;
    };
    std::vector<task> tasks{{&other, this}};
    while (!tasks.empty()) {
        auto const [from, to] = tasks.back();
        tasks.pop_back();
        if (auto const* elements = from->as_array()) {
            auto& copies = to->data_.emplace<array>(elements->size());
            for (std::size_t i = 0; i < elements->size(); ++i) tasks.push_back({&(*elements)[i], &copies[i]});
        } else if (auto const* members = from->as_object()) {
            auto& copies = to->data_.emplace<object>().members_;
            copies.reserve(members->size());
            for (auto const& [key, content] : *members) {
                copies.push_back({key, {}});
                tasks.push_back({&content, &copies.back().content});
            }
        } else {
            to->data_ = from->data_; // a leaf
        }
    }
}

value::~value()
{
    if (is_nested(*this)) dismantle();
}

// Moves everything that is nested into one list and destroys it from there. A tree of two levels goes without.
void value::dismantle() noexcept
{
    array pending;
    auto const gather = [&pending](value& from) {
        if (auto* elements = from.as_array()) {
            for (auto& each : *elements) {
                if (is_nested(each)) pending.push_back(std::move(each));
            }
        } else if (auto* members = from.as_object()) {
            for (auto& each : members->members_) {
                if (is_nested(each.content)) pending.push_back(std::move(each.content));
            }
        }
    };
    gather(*this);
    while (!pending.empty()) {
        value last = std::move(pending.back());
        pending.pop_back();
        gather(last);
    }
}

// ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

value_kind value::kind() const noexcept
{
    constexpr value_kind kinds[] = {value_kind::null,    value_kind::boolean, value_kind::integer,
                                    value_kind::integer, value_kind::real,    value_kind::string,
                                    value_kind::binary,  value_kind::array,   value_kind::object};
    return kinds[data_.index()];
}

result<bool> value::as_bool() const noexcept
{
    if (auto const* v = std::get_if<bool>(&data_)) return *v;
    return errc::type_mismatch;
}

result<std::int64_t> value::as_int64() const noexcept
{
    if (auto const* v = std::get_if<std::int64_t>(&data_)) return *v;
    if (std::holds_alternative<std::uint64_t>(data_)) return errc::out_of_range;
    if (auto const* v = std::get_if<double>(&data_)) return to_int64(*v);
    return errc::type_mismatch;
}

result<std::uint64_t> value::as_uint64() const noexcept
{
    if (auto const* v = std::get_if<std::uint64_t>(&data_)) return *v;
    if (auto const* v = std::get_if<double>(&data_)) return to_uint64(*v);
    if (auto const* v = std::get_if<std::int64_t>(&data_)) {
        if (*v < 0) return errc::out_of_range;
        return static_cast<std::uint64_t>(*v);
    }
    return errc::type_mismatch;
}

result<double> value::as_double() const noexcept
{
    if (auto const* v = std::get_if<double>(&data_)) return *v;
    if (auto const* v = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*v);
    if (auto const* v = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*v);
    return errc::type_mismatch;
}

std::size_t value::size() const noexcept
{
    if (auto const* elements = as_array()) return elements->size();
    if (auto const* members = as_object()) return members->size();
    return 0;
}

value const& value::at(std::size_t index) const noexcept
{
    auto const* elements = as_array();
    return elements && index < elements->size() ? (*elements)[index] : nothing;
}

value const& value::operator[](std::string_view key) const noexcept
{
    auto const* members = as_object();
    auto const* found = members ? members->find(key) : nullptr;
    return found ? *found : nothing;
}

value& value::operator[](std::string_view key)
{
    if (is_null()) data_ = object();
    auto* const members = as_object();
    if (!members) throw error(errc::type_mismatch, "only an object has members");
    return (*members)[key];
}

// ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

bool equal_leaves(value const& a, value const& b)
{
    if (a.is_number() && b.is_number()) {
        // exact: an integer and a double are equal if the double is that integer
        if (a.is_integer() && b.is_integer()) {
            auto const x = a.as_int64();
            auto const y = b.as_int64();
            if (x && y) return *x == *y;
            return !x && !y && *a.as_uint64() == *b.as_uint64();
        }
        if (!a.is_integer() && !b.is_integer()) return *a.as_double() == *b.as_double();
        auto const& integral = a.is_integer() ? a : b;
        auto const number = a.is_integer() ? *b.as_double() : *a.as_double();
        if (auto const x = integral.as_int64()) {
            auto const y = to_int64(number);
            return y && *x == *y;
        }
        auto const y = to_uint64(number);
        return y && *integral.as_uint64() == *y;
    }
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
    case value_kind::boolean:
        return *a.as_bool() == *b.as_bool();
    case value_kind::string:
        return *a.as_string() == *b.as_string();
    case value_kind::binary:
        return *a.as_binary() == *b.as_binary();
    default:
        return true; // null
    }
}

std::vector<value::member const*> by_key(value::object const& members)
{
    std::vector<value::member const*> out;
    out.reserve(members.size());
    for (auto const& each : members) out.push_back(&each);
    std::sort(out.begin(), out.end(), [](auto const* a, auto const* b) { return a->key < b->key; });
    return out;
}

} // namespace

bool operator==(value const& left, value const& right)
{
    std::vector<std::pair<value const*, value const*>> pairs{{&left, &right}};
    while (!pairs.empty()) {
        auto const [a, b] = pairs.back();
        pairs.pop_back();
        if (a->is_array() && b->is_array()) {
            auto const& x = *a->as_array();
            auto const& y = *b->as_array();
            if (x.size() != y.size()) return false;
            for (std::size_t i = 0; i < x.size(); ++i) pairs.emplace_back(&x[i], &y[i]);
        } else if (a->is_object() && b->is_object()) {
            if (a->size() != b->size()) return false;
            auto const x = by_key(*a->as_object());
            auto const y = by_key(*b->as_object());
            for (std::size_t i = 0; i < x.size(); ++i) {
                if (x[i]->key != y[i]->key) return false;
                pairs.emplace_back(&x[i]->content, &y[i]->content);
            }
        } else if (!equal_leaves(*a, *b)) {
            return false;
        }
    }
    return true;
}

// ── JSON and typed conversion ───────────────────────────────────────────────────────────────────────────────────────

std::string value::to_json() const
{
    std::string text;
    std::vector<partyline::binary> attachments;
    json_writer out(text, attachments, static_cast<std::size_t>(-1));
    convert<value>::encode(out, *this);
    return text;
}

result<value> value::parse_json(std::string_view text, std::size_t max_depth)
{
    json_document document(max_depth);
    if (auto const done = document.parse(text); !done) return done.error();
    value out;
    convert<value>::decode(document.root(), out);
    return out;
}

value value::build(void (*write)(writer&, void const*), void const* source)
{
    value_writer out;
    write(out, source);
    return std::move(out).take();
}

std::unique_ptr<reader> value::open() const { return std::make_unique<value_reader>(*this); }

} // namespace partyline
