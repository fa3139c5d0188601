// Bots play: they gather, they hunt, and they see no more than a player does.
#include "arena/pilot.hpp"

#include <map>

#include <gtest/gtest.h>

namespace arena::test {

namespace {

struct outcome
{
    int hits = 0;
    int carried = 0;
    int idle = 0; // ships that have not moved

    friend bool operator==(outcome const&, outcome const&) = default;
};

outcome play(std::uint32_t seed, int bots, int seconds)
{
    game arena(seed, {.calm_ticks = 1'000'000});
    std::map<ship_id, pilot> pilots;
    for (int i = 0; i < bots; ++i) pilots.emplace(*arena.join(), pilot(seed + static_cast<std::uint32_t>(i)));
    auto const begin = arena.ships();
    outcome seen;
    for (int i = 0; i < seconds * ticks_per_second; ++i) {
        if (i % 2 == 0)
            for (auto& [id, each] : pilots)
                if (auto const wanted = each.decide(arena.look(cell_of(arena.ships().at(id).flight.at)), id))
                    arena.steer(id, {0, *wanted});
        arena.step();
        for (auto const& each : arena.take_events())
            if (auto const* const one = std::get_if<hit>(&each)) seen.hits += one->hunter != 0;
    }
    for (auto const& [id, each] : arena.ships()) {
        seen.carried += each.sparks;
        seen.idle += (each.flight.at - begin.at(id).flight.at).length() < 5;
    }
    return seen;
}

} // namespace

TEST(pilot, gathers_and_hunts)
{
    auto const seen = play(1, 12, 30);
    EXPECT_GT(seen.carried, 12 * 3);
    EXPECT_GT(seen.hits, 3);
    EXPECT_LT(seen.hits, 12 * 10) << "nobody would want to play among such";
    EXPECT_LE(seen.idle, 1);
}

TEST(pilot, plays_the_same_for_the_same_seed) { EXPECT_EQ(play(2, 5, 10), play(2, 5, 10)); }

TEST(pilot, wants_nothing_where_it_sees_no_ship_of_its_own)
{
    pilot bot(1);
    EXPECT_FALSE(bot.decide({}, 7));
}

} // namespace arena::test
