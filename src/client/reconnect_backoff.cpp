#include "client/reconnect_backoff.hpp"

#include <algorithm>
#include <cmath>

namespace partyline {

std::chrono::milliseconds reconnect_backoff::next(double random) noexcept
{
    constexpr std::size_t enough = 60; // doublings; far beyond any maximum, and no infinity
    double time =
        std::ldexp(static_cast<double>(options_->delay.count()), static_cast<int>(std::min(attempts_, enough)));
    ++attempts_;
    auto const jitter = options_->randomization;
    if (jitter > 0 && jitter <= 1) {
        auto const deviation = std::floor(random * jitter * time);
        bool const shorter = (static_cast<int>(random * 10) & 1) == 0;
        time += shorter ? -deviation : deviation;
    }
    auto const most = static_cast<double>(options_->delay_max.count());
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(time, 0.0, std::max(most, 0.0))));
}

} // namespace partyline
