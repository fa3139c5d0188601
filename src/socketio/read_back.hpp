// An event that has been encoded, read again: for listeners to what goes out. Called by server and client.
#pragma once

#include <string_view>

#include <partyline/codec.hpp>

#include "base/unique_function.hpp"

namespace partyline::socketio {

/// Calls `use(name, arguments)`, once; they are valid during the call. `mirror` must not be in use elsewhere.
void read_back(codec& mirror, payload const& event, base::unique_function<void(std::string_view, args const&)> use);

} // namespace partyline::socketio
