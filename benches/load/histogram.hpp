// Latencies in classes whose width is below 0.8 % of their value. Knows nothing of what was measured; threads keep one each, which
// are merged at the end.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sioload {

/// Values in nanoseconds. Log-linear: 128 classes per octave.
class histogram
{
public:
    void add(std::uint64_t value)
    {
        ++classes_[class_of(value)];
        ++count_;
        sum_ += value;
        largest_ = std::max(largest_, value);
    }
    void merge(histogram const& other)
    {
        for (std::size_t i = 0; i < classes_.size(); ++i) classes_[i] += other.classes_[i];
        count_ += other.count_;
        sum_ += other.sum_;
        largest_ = std::max(largest_, other.largest_);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Microseconds from here on.
    [[nodiscard]] double mean() const
    {
        return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_) / 1e3;
    }
    [[nodiscard]] double largest() const { return static_cast<double>(largest_) / 1e3; }
    [[nodiscard]] double quantile(double share) const
    {
        auto const wanted =
            std::max<std::uint64_t>(1, static_cast<std::uint64_t>(share * static_cast<double>(count_) + 0.5));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; count_ != 0 && i < classes_.size(); ++i) {
            seen += classes_[i];
            if (seen >= wanted) return static_cast<double>(std::min(middle_of(i), largest_)) / 1e3;
        }
        return largest();
    }

private:
    static constexpr unsigned bits = 7;

    static std::size_t class_of(std::uint64_t value)
    {
        auto const top = static_cast<unsigned>(std::bit_width(value | 1)) - 1;
        if (top <= bits) return static_cast<std::size_t>(value);
        return (static_cast<std::size_t>(top - bits) << bits) + static_cast<std::size_t>(value >> (top - bits));
    }
    static std::uint64_t middle_of(std::size_t index)
    {
        if (index < (std::size_t{2} << bits)) return index;
        auto const shift = (index >> bits) - 1;
        auto const mantissa = (index & ((std::size_t{1} << bits) - 1)) + (std::size_t{1} << bits);
        return (static_cast<std::uint64_t>(mantissa) << shift) + ((std::uint64_t{1} << shift) >> 1);
    }

    std::vector<std::uint64_t> classes_ = std::vector<std::uint64_t>(std::size_t{64 - bits + 1} << bits, 0);
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t largest_ = 0;
};

} // namespace sioload
