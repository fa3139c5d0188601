// How ships fly, and that the page says the same.
#include "arena/flight.hpp"

#include "unit/arena/vectors.hpp"

namespace arena::test {

namespace {

constexpr double wide = 10'000;
constexpr controls ahead{.angle = 0, .thrust = 255, .dash = false};
constexpr controls dash_ahead{.angle = 0, .thrust = 255, .dash = true};

flight after(int ticks, controls const& by, flight ship = {}, int sparks = 0, double field = wide)
{
    for (int i = 0; i < ticks; ++i) fly(ship, by, sparks, field);
    return ship;
}

} // namespace

TEST(flight, is_what_the_page_computes)
{
    auto const file = vectors("flight.json");
    auto const& flights = *file["flights"].as_array();
    ASSERT_FALSE(flights.empty());
    for (auto const& each : flights) {
        SCOPED_TRACE(*each["what"].as_string());
        auto const& from = each["from"];
        flight ship{{real(from[0]), real(from[1])},
                    {real(from[2]), real(from[3])},
                    real(from[4]),
                    number(from[5]),
                    number(from[6])};
        for (auto const& leg : *each["legs"].as_array()) {
            controls const by{static_cast<std::uint8_t>(number(leg[1])), static_cast<std::uint8_t>(number(leg[2])),
                              leg[3].as_bool().value()};
            ship = after(number(leg[0]), by, ship, number(each["sparks"]), real(each["field"]));
        }
        auto const& to = each["to"];
        EXPECT_NEAR(ship.at.x, real(to[0]), 1e-6);
        EXPECT_NEAR(ship.at.y, real(to[1]), 1e-6);
        EXPECT_NEAR(ship.speed.x, real(to[2]), 1e-6);
        EXPECT_NEAR(ship.speed.y, real(to[3]), 1e-6);
        EXPECT_NEAR(ship.heading, real(to[4]), 1e-6);
        EXPECT_EQ(ship.dash, number(to[5]));
        EXPECT_EQ(ship.rest, number(to[6]));
    }
}

TEST(flight, comes_near_the_top_speed_and_never_above)
{
    flight ship;
    for (int i = 0; i < 600; ++i) {
        ship = after(1, ahead, ship);
        EXPECT_LE(ship.speed.length(), top_speed_of(0) + 1e-9);
    }
    EXPECT_NEAR(ship.speed.length(), top_speed_of(0), 0.01);
    EXPECT_LT(after(600, {.angle = 0, .thrust = 51}).speed.length(), top_speed_of(0) / 4);
}

TEST(flight, of_who_carries_much_is_slower_but_never_slow)
{
    EXPECT_GT(top_speed_of(0), top_speed_of(50));
    EXPECT_GT(top_speed_of(50), top_speed_of(500));
    EXPECT_GT(top_speed_of(1'000'000), 150);
    EXPECT_GT(radius_of(50), radius_of(0));
    EXPECT_LE(radius_of(1'000'000), 44);
}

TEST(flight, coasts_to_rest_without_thrust_and_keeps_its_heading)
{
    auto const moving = after(60, ahead);
    auto const coasting = after(600, {.angle = 128, .thrust = 0}, moving);
    EXPECT_LT(coasting.speed.length(), 0.01);
    EXPECT_EQ(coasting.heading, moving.heading);
}

TEST(flight, turns_by_the_shorter_way_and_not_at_once)
{
    auto const once = after(1, {.angle = 250, .thrust = 255});
    EXPECT_LT(once.heading, 0);
    EXPECT_GT(after(1, {.angle = 100, .thrust = 255}).heading, 0);
    EXPECT_LT(after(1, {.angle = 100, .thrust = 255}).heading, 0.2);
    EXPECT_NEAR(after(60, {.angle = 100, .thrust = 255}).heading, angle_of(100), 1e-9);
}

TEST(flight, dashes_for_a_while_and_then_has_to_wait)
{
    auto ship = after(1, dash_ahead);
    EXPECT_GT(ship.dash, 0);
    ship = after(dash_ticks - 1, dash_ahead, ship);
    EXPECT_GT(ship.speed.length(), 800);
    EXPECT_EQ(ship.dash, 0);
    ship = after(rest_ticks - dash_ticks, dash_ahead, ship); // held: nothing until the wait is over
    EXPECT_EQ(ship.dash, 0);
    EXPECT_EQ(ship.rest, 0);
    EXPECT_GT(after(1, dash_ahead, ship).dash, 0);
}

TEST(flight, stays_within_the_field_and_bounces)
{
    flight ship{.at = {550, 0}, .speed = {300, 0}};
    bool bounced = false;
    for (int i = 0; i < 120; ++i) {
        ship = after(1, dash_ahead, ship, 0, 600);
        EXPECT_LE(ship.at.length(), 600 - radius_of(0) + 1e-9);
        bounced = bounced || ship.speed.x < 0;
    }
    EXPECT_TRUE(bounced);
    // the field may become smaller than where a ship is
    EXPECT_LE(after(1, ahead, {.at = {550, 100}}, 0, 300).at.length(), 300);
}

TEST(shortest, is_between_minus_and_plus_half_a_turn)
{
    constexpr double half = std::numbers::pi;
    EXPECT_NEAR(shortest(3 * half), half, 1e-9);
    EXPECT_NEAR(shortest(1.5 * half), -0.5 * half, 1e-9);
    EXPECT_NEAR(shortest(-1.5 * half), 0.5 * half, 1e-9);
    EXPECT_EQ(shortest(half), half);
    EXPECT_EQ(shortest(-half), half); // which way to turn about is the same on both sides of the line
    EXPECT_EQ(shortest(0), 0);
}

} // namespace arena::test
