// How a ship flies: one step of a sixtieth of a second as a pure function. page/flight.mjs says the same in JavaScript, for the
// own ship between two snapshots; tests/unit/arena/flight.json holds both to the same numbers. It knows no other ship.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace arena {

inline constexpr int ticks_per_second = 60;

struct vec
{
    double x = 0;
    double y = 0;

    friend vec operator+(vec a, vec b) { return {a.x + b.x, a.y + b.y}; }
    friend vec operator-(vec a, vec b) { return {a.x - b.x, a.y - b.y}; }
    friend vec operator*(vec a, double factor) { return {a.x * factor, a.y * factor}; }
    friend bool operator==(vec const&, vec const&) = default;
    [[nodiscard]] double length() const { return std::hypot(x, y); }
    [[nodiscard]] double dot(vec other) const { return x * other.x + y * other.y; }
};

[[nodiscard]] inline vec towards(double angle) { return {std::cos(angle), std::sin(angle)}; }
/// An angle as one byte: 256ths of a turn, clockwise on the screen, 0 to the right.
[[nodiscard]] inline double angle_of(std::uint8_t turned) { return turned * (2 * std::numbers::pi / 256); }
/// The same angle, above minus and up to plus half a turn.
[[nodiscard]] inline double shortest(double angle)
{
    constexpr double turn = 2 * std::numbers::pi;
    return angle - turn * std::ceil(angle / turn - 0.5);
}

/// What a player wants.
struct controls
{
    std::uint8_t angle = 0;  // where to, as `angle_of` has it
    std::uint8_t thrust = 0; // 0 coasts, 255 is full speed
    bool dash = false;

    friend bool operator==(controls const&, controls const&) = default;
};

/// A ship in flight. Units: the field's, per second.
struct flight
{
    vec at;
    vec speed;
    double heading = 0; // radians
    int dash = 0;       // ticks that the dash lasts still
    int rest = 0;       // ticks until the next dash may begin

    friend bool operator==(flight const&, flight const&) = default;
};

inline constexpr int dash_ticks = 18;
inline constexpr int rest_ticks = 105; // from the beginning of a dash
inline constexpr double dash_speed = 900;

/// Who carries much is big, and slow.
[[nodiscard]] double radius_of(int sparks);
[[nodiscard]] double top_speed_of(int sparks);

/// One tick within a round field around the origin.
void fly(flight& ship, controls const& wanted, int sparks, double field_radius);

} // namespace arena
