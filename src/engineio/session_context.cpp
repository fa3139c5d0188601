#include "engineio/session_context.hpp"

#include "engineio/outgoing.hpp"

namespace partyline::engineio {

session_context::session_context(session_options const& options)
    : options_(options),
      ping_(delivery_ref::make(make_control(packet_type::ping))),
      probe_answer_(delivery_ref::make(make_control(packet_type::pong, "probe")))
{}

} // namespace partyline::engineio
