// Why something between here and a server did not work: a code for programs, and what a person wants to read beside it.
#pragma once

#include <string>

#include <partyline/error.hpp>

namespace partyline::net {

/// A value.
struct problem
{
    errc code{};             ///< none: no problem
    std::string detail = {}; ///< "chat.example.com: Name or service not known"; may be empty

    explicit operator bool() const noexcept { return code != errc{}; }
};

} // namespace partyline::net
