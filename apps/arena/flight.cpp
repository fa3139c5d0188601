#include "flight.hpp"

#include <algorithm>

namespace arena {

double radius_of(int sparks) { return std::min(15 + 1.25 * std::sqrt(sparks), 44.0); }

double top_speed_of(int sparks) { return 190 + 130 / (1 + sparks / 70.0); }

void fly(flight& ship, controls const& wanted, int sparks, double field_radius)
{
    if (wanted.dash && ship.rest == 0) {
        ship.dash = dash_ticks;
        ship.rest = rest_ticks;
    }
    bool const dashing = ship.dash > 0;
    if (wanted.thrust > 0) {
        double const most = dashing ? 0.035 : 0.13;
        ship.heading =
            shortest(ship.heading + std::clamp(shortest(angle_of(wanted.angle) - ship.heading), -most, most));
    }
    double const thrust = wanted.thrust / 255.0;
    double const grip = dashing ? 0.3 : thrust > 0 ? 0.075 : 0.03;
    vec const aim = towards(ship.heading) * (dashing ? dash_speed : top_speed_of(sparks) * thrust);
    ship.speed = ship.speed + (aim - ship.speed) * grip;
    ship.at = ship.at + ship.speed * (1.0 / ticks_per_second);

    double const limit = field_radius - radius_of(sparks);
    double const distance = ship.at.length();
    if (distance > limit) {
        vec const outwards = ship.at * (1 / distance);
        ship.at = outwards * limit;
        double const against = ship.speed.dot(outwards);
        if (against > 0) ship.speed = ship.speed - outwards * (1.5 * against);
    }
    if (ship.dash > 0) --ship.dash;
    if (ship.rest > 0) --ship.rest;
}

} // namespace arena
