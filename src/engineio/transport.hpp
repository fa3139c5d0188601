// How a session travels, and by which revision of the protocol: values, never assumptions, so that WebTransport and
// Engine.IO 3 have their place. Also the ids by which a session names what belongs to the shell.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace partyline::engineio {

/// A type only: pure code is told the time, it never asks.
using time_point = std::chrono::steady_clock::time_point;

enum class transport : std::uint8_t
{
    polling,
    websocket
};

/// The name on the wire: "polling", "websocket".
[[nodiscard]] constexpr std::string_view name(transport which) noexcept
{
    return which == transport::polling ? "polling" : "websocket";
}

/// Exact match of the name, as in the query parameter `transport`.
[[nodiscard]] constexpr std::optional<transport> parse_transport(std::string_view text) noexcept
{
    if (text == name(transport::polling)) return transport::polling;
    if (text == name(transport::websocket)) return transport::websocket;
    return std::nullopt;
}

/// The protocol revision, query parameter `EIO`. Anything but "4" counts as 3, as in the official server.
enum class revision : std::uint8_t
{
    v3 = 3,
    v4 = 4
};

[[nodiscard]] constexpr revision parse_revision(std::string_view text) noexcept
{
    return text == "4" ? revision::v4 : revision::v3;
}

/// An HTTP request that waits for its answer. The number means something to the shell alone.
enum class exchange_id : std::uint64_t
{
    none = 0
};

/// A WebSocket connection. The number means something to the shell alone.
enum class link_id : std::uint64_t
{
    none = 0
};

} // namespace partyline::engineio
