// The two binary messages of the game, byte by byte (little endian); everything else is ordinary events (README.md). page/wire.mjs is the
// other side; tests/unit/arena/wire.json holds both to the same bytes. Decoders take what a stranger sends: they answer nothing where
// it is not exactly this.
//
// input: player to server, volatile, 4 bytes
//   0  u8   number         counted up by the page, so that a snapshot can say which one it has seen
//   1  u8   angle          256ths of a turn, clockwise, 0 to the right
//   2  u8   thrust         0 to 255
//   3  u8   buttons        bit 0: dash; the others are 0
//
// snapshot: server to all in the room of a cell, volatile; 12 bytes, then the comets, the ships, the places
//   0  u8   format         1
//   1  u8   phase          0 calm, 1 closing, 2 pause
//   2  u32  tick
//   6  i8   column         of the region's left upper place; an x of 0 is its left edge: 64 units each
//   7  i8   row
//   8  u16  field          radius of the whole field
//  10  u8   comets         how many
//  11  u8   ships          how many
//  each comet, 6 bytes:
//   0  u16  x              32nds of a unit, from the region's left edge
//   2  u16  y
//   4  i8   speed x        8 units a second
//   5  i8   speed y
//  each ship, 14 bytes:
//   0  u16  id
//   2  u16  x, 4 u16 y, 6 i8 speed x, 7 i8 speed y     as a comet's
//   8  u8   heading        as the angle of an input
//   9  u8   state          bit 0: dashes, bit 1: cannot be hit, bits 2 and 3: 0, bits 4 to 7: until the next dash, 7 ticks each
//  10  u16  sparks
//  12  u8   number         of the last input
//  13  u8   age            ticks that it has been flown by; 255: or more
//  places: 157 bytes, row by row, two bits each, the lowest first: 0 empty, 1 small, 2 bright, 3 gold
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "region.hpp"

namespace arena {

enum class phase : std::uint8_t
{
    calm,
    closing, ///< the field becomes smaller
    pause    ///< between two rounds: nobody is hit
};

struct input
{
    std::uint8_t number = 0;
    controls wanted;

    friend bool operator==(input const&, input const&) = default;
};

/// Positions and speeds as they stand in the message, from the region's left upper corner.
struct seen_comet
{
    std::uint16_t x = 0, y = 0;
    std::int8_t speed_x = 0, speed_y = 0;

    friend bool operator==(seen_comet const&, seen_comet const&) = default;
};

struct seen_ship
{
    std::uint16_t id = 0;
    std::uint16_t x = 0, y = 0;
    std::int8_t speed_x = 0, speed_y = 0;
    std::uint8_t heading = 0;
    bool dashes = false, shielded = false;
    std::uint8_t rest = 0; // 0 to 15
    std::uint16_t sparks = 0;
    std::uint8_t number = 0;
    std::uint8_t age = 0;

    friend bool operator==(seen_ship const&, seen_ship const&) = default;
};

struct snapshot
{
    arena::phase phase = phase::calm;
    std::uint32_t tick = 0;
    std::int8_t column = 0, row = 0;
    std::uint16_t field = 0;
    std::vector<seen_comet> comets; // at most 255
    std::vector<seen_ship> ships;   // at most 255
    std::array<spark, region_places * region_places> places{};

    friend bool operator==(snapshot const&, snapshot const&) = default;
};

inline constexpr double units_per_position = 1.0 / 32;
inline constexpr double units_per_speed = 8;
inline constexpr int ticks_per_rest = 7;

[[nodiscard]] std::optional<input> decode_input(std::span<std::byte const> bytes);
[[nodiscard]] std::array<std::byte, 4> encode_input(input const& what);

[[nodiscard]] std::vector<std::byte> encode_snapshot(snapshot const& what);
[[nodiscard]] std::optional<snapshot> decode_snapshot(std::span<std::byte const> bytes);

} // namespace arena
