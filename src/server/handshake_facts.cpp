#include "server/handshake_facts.hpp"

#include <algorithm>

#include "http/query.hpp"

namespace partyline {

namespace {

http::header_block kept(http::request const& first, std::vector<std::string> const* keep)
{
    if (!keep) return first.headers;
    auto names = *keep;
    names.emplace_back("origin");
    return first.headers.only(names);
}

} // namespace

handshake_facts::handshake_facts(http::request const& first, std::string address, bool secure, std::int64_t issued,
                                 std::vector<std::string> const* keep)
    : headers_(kept(first, keep)), url_(first.target), address_(std::move(address)), issued_(issued), secure_(secure)
{
    url_.shrink_to_fit();
}

std::vector<std::pair<std::string, std::string>> handshake_facts::headers() const
{
    std::vector<std::pair<std::string, std::string>> all;
    for (auto const field : headers_) {
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
    auto const mark = url_.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(url_).substr(mark + 1);
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
