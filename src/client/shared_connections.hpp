// Which connections may be travelled on by clients that come later: those of `client_options::multiplex`. It knows settings and counts,
// nothing of what travels. Asked by the constructor and the destructor of `client`.
#pragma once

#include <memory>

#include "client/client_core.hpp"

namespace partyline {

/// A client's place on a connection.
struct client_seat
{
    std::shared_ptr<client_core> core;
    std::shared_ptr<client_place> place;
};

/// A seat on a connection that is there, for the namespace of the member's URL; nothing where none fits. Thread: any.
[[nodiscard]] client_seat join_shared(client_settings const& settings, std::shared_ptr<client_box> const& box,
                                      std::shared_ptr<client_member> const& member);
/// From now on others may join, unless there is a connection of the same kind already. Thread: any.
void share(client_settings const& settings, std::shared_ptr<client_core> const& core);
/// One client less on this connection. Whether it was the last: then nobody joins any more. Thread: any.
[[nodiscard]] bool leave_shared(client_core& core);

} // namespace partyline
