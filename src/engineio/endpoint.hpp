// The front door: decides what an HTTP request is to this Engine.IO server and writes its answers, both as values. It
// does not know connections, sessions' insides, or who may come in (a hook of the server decides that between
// `verify` and `check_revision`). Called by `server/front` for every request.
//
// Theory of operation
//   Order of the official server: transport, characters of the Origin, sid, method, then the hook, then the revision.
//   `verify` does what needs no session. A request that names a session becomes a `session_request`, which travels as a
//   value to the shard that owns it, where `admit` does the rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <partyline/http.hpp>
#include <partyline/result.hpp>

#include "base/id.hpp"
#include "engineio/endpoint_options.hpp"
#include "engineio/handshake_error.hpp"
#include "engineio/session_event.hpp"
#include "http/compression.hpp"

namespace partyline::engineio {

class session;

/// The path is another's.
struct not_ours
{};

/// To be answered as it is: a CORS preflight.
struct preflight
{
    http::response response;
};

/// A new session is asked for. Next: the hook, then `check_revision`, then an id.
struct handshake
{
    transport via = transport::polling;
    revision protocol = revision::v4;
};

/// A request for a session that exists or not.
struct session_request
{
    enum class kind : std::uint8_t
    {
        poll,
        post,
        probe,
        other
    };
    kind what = kind::poll;
    std::string sid; ///< any text
    transport via = transport::polling;
    revision protocol = revision::v4;
    bool is_octet_stream = false; ///< of a POST: refused by the session
};

using decision = std::variant<not_ours, preflight, refusal, handshake, session_request>;

/// What has to be remembered of a request until its answer is made: headers and coding.
struct reply_plan
{
    http::header_list headers;
    http::coding coding = http::coding::identity;
};

/// Immutable after construction, except that CORS predicates of the user are called.
///
/// Thread: any. Owner: the server. Lifetime: the server's.
class endpoint
{
public:
    /// `errc::invalid_option` for an empty path, no transport at all, or a cookie that cannot be written.
    static result<endpoint> make(endpoint_options options);

    [[nodiscard]] endpoint_options const& options() const noexcept { return options_; }
    /// The path as it is matched, usually with a slash at its end.
    [[nodiscard]] std::string const& path() const noexcept { return options_.path; }

    /// Whether the target begins with our path.
    [[nodiscard]] bool owns(http::request const& request) const noexcept;
    /// `is_upgrade`: the request wants to become a WebSocket.
    [[nodiscard]] decision verify(http::request const& request, bool is_upgrade) const;
    /// On the shard of the session; `found` is null if there is none of that id (any more).
    [[nodiscard]] std::optional<refusal> admit(session_request const& request, session const* found) const;
    /// After the hook has let a handshake in, and before the 101 of a WebSocket.
    [[nodiscard]] std::optional<refusal> check_revision(handshake const& asked) const;

    /// The text of the open packet, without its type: `{"sid":...,"upgrades":...,"pingInterval":...,"pingTimeout":...,"maxPayload":...}`.
    [[nodiscard]] std::string open_packet(base::id20 const& sid, transport via) const;

    // --- answers ------------------------------------------------------------------------------------------------

    /// Headers that every answer to this request carries: Cache-Control, CORS, X-XSS-Protection for old Internet Explorers.
    [[nodiscard]] reply_plan plan(http::request const& request) const;
    /// Adds the cookie of the polling handshake, if one is configured.
    void add_cookie(reply_plan& plan, base::id20 const& sid) const;
    /// 200 with packets; compressed if the messages and the client allow it and it is big enough.
    [[nodiscard]] http::response payload(reply_plan plan, std::string body, bool may_compress,
                                         http::compressor& compressor) const;
    /// The fixed answers of a session.
    [[nodiscard]] http::response reply(reply_plan plan, answer what) const;
    /// 413 without a body: more than `max_http_buffer_size`. The session survives.
    [[nodiscard]] http::response too_big(http::request const& request) const;
    /// The answer to a refused request: JSON, or for an upgrade plain text and always 400.
    [[nodiscard]] http::response refuse(refusal const& why, http::request const& request, bool is_upgrade) const;
    /// The CORS headers alone, for the 101 and for the browser bundle.
    void add_cors(http::request const& request, http::header_list& headers) const;

private:
    explicit endpoint(endpoint_options options) noexcept : options_(std::move(options)) {}
    [[nodiscard]] bool origin_allowed(std::string_view origin) const;

    endpoint_options options_;
};

} // namespace partyline::engineio
