// The rules: gathering, hitting, rounds, comets; and that the same seed and inputs give the same game.
#include "arena/game.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace arena::test {

namespace {

constexpr int seconds = ticks_per_second;
/// No round ends in a test that is not about rounds.
constexpr rules endless{.calm_ticks = 1'000'000};

std::uint8_t angle_to(vec way)
{
    return static_cast<std::uint8_t>(std::lround(std::atan2(way.y, way.x) * (256 / (2 * std::numbers::pi))) & 255);
}

/// One ship after the other, by what is public alone.
void chase(game& arena, ship_id hunter, ship_id victim, bool with_dash)
{
    auto const& ships = arena.ships();
    vec const between = ships.at(victim).flight.at - ships.at(hunter).flight.at;
    vec const facing = towards(ships.at(hunter).flight.heading);
    bool const aimed = between.length() < 200 && facing.dot(between) > 0.97 * between.length();
    arena.steer(hunter, {0, {angle_to(between), 255, with_dash && aimed}});
}

/// To the nearest spark.
void gather(game& arena, ship_id id)
{
    vec const from = arena.ships().at(id).flight.at;
    vec best{1e9, 0};
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column)
            if (vec const way = position_of({column, row}) - from;
                arena.sparks().at({column, row}) != spark::none && way.length() < best.length())
                best = way;
    arena.steer(id, {0, {angle_to(best), 180, false}});
}

template <class Event>
std::vector<Event> only(std::vector<game_event> const& all)
{
    std::vector<Event> some;
    for (auto const& each : all)
        if (auto const* const one = std::get_if<Event>(&each)) some.push_back(*one);
    return some;
}

} // namespace

TEST(game, a_new_ship_is_within_the_field_shielded_and_carries_nothing)
{
    game arena(1, endless);
    auto const id = arena.join();
    ASSERT_TRUE(id);
    auto const& ship = arena.ships().at(*id);
    EXPECT_NE(*id, 0);
    EXPECT_LT(ship.flight.at.length(), arena.field_radius());
    EXPECT_GT(ship.shield, 0);
    EXPECT_EQ(ship.sparks, 0);
}

TEST(game, whoever_flies_to_sparks_gathers_them)
{
    game arena(1, endless);
    auto const id = *arena.join();
    for (int i = 0; i < 10 * seconds; ++i) {
        gather(arena, id);
        arena.step();
    }
    EXPECT_GE(arena.ships().at(id).sparks, 3);
}

TEST(game, a_dash_into_another_makes_it_spill_all_and_readies_the_next_dash)
{
    game arena(3, endless);
    auto const hunter = *arena.join();
    auto const victim = *arena.join();
    for (int i = 0; i < 120 * seconds; ++i) {
        chase(arena, hunter, victim, i > 30 * seconds);
        arena.steer(victim, {0, {static_cast<std::uint8_t>(i / 9), 120, false}});
        int const carried = arena.ships().at(victim).sparks;
        int const lying = arena.sparks().count();
        arena.step();
        auto const hits = only<hit>(arena.take_events());
        if (hits.empty() || hits[0].hunter != hunter) continue;
        EXPECT_GT(carried, 3) << "it had the time to gather some";
        EXPECT_EQ(hits[0].victim, victim);
        EXPECT_GE(hits[0].spilled, carried);
        EXPECT_LE(hits[0].spilled, carried + 10);
        auto const& ship = arena.ships().at(victim);
        EXPECT_EQ(ship.sparks, 0);
        EXPECT_GT(ship.shield, 0);
        EXPECT_GT((ship.flight.at - hits[0].at).length(), 50) << "it is back elsewhere";
        EXPECT_EQ(arena.ships().at(hunter).flight.rest, 0);
        EXPECT_GT(arena.sparks().count(), lying);
        return;
    }
    FAIL() << "nobody was hit";
}

TEST(game, without_a_dash_ships_push_each_other_away)
{
    game arena(4, endless);
    auto const one = *arena.join();
    auto const other = *arena.join();
    double nearest = 1e9;
    for (int i = 0; i < 40 * seconds; ++i) {
        chase(arena, one, other, false);
        chase(arena, other, one, false);
        arena.step();
        for (auto const& each : only<hit>(arena.take_events())) EXPECT_EQ(each.hunter, 0);
        nearest = std::min(nearest, (arena.ships().at(one).flight.at - arena.ships().at(other).flight.at).length());
    }
    EXPECT_LT(nearest, 80) << "they never met";
    EXPECT_GT(nearest, 20);
}

TEST(game, who_is_shielded_cannot_be_hit)
{
    game arena(5, endless);
    auto const hunter = *arena.join();
    auto const victim = *arena.join();
    int hits = 0;
    for (int i = 0; i < 120 * seconds; ++i) {
        chase(arena, hunter, victim, true);
        bool const shielded = arena.ships().at(victim).shield > 1;
        arena.step();
        for (auto const& each : only<hit>(arena.take_events())) {
            ++hits;
            EXPECT_FALSE(shielded && each.victim == victim);
        }
    }
    EXPECT_GT(hits, 2);
}

TEST(game, who_dashes_gives_up_the_shield)
{
    game arena(6, endless);
    auto const id = *arena.join();
    arena.step();
    ASSERT_GT(arena.ships().at(id).shield, 0);
    arena.steer(id, {0, {0, 255, true}});
    arena.step();
    EXPECT_EQ(arena.ships().at(id).shield, 0);
}

TEST(game, the_richest_wins_when_the_field_has_closed_and_all_begin_anew)
{
    game arena(7, {.calm_ticks = 20 * seconds, .closing_ticks = 5 * seconds, .pause_ticks = 2 * seconds});
    auto const flier = *arena.join();
    auto const sleeper = *arena.join();
    double const calm = arena.field_radius();
    std::vector<phase> phases{arena.phase()};
    std::vector<round_over> ends;
    std::vector<round_begins> beginnings;
    double smallest = calm;
    for (int i = 0; i < 28 * seconds; ++i) {
        int const best = std::max(arena.ships().at(flier).sparks, arena.ships().at(sleeper).sparks);
        gather(arena, flier);
        arena.step();
        if (arena.phase() != phases.back()) phases.push_back(arena.phase());
        auto const events = arena.take_events();
        if (auto over = only<round_over>(events); !over.empty()) {
            ends.push_back(over[0]);
            EXPECT_EQ(over[0].sparks, best);
        }
        if (!only<round_begins>(events).empty()) {
            beginnings.emplace_back();
            EXPECT_LE(arena.ships().at(flier).sparks, 10);
        }
        smallest = std::min(smallest, arena.field_radius());
    }
    EXPECT_EQ(phases, (std::vector{phase::calm, phase::closing, phase::pause, phase::calm}));
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].winner, flier);
    EXPECT_EQ(beginnings.size(), 1U);
    EXPECT_LT(smallest, 0.7 * calm);
}

TEST(game, nobody_is_hit_and_nothing_gathered_between_two_rounds)
{
    game arena(8, {.calm_ticks = 1, .closing_ticks = 1, .pause_ticks = 60 * seconds});
    auto const hunter = *arena.join();
    auto const victim = *arena.join();
    arena.step();
    arena.step();
    ASSERT_EQ(arena.phase(), phase::pause);
    (void)arena.take_events();
    int const before = arena.ships().at(hunter).sparks;
    for (int i = 0; i < 50 * seconds; ++i) {
        chase(arena, hunter, victim, true);
        arena.step();
        EXPECT_TRUE(arena.take_events().empty());
    }
    EXPECT_EQ(arena.ships().at(hunter).sparks, before);
}

TEST(game, comets_leave_gold_behind_and_spare_nobody)
{
    game arena(9, endless);
    for (int i = 0; i < 60; ++i) arena.join();
    int hits = 0, most_gold = 0;
    for (int i = 0; i < 120 * seconds; ++i) {
        arena.step();
        for (auto const& each : only<hit>(arena.take_events())) {
            EXPECT_EQ(each.hunter, 0) << "nobody else does anything here";
            ++hits;
        }
        int gold = 0;
        for (int row = -field_places; i % seconds == 0 && row < field_places; ++row)
            for (int column = -field_places; column < field_places; ++column)
                gold += arena.sparks().at({column, row}) == spark::gold;
        most_gold = std::max(most_gold, gold);
        EXPECT_LE(arena.comets().size(), 4U);
    }
    EXPECT_GT(hits, 0);
    EXPECT_GT(most_gold, 5);
}

TEST(game, the_field_grows_with_those_who_come_and_shrinks_with_those_who_go)
{
    game arena(10, endless);
    std::vector<ship_id> ids;
    for (int i = 0; i < 50; ++i) ids.push_back(*arena.join());
    for (int i = 0; i < 10 * seconds; ++i) arena.step();
    double const full = arena.field_radius();
    EXPECT_GT(full, 1'000);
    for (auto const id : ids) arena.leave(id);
    for (int i = 0; i < 30 * seconds; ++i) arena.step();
    EXPECT_LT(arena.field_radius(), 600);
    EXPECT_TRUE(arena.ships().empty());
}

TEST(game, who_leaves_leaves_the_sparks_and_who_is_gone_does_not_steer)
{
    game arena(11, endless);
    auto const id = *arena.join();
    for (int i = 0; arena.ships().at(id).sparks < 4; ++i) {
        ASSERT_LT(i, 60 * seconds);
        gather(arena, id);
        arena.step();
    }
    int const lying = arena.sparks().count();
    arena.leave(id);
    EXPECT_GT(arena.sparks().count(), lying);
    arena.leave(id);
    arena.steer(id, {1, {0, 255, true}});
    arena.step();
    EXPECT_TRUE(arena.ships().empty());
    EXPECT_NE(*arena.join(), id) << "a number is not given out again at once";
}

TEST(game, takes_no_more_ships_than_its_rules_say)
{
    game arena(12, {.max_ships = 2});
    auto const first = arena.join();
    EXPECT_TRUE(arena.join());
    EXPECT_FALSE(arena.join());
    arena.leave(*first);
    EXPECT_TRUE(arena.join());
}

TEST(game, is_the_same_for_the_same_seed_and_inputs)
{
    auto const play = [](std::uint64_t seed, unsigned chance) {
        game arena(seed);
        std::mt19937 player(chance);
        std::vector<ship_id> ids;
        std::vector<game_event> events;
        for (int i = 0; i < 30 * seconds; ++i) {
            if (i % 40 == 0 && ids.size() < 30) ids.push_back(*arena.join());
            if (i % 333 == 332) arena.leave(ids[player() % ids.size()]);
            for (auto const id : ids)
                if (player() % 8 == 0)
                    arena.steer(id, {static_cast<std::uint8_t>(i),
                                     {static_cast<std::uint8_t>(player()), static_cast<std::uint8_t>(player()),
                                      player() % 4 == 0}});
            arena.step();
            for (auto const& each : arena.take_events()) events.push_back(each);
        }
        return std::tuple{arena.ships(), arena.comets(), arena.look({0, 0}), events};
    };
    auto const once = play(42, 1);
    EXPECT_FALSE(std::get<3>(once).empty());
    EXPECT_EQ(once, play(42, 1));
    EXPECT_NE(once, play(43, 1));
    EXPECT_NE(once, play(42, 2));
}

TEST(game, whatever_is_asked_every_ship_stays_within_the_field)
{
    game arena(13, {.calm_ticks = 10 * seconds, .closing_ticks = 5 * seconds, .pause_ticks = 1 * seconds});
    std::mt19937 chance(5);
    std::vector<ship_id> ids;
    for (int i = 0; i < 40; ++i) ids.push_back(*arena.join());
    for (int i = 0; i < 40 * seconds; ++i) {
        for (auto const id : ids)
            arena.steer(
                id, {static_cast<std::uint8_t>(chance()),
                     {static_cast<std::uint8_t>(chance()), static_cast<std::uint8_t>(chance()), chance() % 2 == 0}});
        arena.step();
        for (auto const& [id, each] : arena.ships()) {
            ASSERT_TRUE(std::isfinite(each.flight.at.x) && std::isfinite(each.flight.at.y));
            // a push may move a ship by less than its own size before the rim moves it back
            ASSERT_LT(each.flight.at.length(), arena.field_radius() + 100);
            ASSERT_LT(each.flight.speed.length(), 2'500);
            ASSERT_GE(each.sparks, 0);
        }
    }
}

TEST(game, is_seen_from_a_cell_as_it_is)
{
    game arena(14, endless);
    for (int i = 0; i < 12; ++i) arena.join();
    for (int i = 0; i < 5 * seconds; ++i) arena.step();
    auto const seen = arena.look({0, 0});
    EXPECT_EQ(seen.tick, arena.tick());
    auto const origin = origin_of({0, 0});
    EXPECT_EQ(seen.column, origin.column);
    std::size_t inside = 0;
    for (auto const& [id, each] : arena.ships()) {
        vec const from = each.flight.at - vec{origin.column * place_size, origin.row * place_size};
        auto const found =
            std::find_if(seen.ships.begin(), seen.ships.end(), [&, id = id](auto const& s) { return s.id == id; });
        bool const should = from.x >= 0 && from.y >= 0 && from.x < region_size && from.y < region_size;
        ASSERT_EQ(found != seen.ships.end(), should);
        if (!should) continue;
        ++inside;
        EXPECT_NEAR(found->x * units_per_position, from.x, units_per_position);
        EXPECT_NEAR(found->y * units_per_position, from.y, units_per_position);
        EXPECT_NEAR(shortest(angle_of(found->heading) - each.flight.heading), 0, 0.02);
    }
    EXPECT_GT(inside, 3U);
    for (int row = 0; row < region_places; ++row)
        for (int column = 0; column < region_places; ++column)
            EXPECT_EQ(seen.places[static_cast<std::size_t>(row * region_places + column)],
                      arena.sparks().at({origin.column + column, origin.row + row}));
    EXPECT_EQ(decode_snapshot(encode_snapshot(seen)), seen);
}

TEST(game, says_which_input_a_ship_flies_by_and_since_when)
{
    game arena(15, endless);
    auto const id = *arena.join();
    arena.steer(id, {77, {0, 255, false}});
    for (int age = 1; age <= 300; ++age) {
        arena.step();
        auto const seen = arena.look(cell_of(arena.ships().at(id).flight.at));
        ASSERT_EQ(seen.ships.size(), 1U);
        EXPECT_EQ(seen.ships[0].number, 77);
        EXPECT_EQ(seen.ships[0].age, std::min(age, 255));
    }
}

} // namespace arena::test
