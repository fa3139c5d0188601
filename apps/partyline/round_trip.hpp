// What round trips took: the figures of `ping`. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/value.hpp>

namespace partyline_tool {

class round_trips
{
public:
    void sent() noexcept { ++sent_; }
    void answered(double milliseconds);
    /// No answer came in time, or the connection broke before.
    void lost() noexcept { ++lost_; }

    [[nodiscard]] std::size_t count_of_sent() const noexcept { return sent_; }
    [[nodiscard]] std::size_t count_of_answered() const noexcept { return times_.size(); }
    [[nodiscard]] std::size_t count_of_lost() const noexcept { return lost_; }
    /// Neither answered nor lost.
    [[nodiscard]] std::size_t under_way() const noexcept { return sent_ - times_.size() - lost_; }

    /// The smallest time that is not exceeded by `share` (0 to 1) of all; none without any.
    [[nodiscard]] std::optional<double> percentile(double share) const;
    [[nodiscard]] std::optional<double> mean() const;

    /// {"sent":5,"answered":5,"lost":0,"loss":0,"min":...,"mean":...,"median":...,"p95":...,"max":...}, times in ms
    [[nodiscard]] partyline::value to_value() const;
    /// Two lines for a person.
    [[nodiscard]] std::string to_text() const;

private:
    /// Of those whose fate is known.
    [[nodiscard]] double loss() const noexcept;

    std::vector<double> times_; // ascending
    std::size_t sent_ = 0;
    std::size_t lost_ = 0;
};

/// "0.412 ms"
[[nodiscard]] std::string in_milliseconds(double milliseconds);

} // namespace partyline_tool
