// Engine.IO without Socket.IO: messages go to the user's own functions as they are.
#pragma once

#include <memory>

#include "server/slot.hpp"

namespace partyline {

/// Gives a new session its reader: a `peer`, or the user's functions where `engine` is set in the options.
void attach_user(slot& opened);

} // namespace partyline
