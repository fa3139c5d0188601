// sioload: see README.md.
#include "load/driver.hpp"

int main(int count, char** words)
{
    auto const options = sioload::read_options(count, words);
    if (options.kind == sioload::scenario_kind::calibrate) return sioload::calibrate(options.connections);
    return sioload::driver(options).run();
}
