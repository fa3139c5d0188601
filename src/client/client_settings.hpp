// A client's URL and options, checked once and put into the words of the floors below. Reads the environment for a proxy. It does not
// connect. Told to those whom it concerns when a client is made, and not kept: it is larger than all the rest of an idle client.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/client_options.hpp>

#include "client/codec_source.hpp"
#include "client/connection_options.hpp"
#include "net/http_client.hpp"
#include "net/http_origin.hpp"
#include "net/link.hpp"

namespace partyline {

/// In the words of `client_connection`.
[[nodiscard]] reconnect_options to_machine(client_reconnection const& how) noexcept;

/// What a client needs of its settings again and again, and what clients may have in common: those that are made one after the other with
/// equal options share one. Everything that is one client's own, as `auth`, stands elsewhere. Immutable. Thread: any.
struct client_plan
{
    net::http_origin origin;                     ///< of requests
    std::optional<net::http_origin> link_origin; ///< of the handshakes of WebSockets, where those carry other headers
    client_nsp_options nsp;                      ///< of namespaces that are still to be made; without `auth`
    std::string request_path;                    ///< "/socket.io/"
    std::string query;                           ///< of the URL and the options: "&token=x", or empty
    std::string poll_query;                      ///< of polling alone
    std::string link_query;                      ///< of WebSockets alone
    std::vector<std::string> protocols;          ///< of WebSockets
    client_reconnection reconnection;            ///< as the options say
    std::chrono::milliseconds linger{0};
    /// Set: functions of the options are not called any more. Null: there are none.
    std::shared_ptr<std::atomic<bool>> silence{};
    bool offers_deflate = false;
    bool force_base64 = false;
    bool multiplex = false;

    friend bool operator==(client_plan const&, client_plan const&) = default;
};

/// Immutable. Thread: any. Owner: who makes the client. Lifetime: until it is made.
struct client_settings
{
    /// Throws `partyline::error`: `invalid_url`, `invalid_option`, `tls_failure`, with a sentence.
    client_settings(std::string_view url, client_options given);

    [[nodiscard]] connection_options connection() const;
    [[nodiscard]] net::http_origin origin() const;
    [[nodiscard]] std::shared_ptr<client_plan const> plan() const;
    [[nodiscard]] net::http_client_options http() const;
    [[nodiscard]] net::link_options links() const;
    [[nodiscard]] client_reconnection reconnection() const;
    /// Throws `invalid_option`.
    static void check(client_reconnection const& how);
    /// With its slash. Throws `invalid_option` for what cannot travel.
    [[nodiscard]] static std::string checked_nsp_name(std::string_view name);
    /// What clients have to have in common to travel on one connection; empty: it travels alone.
    [[nodiscard]] std::string sharing_key() const;

    client_options options;
    http::url target;
    std::string nsp_name;     // of the URL
    std::string request_path; // of requests: "/socket.io/"
    std::string query;        // of the URL and the options: "&token=x", or empty
    std::string poll_query;   // of polling alone
    std::string link_query;   // of WebSockets alone
    std::shared_ptr<codec_source const> codecs;

private:
    [[nodiscard]] client_nsp_options nsp() const;
    [[nodiscard]] std::optional<net::http_origin> link_origin() const;
    void check() const;
    void cap_times();
    void check_name(std::string_view name) const;
    void read_query();
    void read_proxy();
    void read_tls();
    void guard_functions();

    net::connect_options connect_;
    std::shared_ptr<std::atomic<bool>> silence_;
};

} // namespace partyline
