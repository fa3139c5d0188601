#include "pilot.hpp"

#include <algorithm>

namespace arena {

namespace {

vec position(auto const& seen) { return vec{seen.x * units_per_position, seen.y * units_per_position}; }
vec speed(auto const& seen) { return vec{seen.speed_x * units_per_speed, seen.speed_y * units_per_speed}; }
double angle(vec way) { return std::atan2(way.y, way.x); }

} // namespace

pilot::pilot(std::uint32_t seed) : random_(seed * 2654435761U + 12345U)
{
    boldness_ = 0.15 + 0.85 * chance();
    steadiness_ = chance();
}

double pilot::chance()
{
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return random_ / 4294967296.0;
}

/// The spark that is worth the way, with what lies around it; what lies behind is farther.
double pilot::pull_of_sparks(snapshot const& seen, vec from, double heading, vec& goal)
{
    vec const corner{seen.column * place_size, seen.row * place_size};
    double best = 0;
    for (int row = 0; row < region_places; ++row)
        for (int column = 0; column < region_places; ++column) {
            auto const size = seen.places[static_cast<std::size_t>(row * region_places + column)];
            if (size == spark::none) continue;
            vec const at = position_of({seen.column + column, seen.row + row}) - corner;
            double const far = (at - from).length();
            if (far > 560) continue;
            double const turn = std::abs(shortest(angle(at - from) - heading));
            double const pull = worth(size) / (60 + far * (1 + 0.5 * turn));
            if (pull > best) {
                best = pull;
                goal = at;
            }
        }
    return best;
}

std::optional<controls> pilot::decide(snapshot const& seen, ship_id me)
{
    auto const own =
        std::find_if(seen.ships.begin(), seen.ships.end(), [me](auto const& each) { return each.id == me; });
    if (own == seen.ships.end()) return std::nullopt;
    --restraint_;
    if (--patience_ > 0) {
        last_.dash = false;
        return last_;
    }
    patience_ = 3 + static_cast<int>(4 * (1 - steadiness_) + 3 * chance());

    vec const from = position(*own);
    double const heading = angle_of(own->heading);
    bool const ready = own->rest == 0 && restraint_ <= 0;
    if (chance() < 0.05) wander_ = chance() * 2 * std::numbers::pi;
    vec goal = from + towards(wander_) * 300;
    double best = pull_of_sparks(seen, from, heading, goal) * (1.3 - 0.5 * boldness_);
    bool dash = false;
    vec flee;

    for (auto const& other : seen.ships) {
        if (other.id == me) continue;
        vec const between = position(other) - from;
        double const far = between.length();
        if (far > 520 || far < 1) continue;
        // Whoever may dash and looks this way is a danger to what one carries.
        double const looks = std::cos(shortest(angle_of(other.heading) - angle(between) + std::numbers::pi));
        if ((other.dashes || other.rest == 0) && looks > 0.8 && far < 300)
            flee = flee - between * ((0.3 + 0.02 * own->sparks) * (300 - far) / (far * 300));
        if (other.shielded || seen.phase == phase::pause) continue;
        // Where it will be when a dash gets there, as well as it can be guessed.
        vec const meeting = between + speed(other) * (far / dash_speed * (0.4 + 1.2 * chance()));
        double const pull = boldness_ * (other.sparks + 4) / (far + 90) * (ready ? 0.18 : 0.03);
        if (pull > best) {
            best = pull;
            goal = from + meeting;
            double const off = std::abs(shortest(angle(meeting) - heading));
            dash = ready && far < 115 + 75 * boldness_ && off < 0.3;
        }
    }
    for (auto const& each : seen.comets) {
        vec const between = position(each) - from;
        vec const way = speed(each) * (1 / std::max(speed(each).length(), 1.0));
        double const ahead = -between.dot(way);
        vec const aside = between + way * ahead;
        if (ahead > -60 && ahead < 420 && aside.length() < 130)
            flee = flee - aside * (3 / std::max(aside.length(), 1.0));
    }

    vec way = goal - from;
    way = way * (1 / std::max(way.length(), 1.0));
    if (flee.length() > 0.05 && !dash) {
        way = way + flee * 1.6;
        if (flee.length() > 1.5 && ready && own->sparks > 12 && chance() < 0.2) dash = true;
    }
    // Away from the rim of the field.
    vec const at = from + vec{seen.column * place_size, seen.row * place_size};
    if (double const rim = at.length() - (seen.field - 110); rim > 0)
        way = way - at * (rim / 60 / std::max(at.length(), 1.0));

    if (dash) restraint_ = static_cast<int>(150 + 300 * chance() + 200 * (1 - boldness_));
    double const wanted = angle(way) + (chance() - 0.5) * 0.25 * (1 - steadiness_);
    auto const turned = static_cast<int>(std::lround(wanted * (256 / (2 * std::numbers::pi))));
    last_ = {.angle = static_cast<std::uint8_t>(turned & 255), .thrust = 255, .dash = dash};
    return last_;
}

} // namespace arena
