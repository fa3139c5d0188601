// The parts of the contract server, as `main.cpp` puts them together.
#pragma once

#include <partyline/server.hpp>

#include "settings.hpp"

/// Declares the events of section "events" for a namespace.
void declare_events(partyline::server& io, partyline::nsp const& nsp, settings const& with);
/// Declares all namespaces of `MODE=contract`, their middleware and events.
void declare_namespaces(partyline::server& io, settings const& with);

/// What the other modes need in the options, before there is a server.
void prepare_mode(settings& with);
/// Declares what the mode answers.
void declare_mode(partyline::server& io, settings const& with);
