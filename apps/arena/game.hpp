// The rules of the game, whole and pure: no socket, no clock, and all chance comes from the seed, so the same joins and inputs at the
// same ticks give the same game. The server calls `step` sixty times a second and tells the players what `look` and `take_events` say.
//
// Ships gather sparks; who dashes into another makes it spill all that it carries. Comets cross the field, leave gold behind and spare
// nobody. Towards the end of a round the field closes; who carries most when the time is up has won.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "wire.hpp"

namespace arena {

using ship_id = std::uint16_t; // 0: nobody

struct rules
{
    int calm_ticks = 120 * ticks_per_second;
    int closing_ticks = 30 * ticks_per_second;
    int pause_ticks = 8 * ticks_per_second;
    std::size_t max_ships = 2'000;
};

/// A ship has been hit, and is back elsewhere already.
struct hit
{
    ship_id hunter = 0; // 0: a comet
    ship_id victim = 0;
    int spilled = 0;
    vec at;

    friend bool operator==(hit const&, hit const&) = default;
};
struct round_over
{
    ship_id winner = 0; // 0: nobody had a spark
    int sparks = 0;

    friend bool operator==(round_over const&, round_over const&) = default;
};
struct round_begins
{
    friend bool operator==(round_begins const&, round_begins const&) = default;
};
using game_event = std::variant<hit, round_over, round_begins>;

struct ship
{
    ship_id id = 0;
    arena::flight flight;
    controls wanted;
    std::uint8_t number = 0; // of the last input
    int age = 0;             // ticks flown by it
    int shield = 0;          // ticks in which it cannot be hit
    int sparks = 0;

    friend bool operator==(ship const&, ship const&) = default;
};

struct comet
{
    vec at;
    vec speed;

    friend bool operator==(comet const&, comet const&) = default;
};

class game
{
public:
    explicit game(std::uint64_t seed, rules const& by = {});

    /// A new ship at a free spot, shielded for a moment. Nothing: the field is full.
    std::optional<ship_id> join();
    /// Its sparks stay on the field.
    void leave(ship_id id);
    /// The last input before a tick counts; one of a ship that is not there does nothing.
    void steer(ship_id id, input const& what);
    void step();

    [[nodiscard]] std::vector<game_event> take_events() { return std::exchange(events_, {}); }
    /// What is seen from that cell.
    [[nodiscard]] snapshot look(cell from) const;

    [[nodiscard]] std::map<ship_id, ship> const& ships() const { return ships_; }
    [[nodiscard]] std::vector<comet> const& comets() const { return comets_; }
    [[nodiscard]] spark_field const& sparks() const { return sparks_; }
    [[nodiscard]] arena::phase phase() const { return phase_; }
    /// Of the present phase.
    [[nodiscard]] int ticks_left() const { return ticks_left_; }
    [[nodiscard]] std::uint32_t tick() const { return tick_; }
    [[nodiscard]] double field_radius() const { return radius_; }

private:
    [[nodiscard]] std::uint32_t chance(std::uint32_t below);
    [[nodiscard]] double fraction() { return chance(1U << 20) / static_cast<double>(1U << 20); }
    [[nodiscard]] double calm_radius() const;
    void place_anew(ship& who);
    void turn_the_clock();
    void breathe();
    void grow_sparks();
    void move_comets();
    void meet(ship& one, ship& other);
    void burst(ship& victim, ship* hunter);
    void end_round();

    rules rules_;
    std::uint64_t random_;
    std::map<ship_id, ship> ships_;
    std::vector<comet> comets_;
    spark_field sparks_;
    std::vector<game_event> events_;
    std::vector<std::pair<cell, ship*>> near_; // of one tick: who may touch whom
    std::uint32_t tick_ = 0;
    arena::phase phase_ = phase::calm;
    int ticks_left_;
    int next_comet_ = 10 * ticks_per_second;
    double growth_ = 0; // sparks that are due
    double radius_;
    ship_id last_id_ = 0;
};

} // namespace arena
