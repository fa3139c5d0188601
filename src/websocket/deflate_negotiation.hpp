// Agreeing on permessage-deflate (RFC 7692 sections 5 and 7.1) for both roles: options of one end and the header of the
// other in, parameters and the header to send out. `handshake` calls it; `deflater` and `inflater` are made from the result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

#include "websocket/role.hpp"

namespace partyline::websocket {

/// Whether a compressor keeps its window from one message to the next.
enum class takeover : std::uint8_t
{
    as_asked, ///< unless the other end asks for none
    never,    ///< no context takeover: one compressor per thread is enough
    always,   ///< an offer that asks for none is declined, an answer that gives none is refused
};

/// What we offer or accept, with the meaning of npm's `ws`. No value for window bits: as the other end asks.
struct deflate_options
{
    takeover server_takeover = takeover::never;     ///< serverNoContextTakeover: true is `never`, false is `always`
    takeover client_takeover = takeover::never;     ///< clientNoContextTakeover
    std::optional<int> server_max_window_bits = {}; ///< 8 to 15. A server declines offers that ask for less
    std::optional<int> client_max_window_bits = {}; ///< 8 to 15. A server declines offers that do not allow to say so
};

/// What was agreed.
struct deflate_parameters
{
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 15;
    int client_max_window_bits = 15;
    friend bool operator==(deflate_parameters const&, deflate_parameters const&) = default;

    /// How the end that is `self` compresses and decompresses.
    [[nodiscard]] bool sends_with_takeover(role self) const noexcept
    {
        return self == role::server ? !server_no_context_takeover : !client_no_context_takeover;
    }
    [[nodiscard]] bool receives_with_takeover(role self) const noexcept
    {
        return self == role::server ? !client_no_context_takeover : !server_no_context_takeover;
    }
    [[nodiscard]] int send_window_bits(role self) const noexcept
    {
        return self == role::server ? server_max_window_bits : client_max_window_bits;
    }
    [[nodiscard]] int receive_window_bits(role self) const noexcept
    {
        return self == role::server ? client_max_window_bits : server_max_window_bits;
    }
};

/// A server's acceptance.
struct deflate_answer
{
    deflate_parameters parameters;
    std::string header; ///< value of Sec-WebSocket-Extensions in the 101
};

/// Server: accepts the first offer in the client's header that the options allow. Offers that are broken or not
/// allowed are passed over; with none left there is no compression (nothing), which is never an error.
std::optional<deflate_answer> accept_deflate(std::string_view offers, deflate_options const& options);

/// Client: value of Sec-WebSocket-Extensions in the request.
[[nodiscard]] std::string offer_deflate(deflate_options const& options);

/// Client: reads the server's answer to `offer_deflate(options)`. An empty header is no compression; anything that was
/// not offered, or is broken, is `invalid_handshake`, and the connection has to be failed.
result<std::optional<deflate_parameters>> confirm_deflate(std::string_view answer, deflate_options const& options);

} // namespace partyline::websocket
