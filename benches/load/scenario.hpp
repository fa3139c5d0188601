// What WebSocket clients do once they are up: the place where the scenarios differ. One object for each load thread, called by it alone.
// The base does nothing: it is that of `connect` and `idle`.
#pragma once

#include <memory>
#include <string>

#include "load/connection.hpp"
#include "load/options.hpp"

namespace sioload {

class websocket_share;

class scenario
{
public:
    explicit scenario(websocket_share& home) : home_(home) {}
    scenario(scenario const&) = delete;
    scenario& operator=(scenario const&) = delete;
    virtual ~scenario() = default;

    /// An event (`42...`). Where `here` is less than `size`, `on_rest` follows, if `kind` was set.
    virtual void on_event(connection&, arrival const&, nanoseconds) {}
    /// An acknowledgement (`43...`), likewise.
    virtual void on_ack(connection&, arrival const&, nanoseconds) {}
    virtual void on_rest(connection&, nanoseconds) {}
    /// All that one read gave has been looked at, and `arrived` is not 0.
    virtual void on_read(connection&, nanoseconds) {}
    virtual void begin() {}
    /// Open loop: sends what is due. Answers when the next is.
    virtual nanoseconds pace(nanoseconds) { return 0; }

protected:
    [[nodiscard]] websocket_share& home() { return home_; }

private:
    websocket_share& home_;
};

/// The name of one of several rooms; all have the same length.
[[nodiscard]] std::string room_name(load_options const& options, std::uint32_t number);

[[nodiscard]] std::unique_ptr<scenario> make_scenario(websocket_share& home);
[[nodiscard]] std::unique_ptr<scenario> make_exchange(websocket_share& home);
[[nodiscard]] std::unique_ptr<scenario> make_broadcast(websocket_share& home);

} // namespace sioload
