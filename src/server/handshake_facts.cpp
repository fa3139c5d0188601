#include "server/handshake_facts.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <type_traits>

#include "http/query.hpp"

namespace partyline {

namespace {

// What browsers, the official clients and proxies send. The place in the list, counted from 1, stands for the name.
constexpr std::array<std::string_view, 37> common_names = {
    "host",
    "connection",
    "upgrade",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-extensions",
    "sec-websocket-protocol",
    "origin",
    "user-agent",
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "pragma",
    "cookie",
    "authorization",
    "referer",
    "content-type",
    "content-length",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "sec-fetch-storage-access",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-gpc",
    "dnt",
    "priority",
    "via",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-real-ip",
    "x-request-id",
};

// Stands among the headers, under a name that none can have.
constexpr std::string_view subject_name = ":subject";

// And whole headers, name and value: counted on behind the names.
constexpr std::array<http::header_field, 14> common_headers = {{
    {"connection", "Upgrade"},
    {"connection", "keep-alive, Upgrade"},
    {"connection", "keep-alive"},
    {"upgrade", "websocket"},
    {"sec-websocket-version", "13"},
    {"sec-websocket-extensions", "permessage-deflate; client_max_window_bits"},
    {"accept", "*/*"},
    {"accept-encoding", "gzip, deflate, br, zstd"},
    {"accept-encoding", "gzip, deflate, br"},
    {"accept-encoding", "gzip, deflate"},
    {"cache-control", "no-cache"},
    {"pragma", "no-cache"},
    {"sec-fetch-site", "same-origin"},
    {"x-forwarded-proto", "https"},
}};
static_assert(common_names.size() + common_headers.size() < 128, "a number is one byte");

std::string in_lower_case(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

void append_sized(std::string& to, std::string_view text)
{
    to += static_cast<char>(text.size() & 0xFF);
    to += static_cast<char>(text.size() >> 8);
    to += text;
}

std::string_view take_sized(std::string_view& from) noexcept
{
    auto const size =
        static_cast<std::size_t>(static_cast<unsigned char>(from[0]) | static_cast<unsigned char>(from[1]) << 8);
    auto const taken = from.substr(2, size);
    from.remove_prefix(2 + size);
    return taken;
}

/// One header as one byte: the number of a common header; or that of its name (0: spelled out behind it), and behind it
/// the value. Sizes are two bytes.
void append_header(std::string& to, std::string_view name, std::string_view value)
{
    auto const is_all = [&](http::header_field const& each) { return each.name == name && each.value == value; };
    auto const whole = std::find_if(common_headers.begin(), common_headers.end(), is_all);
    if (whole != common_headers.end()) {
        to += static_cast<char>(common_names.size() + 1 + static_cast<std::size_t>(whole - common_headers.begin()));
        return;
    }
    auto const found = std::find(common_names.begin(), common_names.end(), name);
    to += static_cast<char>(found == common_names.end() ? 0 : found - common_names.begin() + 1);
    if (found == common_names.end()) append_sized(to, name);
    append_sized(to, value);
}

http::header_field take_header(std::string_view& from) noexcept
{
    auto const number = static_cast<std::size_t>(from.front());
    from.remove_prefix(1);
    if (number > common_names.size()) return common_headers[number - common_names.size() - 1];
    auto const name = number == 0 ? take_sized(from) : common_names[number - 1];
    return {name, take_sized(from)};
}

/// Each name once, several values of a name joined. A head is limited to less than 64 KiB, and so is each size.
std::string pack(http::header_block const& headers, std::vector<std::string> const* keep)
{
    constexpr std::size_t longest = 0xFFFF;
    std::vector<std::string> seen;
    std::string packed;
    for (auto const field : headers) {
        auto name = in_lower_case(field.name);
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
        auto const is_name = [&](std::string const& each) { return http::same_name(each, name); };
        if (keep && name != "origin" && std::none_of(keep->begin(), keep->end(), is_name)) continue;
        auto const value = headers.joined(name);
        append_header(packed, name, std::string_view(value).substr(0, longest));
        seen.push_back(std::move(name));
    }
    return packed;
}

} // namespace

std::shared_ptr<handshake_request const> handshake_facts::make(http::request const& first, std::string_view address,
                                                               bool secure, std::int64_t issued,
                                                               std::vector<std::string> const* keep,
                                                               std::string_view certificate_subject)
{
    static_assert(std::is_trivially_destructible_v<handshake_facts>, "the block is freed without asking it");
    auto packed = pack(first.headers, keep);
    if (!certificate_subject.empty()) append_header(packed, subject_name, certificate_subject.substr(0, 0xFFFF));
    auto const url = std::string_view(first.target).substr(0, 0xFFFF);
    address = address.substr(0, 0xFF);

    using word = std::uint64_t;
    static_assert(alignof(handshake_facts) <= alignof(word));
    auto const bytes = sizeof(handshake_facts) + address.size() + url.size() + packed.size();
    auto const block = std::make_shared_for_overwrite<word[]>((bytes + sizeof(word) - 1) / sizeof(word));
    auto* const made = new (block.get()) handshake_facts(issued, secure, address.size(), url.size(), packed.size());
    auto* to = reinterpret_cast<char*>(made + 1);
    for (auto const text : {address, url, std::string_view(packed)}) {
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        to += text.size();
    }
    return {block, made};
}

std::string_view handshake_facts::address() const noexcept { return {text(), address_}; }
std::string_view handshake_facts::url() const noexcept { return {text() + address_, url_}; }
std::string_view handshake_facts::packed_headers() const noexcept { return {text() + address_ + url_, headers_}; }

std::string_view handshake_facts::find(std::string_view name) const noexcept
{
    for (auto rest = packed_headers(); !rest.empty();)
        if (auto const each = take_header(rest); http::same_name(each.name, name)) return each.value;
    return {};
}

std::string_view handshake_facts::certificate_subject() const noexcept { return find(subject_name); }

std::string_view handshake_facts::header(std::string_view name) const
{
    return name == subject_name ? std::string_view{} : find(name);
}

std::vector<std::pair<std::string, std::string>> handshake_facts::headers() const
{
    std::vector<std::pair<std::string, std::string>> all;
    for (auto rest = packed_headers(); !rest.empty();)
        if (auto const each = take_header(rest); each.name != subject_name) all.emplace_back(each.name, each.value);
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
