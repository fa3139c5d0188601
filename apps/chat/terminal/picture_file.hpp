// Pictures from and to files. The type is told by the first bytes; the name of a file is never one that somebody sent.
#pragma once

#include <optional>
#include <string>

#include <partyline/binary.hpp>

#include "talk.hpp"

namespace chat {

struct picture_read
{
    std::optional<partyline::binary> bytes;
    std::string type;
    std::string why; ///< not, as a sentence; else empty
};
[[nodiscard]] picture_read read_picture(std::string const& path);

struct picture_written
{
    std::string path;
    std::string why; ///< not, as a sentence; else empty
};
/// Writes a new file, and touches none that is there. Without a path: partyline-NUMBER.TYPE in the current folder.
[[nodiscard]] picture_written write_picture(picture const& one, std::string path);

} // namespace chat
