#include "apps/partyline/round_trip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "apps/partyline/line_out.hpp"

namespace partyline_tool {

using partyline::value;

namespace {

constexpr double half = 0.5;
constexpr double nearly_all = 0.95;
constexpr double per_cent = 100;

[[nodiscard]] value or_null(std::optional<double> milliseconds)
{
    return milliseconds ? rounded(*milliseconds) : value(nullptr);
}

} // namespace

void round_trips::answered(double milliseconds)
{
    times_.insert(std::upper_bound(times_.begin(), times_.end(), milliseconds), milliseconds);
}

std::optional<double> round_trips::percentile(double share) const
{
    if (times_.empty()) return std::nullopt;
    auto const rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(times_.size())));
    return times_[std::clamp<std::size_t>(rank, 1, times_.size()) - 1];
}

std::optional<double> round_trips::mean() const
{
    if (times_.empty()) return std::nullopt;
    return std::accumulate(times_.begin(), times_.end(), 0.0) / static_cast<double>(times_.size());
}

double round_trips::loss() const noexcept
{
    auto const decided = times_.size() + lost_;
    return decided == 0 ? 0 : static_cast<double>(lost_) / static_cast<double>(decided);
}

value round_trips::to_value() const
{
    return value::object{{"sent", sent_},
                         {"answered", times_.size()},
                         {"lost", lost_},
                         {"loss", rounded(loss())},
                         {"min", or_null(percentile(0))},
                         {"mean", or_null(mean())},
                         {"median", or_null(percentile(half))},
                         {"p95", or_null(percentile(nearly_all))},
                         {"max", or_null(percentile(1))}};
}

std::string round_trips::to_text() const
{
    auto const share = static_cast<int>(std::lround(loss() * per_cent));
    auto text = std::to_string(sent_) + " sent, " + std::to_string(times_.size()) + " answered, " +
                std::to_string(lost_) + " lost (" + std::to_string(share) + " %)";
    if (times_.empty()) return text;
    return text + "\nmin " + in_milliseconds(*percentile(0)) + "   median " + in_milliseconds(*percentile(half)) +
           "   p95 " + in_milliseconds(*percentile(nearly_all)) + "   max " + in_milliseconds(*percentile(1));
}

std::string in_milliseconds(double milliseconds)
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.3f ms", milliseconds);
    return text.data();
}

} // namespace partyline_tool
