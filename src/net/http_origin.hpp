// The server that a client's requests go to, and what all of them carry. Shared by the HTTP client and the opener of links.
#pragma once

#include <string>
#include <string_view>

#include <partyline/http.hpp>

#include "http/cookie_jar.hpp"
#include "http/response_reader.hpp"
#include "net/connector.hpp"

namespace partyline::net {

/// Must outlive who uses it.
struct http_origin
{
    connect_target where;
    std::string authority = {};          ///< for the Host header, see `http::url::authority`
    http::header_list headers = {};      ///< of every request
    http::cookie_jar* cookies = nullptr; ///< null: cookies are not kept
    connect_options connect = {};

    /// The value of the Cookie header for `target`; empty if there is none.
    [[nodiscard]] std::string cookies_for(std::string_view target) const;
    /// Keeps what the response to `target` sets.
    void keep_cookies(std::string_view target, http::received_response const& response) const;

    friend bool operator==(http_origin const& a, http_origin const& b) noexcept;
};

} // namespace partyline::net
