// Where sparks lie: each at its own place of a lattice that covers the whole field, shifted a little so that nobody sees the lattice.
// A place is empty or holds a spark of one of three sizes, so a region of the field is two bits for each of its places, whatever has
// happened there: no snapshot depends on the one before. page/wire.mjs computes the same positions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "flight.hpp"

namespace arena {

/// Column and row of the lattice. The origin of the field is the corner of place (0, 0).
struct place
{
    int column = 0;
    int row = 0;

    friend bool operator==(place, place) = default;
};

inline constexpr double place_size = 64;
inline constexpr int field_places = 40; // from the origin to each side
inline constexpr double largest_field = field_places * place_size;

enum class spark : std::uint8_t
{
    none,
    small,
    bright,
    gold
};
/// What it counts for who collects it.
[[nodiscard]] constexpr int worth(spark size) { return std::array{0, 1, 3, 10}[static_cast<std::size_t>(size)]; }

[[nodiscard]] place place_of(vec at);
/// Where the spark of that place lies.
[[nodiscard]] vec position_of(place which);

class spark_field
{
public:
    spark_field() : places_(static_cast<std::size_t>(4 * field_places * field_places)) {}

    /// Outside of the lattice there is none.
    [[nodiscard]] spark at(place which) const { return contains(which) ? places_[index(which)] : spark::none; }
    /// Does nothing outside.
    void set(place which, spark size);
    [[nodiscard]] int count() const { return count_; }

    /// Takes what lies within `reach`; answers its worth.
    int collect(vec at, double reach);
    /// Lays out about that worth on empty places around, nearest first, none outside of `field_radius`.
    void spill(vec at, int total, double field_radius);
    /// Removes what lies outside.
    void confine(double field_radius);

private:
    [[nodiscard]] static bool contains(place which)
    {
        return which.column >= -field_places && which.column < field_places && which.row >= -field_places &&
               which.row < field_places;
    }
    [[nodiscard]] static std::size_t index(place which)
    {
        return static_cast<std::size_t>((which.row + field_places) * 2 * field_places + which.column + field_places);
    }

    std::vector<spark> places_;
    int count_ = 0;
};

} // namespace arena
