// Which room a ship is in.
#include "arena/region.hpp"

#include <gtest/gtest.h>

namespace arena::test {

TEST(region, a_ship_keeps_its_cell_until_it_is_clearly_outside)
{
    cell const here{0, 0};
    EXPECT_EQ(follow(here, {cell_size + cell_overhang - 1, 5}), here);
    EXPECT_EQ(follow(here, {cell_size + cell_overhang + 1, 5}), (cell{1, 0}));
    EXPECT_EQ(follow(here, {5, -cell_overhang + 1}), here);
    EXPECT_EQ(follow(here, {5, -cell_overhang - 1}), (cell{0, -1}));
    EXPECT_EQ(follow({1, 0}, {cell_size - 1, 5}), (cell{1, 0})) << "just left, and just back";
    EXPECT_EQ(follow(here, {-3 * cell_size, 2.5 * cell_size}), (cell{-3, 2}));
}

TEST(region, reaches_as_far_as_a_player_can_see)
{
    constexpr double seen = 540; // half the longer side of a screen: `longSide` in page/view.mjs
    for (cell const here : {cell{0, 0}, {-3, 2}, {7, -8}}) {
        double const left = origin_of(here).column * place_size;
        double const ship = here.column * cell_size - cell_overhang; // as far to the left as it keeps this cell
        EXPECT_LE(left, ship - seen);
        EXPECT_GE(left + region_size, (here.column + 1) * cell_size + cell_overhang + seen);
    }
}

} // namespace arena::test
