// What a connection is opened for: `talk` or `ping`.
#pragma once

#include <string>
#include <vector>

#include "apps/partyline/exit_code.hpp"

namespace partyline_tool {

class activity
{
public:
    virtual ~activity() = default;
    virtual void begin() = 0;
    /// A signal asks for the end. Thread: the main one, as the two below.
    virtual void interrupt(exit_code code) = 0;
    virtual void take(std::vector<std::string> lines) = 0;
    virtual void input_over() = 0;
};

} // namespace partyline_tool
