// Writes msgpack, byte for byte as notepack.io does: shortest integers (integral doubles too), float64, str, bin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <partyline/writer.hpp>

namespace partyline {

/// Thread: any one at a time. Owner: whoever writes. Lifetime: `out` outlives it.
class msgpack_writer final : public writer
{
public:
    /// Appends to `out`.
    explicit msgpack_writer(std::string& out, std::size_t max_depth = 128) noexcept : out_(out), max_depth_(max_depth)
    {}

    /// Forgets the past, to write the next value (after the caller has emptied `out`).
    void restart() noexcept;

    void null() override;
    void boolean(bool value) override;
    void integer(std::int64_t value) override;
    void unsigned_integer(std::uint64_t value) override;
    void real(double value) override;
    void string(std::string_view value) override;
    void bytes(binary const& value) override;
    void begin_array(std::size_t count) override;
    void end_array() override;
    void begin_object(std::size_t count) override;
    void key(std::string_view name) override;
    void end_object() override;
    void splice(args const& list) override;

private:
    bool enter(std::size_t count);
    void leave() noexcept;

    std::string& out_;
    std::size_t max_depth_;
    std::size_t depth_ = 0;
    std::size_t too_deep_ = 0; // open levels that were not written
};

} // namespace partyline
