// The rules for names: namespaces as they are written on the wire. Reserved event names are `is_reserved_event` in
// <partyline/codec.hpp>. Called by server and client.
#pragma once

#include <string>
#include <string_view>

namespace partyline::socketio {

/// The full name of a namespace as a user wrote it: "chat" and "/chat" are the same, "" is "/".
[[nodiscard]] std::string full_nsp_name(std::string_view name);

/// Whether `name` can travel in a text packet: it begins with '/' and has no ',', which ends it there, and no U+001E, which ends the packet
/// while polling.
/// A query ("/chat?x=1") is part of the name: protocol 5 has no other meaning for it.
[[nodiscard]] bool is_nsp_name(std::string_view name) noexcept;

} // namespace partyline::socketio
