// One loop's part in a listening socket: accepts, in bounded batches, and hands what it accepted to the loop's `connections`.
#pragma once

#include <memory>

#include "net/channel.hpp"
#include "net/listening_socket.hpp"
#include "net/loop.hpp"

namespace partyline::net {

class connections;
class tls_context;

/// Several loops may share one socket: each registers it with EPOLLEXCLUSIVE. Running out of descriptors is survived: a spare
/// one is given up to accept and close at once, so that clients hear a refusal and the loop does not spin.
///
/// Thread: its loop's. Owner: the server; ends through `loop::retire`. Lifetime: shorter than `target` and `tls`.
class listener final : public channel
{
public:
    /// `tls` null: plain. Starts at once.
    listener(loop& loop, connections& target, std::shared_ptr<listening_socket const> socket,
             tls_context const* tls = nullptr);
    ~listener() override;

    void on_ready(std::uint32_t events) override;
    void on_deadline(time_point now) override;

    static constexpr int batch = 64;

private:
    bool refuse_one();
    void pause();

    loop& loop_;
    connections& target_;
    std::shared_ptr<listening_socket const> socket_;
    tls_context const* tls_;
    int spare_ = -1;
    bool paused_ = false;
};

} // namespace partyline::net
