// A cookie as the server sets it, with the attributes of npm's `cookie` module. Serialised by http/cookie.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace partyline {

/// One Set-Cookie header. As an option of the server it names the cookie that carries the session id, set by the polling
/// handshake only; the defaults are those of the official server: `io=<sid>; Path=/; HttpOnly; SameSite=Lax`.
struct cookie
{
    enum class site : std::uint8_t
    {
        unset,
        strict,
        lax,
        none
    };
    enum class importance : std::uint8_t
    {
        unset,
        low,
        medium,
        high
    };

    std::string name = "io";
    /// The session id where the cookie is an option of the server.
    std::string value = {};
    /// `nullopt`: no Path attribute.
    std::optional<std::string> path = "/";
    bool http_only = true;
    site same_site = site::lax;
    /// Empty: no Domain attribute.
    std::string domain = {};
    std::optional<std::chrono::seconds> max_age = {};
    std::optional<std::chrono::sys_seconds> expires = {};
    bool secure = false;
    bool partitioned = false;
    importance priority = importance::unset;
    /// How the value is made safe; none: percent-encoding, as JavaScript's `encodeURIComponent`.
    std::function<std::string(std::string_view)> encode = {};
};

} // namespace partyline
