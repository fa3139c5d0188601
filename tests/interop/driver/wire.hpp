// The client driver's lines: JSON in, JSON out, with bytes as `{"$hex": "00ff"}` in both directions. It knows nothing of clients.
#pragma once

#include <mutex>

#include <partyline/value.hpp>

namespace driver {

using partyline::value;

/// The same tree with bytes in the place of each `{"$hex": ...}`.
[[nodiscard]] value with_bytes(value const& given);
/// And back.
[[nodiscard]] value with_hex(value const& given);

/// Thread: any; a line is never torn.
class printer
{
public:
    void print(value const& line);

private:
    std::mutex mutex_;
};

} // namespace driver
