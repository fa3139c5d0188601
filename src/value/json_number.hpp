// Numbers as JavaScript writes them (ECMA-262, Number::toString): 1e21 is 1e+21, 1e-7 is 1e-7, 5.0 is 5, -0 is 0.
#pragma once

#include <string>

namespace partyline {

/// Appends the shortest digits that read back as `number`; `null` where it is not finite, as in JSON.stringify.
void append_json_number(std::string& out, double number);

} // namespace partyline
