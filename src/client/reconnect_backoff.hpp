// How long a client waits before it tries again: longer each time, and not at the same moment as all others. It knows
// neither clock nor random source; both stand with whoever asks. Used by `client_connection`.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace partyline {

/// Defaults are those of the official client.
struct reconnect_options
{
    bool enabled = true;
    std::optional<std::size_t> attempts = {}; ///< in a row; none: for ever
    std::chrono::milliseconds delay{1'000};   ///< before the first attempt, doubled each time
    std::chrono::milliseconds delay_max{5'000};
    double randomization = 0.5; ///< above 0 to 1; anything else switches it off
};

/// delay * 2^n, more or less by a random part of `randomization` of it, at most `delay_max`.
class reconnect_backoff
{
public:
    explicit reconnect_backoff(reconnect_options const& options) noexcept : options_(&options) {}

    /// The time to wait now, counted as an attempt. `random`: from 0 to below 1; decides about sign and size, as the
    /// official client derives both from one number.
    [[nodiscard]] std::chrono::milliseconds next(double random) noexcept;
    [[nodiscard]] std::size_t attempts() const noexcept { return attempts_; }
    void reset() noexcept { attempts_ = 0; }

private:
    reconnect_options const* options_;
    std::size_t attempts_ = 0;
};

} // namespace partyline
