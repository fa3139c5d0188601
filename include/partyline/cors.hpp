// Cross-origin resource sharing, with the options of npm's `cors` module. Applied by http/cors.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace partyline {

/// Which pages of other origins may read responses. CORS does not guard WebSockets: see `allowed_origins` for that.
class cors_origin
{
public:
    using predicate = std::function<bool(std::string_view origin)>;
    /// `origin: true` in JavaScript: whatever the page's origin is, it is echoed.
    struct echo
    {};

    /// "*" (every origin, without credentials), or the one origin that is always announced.
    cors_origin(std::string fixed) : rule_(std::move(fixed)) {}
    cors_origin(char const* fixed) : rule_(std::string(fixed)) {}
    /// Echoed if listed exactly.
    cors_origin(std::vector<std::string> list) : rule_(std::move(list)) {}
    /// Echoed if the function says so; called on every thread of the server.
    cors_origin(predicate allowed) : rule_(std::move(allowed)) {}
    cors_origin(echo all) : rule_(all) {}

    using rule_type = std::variant<std::string, std::vector<std::string>, predicate, echo>;
    [[nodiscard]] rule_type const& rule() const noexcept { return rule_; }

private:
    rule_type rule_;
};

struct cors_options
{
    cors_origin origin = "*";
    std::vector<std::string> methods = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
    /// Empty: what the browser asks for is granted.
    std::vector<std::string> allowed_headers = {};
    std::vector<std::string> exposed_headers = {};
    bool credentials = false;
    std::optional<std::chrono::seconds> max_age = {};
    /// Sets the headers of a preflight, but lets the request go on instead of answering it.
    bool preflight_continue = false;
    /// Status of an answered preflight; some old browsers choke on 204.
    int options_success_status = 204;
};

} // namespace partyline
