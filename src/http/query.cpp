// The query of a request target; see query.hpp.
#include "http/query.hpp"

#include "http/percent.hpp"

namespace partyline::http {

namespace {

bool needs_decoding(std::string_view text) noexcept { return text.find_first_of("%+") != text.npos; }

bool is_named(std::string_view raw_name, std::string_view name)
{
    return needs_decoding(raw_name) ? form_decode(raw_name) == name : raw_name == name;
}

} // namespace

// Calls `visit(raw name, raw value)` for each pair, until it answers false.
template <class F>
void query::walk(F visit) const
{
    auto rest = text_;
    for (std::size_t pairs = 0; !rest.empty() && pairs < limit_;) {
        auto const end = rest.find('&');
        auto const pair = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
        if (pair.empty()) continue;
        ++pairs;
        auto const equals = pair.find('=');
        auto const value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
        if (!visit(pair.substr(0, equals), value)) return;
    }
}

std::optional<std::string> query::first(std::string_view name) const
{
    auto const found = raw(name);
    if (!found) return std::nullopt;
    return form_decode(*found);
}

std::optional<std::string> query::last(std::string_view name) const
{
    std::optional<std::string_view> found;
    walk([&](std::string_view key, std::string_view value) {
        if (is_named(key, name)) found = value;
        return true;
    });
    if (!found) return std::nullopt;
    return form_decode(*found);
}

std::optional<std::string_view> query::raw(std::string_view name) const
{
    std::optional<std::string_view> found;
    walk([&](std::string_view key, std::string_view value) {
        if (!is_named(key, name)) return true;
        found = value;
        return false;
    });
    return found;
}

std::size_t query::count(std::string_view name) const
{
    std::size_t found = 0;
    walk([&](std::string_view key, std::string_view) {
        found += is_named(key, name);
        return true;
    });
    return found;
}

std::vector<query::parameter> query::parameters() const
{
    std::vector<parameter> all;
    walk([&](std::string_view key, std::string_view value) {
        all.push_back({form_decode(key), form_decode(value)});
        return true;
    });
    return all;
}

} // namespace partyline::http
