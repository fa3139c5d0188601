// From the JSON of a command to a client's options. What needs the client itself (auth, resolver) its line adds.
#pragma once

#include <partyline/client_options.hpp>

namespace driver {

/// Members bear the names of `client_options`, durations are milliseconds. Throws `std::invalid_argument` for a name or a type that is not known,
/// so that a test cannot believe it has set something.
[[nodiscard]] partyline::client_options options_of(partyline::value const& given);

} // namespace driver
