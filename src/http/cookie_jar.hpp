// The cookies that a client keeps from one response to the next request (RFC 6265 section 5), so that polls reach the server
// that load balancers chose. Bounded; time is an argument. It knows no connection; net's HTTP client calls it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partyline::http {

/// Where a response came from, or a request goes to. Views of the caller's.
struct cookie_scope
{
    std::string_view host; ///< in lower case, as in `url`
    std::string_view path; ///< of the request, without the query
    bool secure = false;
};

/// A Set-Cookie header taken apart (RFC 6265 section 5.2); what is not understood is passed over, as browsers do.
struct set_cookie
{
    std::string name;
    std::string value;
    std::string domain = {}; ///< in lower case, without a leading dot; empty: the host alone
    std::string path = {};   ///< empty: the directory of the request
    bool secure = false;
    std::optional<std::chrono::seconds> max_age = {};
    std::optional<std::chrono::sys_seconds> expires = {};
};

/// Nothing where there is no name, or a byte that must not travel.
[[nodiscard]] std::optional<set_cookie> parse_set_cookie(std::string_view header);

/// Thread:   its owner's.
/// Owner:    one client.
/// Lifetime: the client's; the cookies are forgotten with it.
class cookie_jar
{
public:
    using time = std::chrono::sys_seconds;
    /// Beyond, the oldest cookie goes. Larger ones are not taken.
    static constexpr std::size_t most_cookies = 64;
    static constexpr std::size_t most_bytes = 4096;

    /// Takes the value of one Set-Cookie header. Cookies for another host, for a whole top-level domain, or that a plain
    /// connection marks as secure, are passed over.
    void store(std::string_view header, cookie_scope const& from, time now);
    /// The value of the Cookie header for a request: longest path first, then oldest. Empty if there is none.
    [[nodiscard]] std::string header(cookie_scope const& to, time now);

    [[nodiscard]] std::size_t size() const noexcept { return cookies_.size(); }
    void clear() noexcept { cookies_.clear(); }

private:
    struct kept
    {
        std::string name;
        std::string value;
        std::string domain;
        std::string path;
        bool host_only;
        bool secure;
        std::optional<time> expires; // none: with the client
    };
    void drop_expired(time now);

    std::vector<kept> cookies_; // oldest first
};

} // namespace partyline::http
