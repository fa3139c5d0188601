#include "socketio/attachment_assembly.hpp"

#include <cassert>

namespace partyline::socketio {

attachment_assembly::attachment_assembly(std::string_view text, std::size_t expected, std::size_t max_bytes)
    : expected_(expected), max_bytes_(max_bytes), bytes_(text.size())
{
    assert(expected > 0);
    padded_.reserve(text.size() + padding);
    padded_ = text;
    padded_.append(padding, '\0');
}

result<void> attachment_assembly::add(std::string_view bytes)
{
    assert(!complete());
    if (bytes.size() > max_bytes_ || bytes_ > max_bytes_ - bytes.size()) return errc::message_too_big;
    bytes_ += bytes.size();
    attachments_.emplace_back(std::as_bytes(std::span(bytes)));
    return {};
}

} // namespace partyline::socketio
