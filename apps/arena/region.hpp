// Who hears what: the field is divided into square cells, and each cell is a room. Whoever flies over a cell is in its room and sees the
// region around it. A ship keeps its cell until it is clearly outside, so that nobody changes rooms at each turn along a border.
#pragma once

#include <compare>

#include "spark_field.hpp"

namespace arena {

struct cell
{
    int column = 0;
    int row = 0;

    friend auto operator<=>(cell const&, cell const&) = default;
};

inline constexpr int cell_places = 5;
inline constexpr int margin_places = 10; // what is seen beyond the cell, to each side
inline constexpr int region_places = cell_places + 2 * margin_places;
inline constexpr double cell_size = cell_places * place_size;
inline constexpr double region_size = region_places * place_size;
inline constexpr double cell_overhang = 40; // how far a ship may leave its cell and keep it

[[nodiscard]] inline cell cell_of(vec at)
{
    return {static_cast<int>(std::floor(at.x / cell_size)), static_cast<int>(std::floor(at.y / cell_size))};
}

/// The cell of a ship that was in `before`.
[[nodiscard]] inline cell follow(cell before, vec at)
{
    auto const outside = [](double where, int number) {
        return where < number * cell_size - cell_overhang || where > (number + 1) * cell_size + cell_overhang;
    };
    return outside(at.x, before.column) || outside(at.y, before.row) ? cell_of(at) : before;
}

/// The first place of the region that is seen from a cell: its left upper corner.
[[nodiscard]] inline place origin_of(cell from)
{
    return {from.column * cell_places - margin_places, from.row * cell_places - margin_places};
}

} // namespace arena
