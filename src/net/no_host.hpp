// The host of a loop on which nobody listens: clients have links there, and no requests arrive.
#pragma once

#include "net/http_host.hpp"

namespace partyline::net {

/// Thread: any; it has no state. Owner: a client's loop. Lifetime: longer than the `connections` of that loop.
class no_host final : public http_host
{
public:
    std::uint64_t on_head(exchange_id, http::request const&) override { return 0; }
    void on_request(exchange_id, http::request const&, std::string_view) override {}
    void on_upgrade(exchange_id, http::request const&) override {}
    void on_aborted(exchange_id) override {}
};

} // namespace partyline::net
