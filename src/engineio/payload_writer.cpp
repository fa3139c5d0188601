#include "engineio/payload_writer.hpp"

#include "engineio/payload_reader.hpp"

namespace partyline::engineio {

void payload_writer::add(std::string_view packet)
{
    if (out_.size() != begin_) out_ += payload_separator;
    out_ += packet;
}

} // namespace partyline::engineio
