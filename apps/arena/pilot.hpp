// How a bot plays: from what it sees to what it wants. Pure; it knows nothing but the snapshots that every player gets, and its chance
// comes from a seed. bots.hpp connects it.
#pragma once

#include <optional>

#include "game.hpp"

namespace arena {

class pilot
{
public:
    explicit pilot(std::uint32_t seed);

    /// What to do now. Nothing: it is not among the ships that are seen.
    std::optional<controls> decide(snapshot const& seen, ship_id me);

private:
    [[nodiscard]] double chance();
    [[nodiscard]] double pull_of_sparks(snapshot const& seen, vec from, double heading, vec& goal);

    std::uint32_t random_;
    double boldness_; // 0: gathers; 1: hunts
    double steadiness_;
    double wander_ = 0;
    int patience_ = 0;  // snapshots until it thinks again
    int restraint_ = 0; // snapshots until it thinks of a dash again: people do not dash whenever they can
    controls last_;
};

} // namespace arena
