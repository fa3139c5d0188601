// The contract of 07_event_contracts (the server) and 23_client_contracts (the client): both include it.
#pragma once

#include <string>

#include <partyline/event.hpp>

namespace game {

inline constexpr partyline::event<"move", int, int, partyline::reply<bool>> move;
inline constexpr partyline::event<"moved", std::string, int, int> moved;
inline constexpr partyline::event<"rematch?", partyline::reply<bool>> rematch;

} // namespace game
