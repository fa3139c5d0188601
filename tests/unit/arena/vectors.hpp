// The files of vectors that C++ and the page are both held to.
#pragma once

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <partyline/value.hpp>

namespace arena::test {

inline partyline::value vectors(std::string const& name)
{
    std::ifstream file(std::string(ARENA_VECTORS) + '/' + name);
    std::ostringstream text;
    text << file.rdbuf();
    auto parsed = partyline::value::parse_json(text.str());
    EXPECT_TRUE(parsed) << name;
    return parsed ? *std::move(parsed) : partyline::value();
}

inline std::vector<std::byte> from_hex(std::string const& digits)
{
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return bytes;
}

inline int number(partyline::value const& of) { return static_cast<int>(of.as_int64().value()); }
inline double real(partyline::value const& of) { return of.as_double().value(); }

} // namespace arena::test
