// Opens a WebSocket as a client: connects, sends the handshake, checks the answer, and hands over a link. It does not know what the
// link is for. One for each attempt; nothing of it is left once the link stands.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/connections.hpp"
#include "net/http_origin.hpp"
#include "net/random.hpp"
#include "websocket/deflate_negotiation.hpp"

namespace partyline::net {

class link_opener;

/// What one link is asked for with. A value.
struct link_wish
{
    std::string target = "/";                               ///< "/path?query"
    std::vector<std::string> protocols = {};                ///< subprotocols, the preferred one first
    std::optional<websocket::deflate_options> deflate = {}; ///< none: compression is not offered
};

/// Calls come on the loop's thread, never out of `start`. The opener may be destroyed in each of them, and is of no use afterwards.
class link_open_owner
{
public:
    /// Messages that came with the answer are delivered in the next turn. `protocol` is empty if the server chose none.
    virtual void on_link_open(link_opener& from, link& opened, std::string_view protocol) = 0;
    /// The errors of a connector; refused, for a status other than 101; invalid_handshake, invalid_http, disconnected.
    /// `status` is that of the answer, 0 if there was none.
    virtual void on_link_refused(link_opener& from, problem const& why, int status) = 0;

protected:
    ~link_open_owner() = default;
};

/// Thread: its loop's. Owner: who opens. Lifetime: until it has called; destroyed earlier, it closes everything and calls nobody.
class link_opener final : private timed, private connect_owner
{
public:
    /// The parts of the loop that it works with. All must outlive it, the link's `options` and `messages` the link, too.
    struct place
    {
        loop& home;
        resolver& names;
        connections& table;
        random& nonces;
    };
    link_opener(place where, http_origin const& origin, link_wish wish, link_options const& options,
                link_owner& messages, link_open_owner& owner);
    ~link_opener();
    link_opener(link_opener const&) = delete;
    link_opener& operator=(link_opener const&) = delete;

    /// Once. `origin.connect.timeout` is the limit for all of it.
    void start();

private:
    class wire;

    void on_connected(connector& from, open_stream stream) override;
    void on_connect_failed(connector& from, problem const& why) override;
    void on_deadline(time_point now) override;
    void on_wire();
    void write();
    void read();
    void judge(http::received_response const& response, std::string_view unread);
    void fail(problem why, int status = 0);

    place where_;
    http_origin const& origin_;
    link_wish wish_;
    link_options const& options_;
    link_owner& messages_;
    link_open_owner& owner_;
    std::unique_ptr<connector> connector_;
    std::unique_ptr<wire> wire_;
    std::unique_ptr<http::response_reader> answer_;
    std::array<std::byte, 16> nonce_{};
    std::string request_;                  // not written yet
    time_point limit_ = time_point::max(); // until the connection stands, the connector's own is the same
    problem refused_;                      // found before anything was sent
};

} // namespace partyline::net
