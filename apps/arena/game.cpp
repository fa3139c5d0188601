#include "game.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace arena {

namespace {

constexpr int shield_ticks = 100;
constexpr int bounty = 3; // what is found even where nothing was carried
constexpr double comet_radius = 34;
constexpr double pick_up_reach = 24;
constexpr double natural_part = 0.13; // of the places within the field
constexpr double contact_cell = 96;   // no two ships that touch are farther apart than one of these

cell contact_cell_of(vec at)
{
    return {static_cast<int>(std::floor(at.x / contact_cell)), static_cast<int>(std::floor(at.y / contact_cell))};
}

template <class Number>
Number clamped(double value)
{
    constexpr std::numeric_limits<Number> limits;
    return static_cast<Number>(
        std::clamp(std::round(value), static_cast<double>(limits.min()), static_cast<double>(limits.max())));
}

} // namespace

game::game(std::uint64_t seed, rules const& by)
    : rules_(by), random_(seed * 2 + 1), ticks_left_(by.calm_ticks), radius_(calm_radius())
{
    // the field is not empty when the first one comes
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column)
            if (place const here{column, row}; fraction() < natural_part && position_of(here).length() < radius_ - 20)
                sparks_.set(here, spark::small);
}

/// A number below `below`, by PCG: small, and the same on every machine.
std::uint32_t game::chance(std::uint32_t below)
{
    random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
    auto const mixed = static_cast<std::uint32_t>(((random_ >> 18) ^ random_) >> 27);
    auto const turn = static_cast<int>(random_ >> 59);
    auto const number = mixed >> turn | mixed << (-turn & 31);
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) * below >> 32);
}

/// The more ships, the larger the field; the room for each becomes less all the same.
double game::calm_radius() const
{
    return std::min(520 + 108 * std::sqrt(static_cast<double>(ships_.size())), largest_field - 60);
}

// --- players --------------------------------------------------------------------------------------------------------

std::optional<ship_id> game::join()
{
    if (ships_.size() >= rules_.max_ships) return std::nullopt;
    do ++last_id_;
    while (last_id_ == 0 || ships_.contains(last_id_));
    auto& made = ships_[last_id_];
    made.id = last_id_;
    place_anew(made);
    return last_id_;
}

void game::leave(ship_id id)
{
    auto const found = ships_.find(id);
    if (found == ships_.end()) return;
    sparks_.spill(found->second.flight.at, found->second.sparks, radius_);
    ships_.erase(found);
}

void game::steer(ship_id id, input const& what)
{
    auto const found = ships_.find(id);
    if (found == ships_.end()) return;
    found->second.wanted = what.wanted;
    found->second.number = what.number;
    found->second.age = 0;
}

/// The loneliest of some spots.
void game::place_anew(ship& who)
{
    vec best;
    double most = -1;
    for (int attempt = 0; attempt < 6; ++attempt) {
        vec const spot = towards(fraction() * 2 * std::numbers::pi) * (std::sqrt(fraction()) * 0.82 * radius_);
        double nearest = 1e9;
        for (auto const& [id, other] : ships_)
            if (&other != &who) nearest = std::min(nearest, (other.flight.at - spot).length());
        if (nearest > most) {
            most = nearest;
            best = spot;
        }
    }
    who.flight = {.at = best, .speed = {}, .heading = std::atan2(-best.y, -best.x), .dash = 0, .rest = 0};
    who.shield = shield_ticks;
    who.sparks = 0;
}

// --- a tick ---------------------------------------------------------------------------------------------------------

void game::step()
{
    ++tick_;
    turn_the_clock();
    breathe();
    grow_sparks();
    move_comets();

    near_.clear();
    for (auto& [id, each] : ships_) {
        fly(each.flight, each.wanted, each.sparks, radius_);
        ++each.age;
        if (each.flight.dash > 0)
            each.shield = 0;
        else if (each.shield > 0)
            --each.shield;
        if (phase_ != phase::pause)
            each.sparks += sparks_.collect(each.flight.at, radius_of(each.sparks) + pick_up_reach);
        near_.emplace_back(contact_cell_of(each.flight.at), &each);
    }
    // Neighbours stand together when sorted by cell; the order of ids within a cell keeps the game the same for the same seed.
    std::stable_sort(near_.begin(), near_.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < near_.size(); ++i) {
        auto const [here, one] = near_[i];
        for (std::size_t j = i + 1; j < near_.size() && near_[j].first == here; ++j) meet(*one, *near_[j].second);
        for (auto const& [right, down] : {std::pair{0, 1}, {1, -1}, {1, 0}, {1, 1}}) {
            cell const there{here.column + right, here.row + down};
            auto const first = std::lower_bound(near_.begin(), near_.end(), there,
                                                [](auto const& a, cell const& b) { return a.first < b; });
            for (auto each = first; each != near_.end() && each->first == there; ++each) meet(*one, *each->second);
        }
    }
}

void game::turn_the_clock()
{
    if (--ticks_left_ > 0) return;
    switch (phase_) {
    case phase::calm:
        phase_ = phase::closing;
        ticks_left_ = rules_.closing_ticks;
        next_comet_ = 0;
        break;
    case phase::closing:
        end_round();
        phase_ = phase::pause;
        ticks_left_ = rules_.pause_ticks;
        break;
    case phase::pause:
        for (auto& [id, each] : ships_) each.sparks = 0;
        events_.emplace_back(round_begins{});
        phase_ = phase::calm;
        ticks_left_ = rules_.calm_ticks;
        break;
    }
}

void game::end_round()
{
    round_over over;
    for (auto const& [id, each] : ships_)
        if (each.sparks > over.sparks) over = {id, each.sparks};
    events_.emplace_back(over);
}

void game::breathe()
{
    double const calm = calm_radius();
    double const part = static_cast<double>(ticks_left_) / std::max(rules_.closing_ticks, 1);
    double const wanted = phase_ == phase::closing ? calm * (0.5 + 0.5 * part) : calm;
    radius_ += std::clamp(wanted - radius_, -1.5, 4.0);
    if (tick_ % 20 == 0) sparks_.confine(radius_);
}

/// So many a second that the carried ones do not grow without bounds, and none where there are enough.
void game::grow_sparks()
{
    auto const places = std::numbers::pi * radius_ * radius_ / (place_size * place_size);
    auto const enough = static_cast<int>(natural_part * places);
    auto const reach = static_cast<std::uint32_t>(radius_ / place_size) + 1;
    growth_ = std::min(growth_ + (5 + 0.45 * static_cast<double>(ships_.size())) / ticks_per_second, 60.0);
    for (int attempt = 0; attempt < 8 && growth_ >= 1 && sparks_.count() < enough; ++attempt) {
        auto const somewhere = [&] { return static_cast<int>(chance(2 * reach)) - static_cast<int>(reach); };
        place here;
        here.column = somewhere();
        here.row = somewhere();
        if (sparks_.at(here) != spark::none || position_of(here).length() > radius_ - 30) continue;
        sparks_.set(here, chance(14) == 0 ? spark::bright : spark::small);
        growth_ -= 1;
    }
}

void game::move_comets()
{
    if (--next_comet_ <= 0 && phase_ != phase::pause) {
        next_comet_ = phase_ == phase::closing ? 5 * ticks_per_second : 16 * ticks_per_second;
        vec const from = towards(fraction() * 2 * std::numbers::pi) * (radius_ + 300);
        vec const through = towards(fraction() * 2 * std::numbers::pi) * (0.6 * radius_ * fraction());
        vec const way = through - from;
        comets_.push_back({from, way * (430 / way.length())});
    }
    for (auto& each : comets_) {
        auto const before = place_of(each.at);
        each.at = each.at + each.speed * (1.0 / ticks_per_second);
        if (auto const here = place_of(each.at);
            here != before && position_of(here).length() < radius_ - 30 && chance(10) < 7)
            sparks_.set(here, spark::gold);
        if (phase_ == phase::pause) continue;
        for (auto& [id, ship] : ships_)
            if (ship.shield == 0 && (ship.flight.at - each.at).length() < comet_radius + radius_of(ship.sparks))
                burst(ship, nullptr);
    }
    std::erase_if(
        comets_, [this](comet const& each) { return each.at.length() > radius_ + 320 && each.at.dot(each.speed) > 0; });
}

void game::meet(ship& one, ship& other)
{
    vec const between = other.flight.at - one.flight.at;
    double const distance = between.length();
    double const reach = radius_of(one.sparks) + radius_of(other.sparks);
    if (distance >= reach) return;
    bool const harm = phase_ != phase::pause;
    bool const one_dashes = one.flight.dash > 0;
    bool const other_dashes = other.flight.dash > 0;
    // The bow hits, a flank does not.
    vec const normal = distance > 0 ? between * (1 / distance) : vec{1, 0};
    bool const one_aims = towards(one.flight.heading).dot(normal) > 0.4;
    bool const other_aims = towards(other.flight.heading).dot(normal) < -0.4;
    if (harm && one_dashes && one_aims && !other_dashes && other.shield == 0) return burst(other, &one);
    if (harm && other_dashes && other_aims && !one_dashes && one.shield == 0) return burst(one, &other);

    // They bounce, and a dash ends where it meets a dash, a shield, or somebody's side.
    double const closing = (one.flight.speed - other.flight.speed).dot(normal);
    double const push = std::max(closing, 0.0) * 0.9 + 40;
    one.flight.speed = one.flight.speed - normal * push;
    other.flight.speed = other.flight.speed + normal * push;
    one.flight.at = one.flight.at - normal * ((reach - distance) / 2);
    other.flight.at = other.flight.at + normal * ((reach - distance) / 2);
    one.flight.dash = other.flight.dash = 0;
}

void game::burst(ship& victim, ship* hunter)
{
    auto const at = victim.flight.at;
    int const spilled = victim.sparks + bounty;
    sparks_.spill(at, spilled, radius_);
    events_.emplace_back(hit{hunter ? hunter->id : ship_id{0}, victim.id, spilled, at});
    if (hunter) hunter->flight.rest = 0; // who hits may dash again at once
    place_anew(victim);
}

// --- what is seen ---------------------------------------------------------------------------------------------------

snapshot game::look(cell from) const
{
    auto const origin = origin_of(from);
    vec const corner{origin.column * place_size, origin.row * place_size};
    auto const visible = [&](vec at) {
        return at.x >= corner.x && at.y >= corner.y && at.x < corner.x + region_size && at.y < corner.y + region_size;
    };
    auto const x_of = [&](vec at) { return clamped<std::uint16_t>((at.x - corner.x) / units_per_position); };
    auto const y_of = [&](vec at) { return clamped<std::uint16_t>((at.y - corner.y) / units_per_position); };
    auto const speed_of = [](double speed) { return clamped<std::int8_t>(speed / units_per_speed); };

    snapshot seen;
    seen.phase = phase_;
    seen.tick = tick_;
    seen.column = static_cast<std::int8_t>(origin.column);
    seen.row = static_cast<std::int8_t>(origin.row);
    seen.field = clamped<std::uint16_t>(radius_);
    for (auto const& each : comets_)
        if (visible(each.at))
            seen.comets.push_back({x_of(each.at), y_of(each.at), speed_of(each.speed.x), speed_of(each.speed.y)});

    std::vector<ship const*> found;
    for (auto const& [id, each] : ships_)
        if (visible(each.flight.at)) found.push_back(&each);
    if (found.size() > 255) { // the nearest ones
        vec const middle = corner + vec{region_size / 2, region_size / 2};
        std::nth_element(found.begin(), found.begin() + 255, found.end(), [&](ship const* a, ship const* b) {
            return (a->flight.at - middle).length() < (b->flight.at - middle).length();
        });
        found.resize(255);
    }
    for (auto const* each : found) {
        auto const& flight = each->flight;
        auto const turned = static_cast<int>(std::lround(flight.heading * (256 / (2 * std::numbers::pi))));
        seen.ships.push_back({.id = each->id,
                              .x = x_of(flight.at),
                              .y = y_of(flight.at),
                              .speed_x = speed_of(flight.speed.x),
                              .speed_y = speed_of(flight.speed.y),
                              .heading = static_cast<std::uint8_t>(turned & 255),
                              .dashes = flight.dash > 0,
                              .shielded = each->shield > 0,
                              .rest = static_cast<std::uint8_t>((flight.rest + ticks_per_rest - 1) / ticks_per_rest),
                              .sparks = clamped<std::uint16_t>(each->sparks),
                              .number = each->number,
                              .age = static_cast<std::uint8_t>(std::min(each->age, 255))});
    }
    for (int row = 0; row < region_places; ++row)
        for (int column = 0; column < region_places; ++column)
            seen.places[static_cast<std::size_t>(row * region_places + column)] =
                sparks_.at({origin.column + column, origin.row + row});
    return seen;
}

} // namespace arena
