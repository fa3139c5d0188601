// IP addresses as text (RFC 3986 section 3.2.2, RFC 4291 section 2.2), read strictly: no octal, no "127.1", no zone. The
// URL reader, the cookie jar and the proxy rules call it, and net where it needs no name service.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace partyline::http {

/// The bytes of an address, in the order of the network: the first 4 of them, or all 16.
struct ip_literal
{
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 4;

    [[nodiscard]] bool is_v6() const noexcept { return size == 16; }
    friend bool operator==(ip_literal const&, ip_literal const&) = default;
};

/// "127.0.0.1" or "::1" (without brackets); nothing for everything else.
[[nodiscard]] std::optional<ip_literal> parse_ip(std::string_view text) noexcept;
/// The shortest usual form (RFC 5952), without brackets.
[[nodiscard]] std::string to_string(ip_literal const& address);
/// Whether the first `bits` bits are the same, for addresses of one family.
[[nodiscard]] bool same_network(ip_literal const& a, ip_literal const& b, unsigned bits) noexcept;

} // namespace partyline::http
