// SHA-1 of what `inspect` describes; not for security.
#pragma once

#include <string>

#include <partyline/binary.hpp>

std::string sha1_hex(partyline::binary const& bytes);
