#include "engineio/client_context.hpp"

#include "engineio/outgoing.hpp"

namespace partyline::engineio {

client_context::client_context() : pong_(delivery_ref::make(make_control(packet_type::pong))) {}

} // namespace partyline::engineio
