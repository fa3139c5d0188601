// The one line of JSON that a run prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "load/process.hpp"
#include "load/run_state.hpp"

namespace sioload {

class report
{
public:
    void number(std::string_view name, double value, int digits = 0);
    void count(std::string_view name, std::uint64_t value) { number(name, static_cast<double>(value)); }
    void text(std::string_view name, std::string_view value);
    void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    void latencies(std::string_view name, histogram const& of);
    void errors(load_statistics const& of);
    /// CPU of server, load and everybody else between two moments; `units` is what the server did, 0 for nothing countable.
    void cost(snapshot const& before, snapshot const& after, double units, std::string_view unit, nanoseconds idle = 0);
    void print() const;

private:
    void raw(std::string_view name, std::string_view value);

    std::string line_;
};

} // namespace sioload
