#include "server/handshake_facts.hpp"

#include <algorithm>

#include "http/query.hpp"

namespace partyline {

namespace {

constexpr std::string_view target_name = ":target";
constexpr std::string_view address_name = ":address";
constexpr std::string_view subject_name = ":subject";

http::header_block as_block(http::request const& first, std::string_view address, std::vector<std::string> const* keep,
                            std::string_view subject)
{
    std::vector<http::header_field> fields{{target_name, first.target}, {address_name, address}};
    if (!subject.empty()) fields.push_back({subject_name, subject});
    auto const is_kept = [keep](std::string_view name) {
        if (!keep || http::same_name(name, "origin")) return true;
        return std::any_of(keep->begin(), keep->end(), [&](auto const& each) { return http::same_name(each, name); });
    };
    for (auto const field : first.headers)
        if (is_kept(field.name)) fields.push_back(field);
    return http::header_block(fields);
}

} // namespace

handshake_facts::handshake_facts(http::request const& first, std::string_view address, bool secure, std::int64_t issued,
                                 std::vector<std::string> const* keep, std::string_view certificate_subject)
    : block_(as_block(first, address, keep, certificate_subject)), issued_(issued), secure_(secure)
{}

std::string_view handshake_facts::url() const noexcept { return block_.value_or_empty(target_name); }
std::string_view handshake_facts::address() const noexcept { return block_.value_or_empty(address_name); }

std::string_view handshake_facts::certificate_subject() const noexcept { return block_.value_or_empty(subject_name); }

std::string_view handshake_facts::header(std::string_view name) const
{
    return name.starts_with(':') ? std::string_view{} : block_.value_or_empty(name);
}

std::vector<std::pair<std::string, std::string>> handshake_facts::headers() const
{
    std::vector<std::pair<std::string, std::string>> all;
    for (auto const field : block_) {
        if (field.name.starts_with(':')) continue;
        std::string name(field.name);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        auto const known = std::find_if(all.begin(), all.end(), [&](auto const& each) { return each.first == name; });
        if (known == all.end())
            all.emplace_back(std::move(name), field.value);
        else
            known->second.append(", ").append(field.value);
    }
    return all;
}

std::string_view handshake_facts::query_text() const noexcept
{
    auto const target = url();
    auto const mark = target.find('?');
    return mark == target.npos ? std::string_view{} : target.substr(mark + 1);
}

std::optional<std::string> handshake_facts::query(std::string_view name) const
{
    return http::query(query_text()).last(name);
}

std::vector<std::pair<std::string, std::string>> handshake_facts::query() const
{
    std::vector<std::pair<std::string, std::string>> all;
    for (auto& each : http::query(query_text()).parameters()) {
        auto const known =
            std::find_if(all.begin(), all.end(), [&](auto const& other) { return other.first == each.name; });
        if (known == all.end())
            all.emplace_back(std::move(each.name), std::move(each.value));
        else
            known->second = std::move(each.value);
    }
    return all;
}

} // namespace partyline
