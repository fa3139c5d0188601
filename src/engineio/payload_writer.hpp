// Joins packets to the body of a polling response. It does not know where they come from. Used by `session::flush_poll`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace partyline::engineio {

/// Appends packets to a string, with the separator between them.
class payload_writer
{
public:
    /// What `out` holds already is left as it is and counts as no packet.
    explicit payload_writer(std::string& out) noexcept : out_(out), begin_(out.size()) {}

    /// Appends a packet in its polling form: the type character and text, or `b` and base64.
    void add(std::string_view packet);

private:
    std::string& out_;
    std::size_t begin_;
};

} // namespace partyline::engineio
