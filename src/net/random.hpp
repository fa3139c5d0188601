// Random bytes of the operating system (getrandom), fetched some hundred at a time: what ids and nonces are made of.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace partyline::net {

/// A CSPRNG with a small buffer, wiped as it is used. After fork() both sides would share what is buffered: make a new one.
///
/// Thread: its owner's. Owner: one per shard. Lifetime: any.
class random
{
public:
    random() = default;
    random(random const&) = delete;
    random& operator=(random const&) = delete;
    ~random();

    /// Fills `out`. Throws `errc::system_failure` if the system has none, which Linux never reports after boot.
    void fill(std::span<std::byte> out);

    template <std::size_t N>
    std::array<std::byte, N> bytes()
    {
        std::array<std::byte, N> out;
        fill(out);
        return out;
    }

private:
    std::array<std::byte, 480> buffer_{};
    std::size_t used_ = sizeof buffer_;
};

} // namespace partyline::net
