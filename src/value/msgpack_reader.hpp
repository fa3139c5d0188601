// The cursor over msgpack bytes that are valid already; `msgpack_document` makes sure of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/reader.hpp>

namespace partyline {

struct msgpack_token;

/// Lifetime: views handed out point into the bytes, those of dates into the reader; clones share them.
class msgpack_reader final : public reader
{
public:
    msgpack_reader() = default;
    /// Reads one value at the start of `bytes`, which are valid msgpack.
    explicit msgpack_reader(std::string_view bytes) : bytes_(bytes), dates_(std::make_shared<std::deque<std::string>>())
    {}
    /// Back to the start.
    void rewind() noexcept;

    [[nodiscard]] value_kind peek() const override;
    bool read_null() override;
    bool read_bool(bool& out) override;
    bool read_int64(std::int64_t& out) override;
    bool read_uint64(std::uint64_t& out) override;
    bool read_double(double& out) override;
    bool read_string(std::string_view& out) override;
    bool read_binary(binary& out) override;
    bool enter_array() override;
    bool next_element() override;
    bool enter_object() override;
    bool next_key(std::string_view& out) override;
    void skip() override;
    [[nodiscard]] std::unique_ptr<reader> clone() const override { return std::make_unique<msgpack_reader>(*this); }

private:
    [[nodiscard]] msgpack_token here() const noexcept;
    bool enter(bool map);
    bool next();

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::vector<std::uint32_t> left_;                // elements or members to come, per level
    std::shared_ptr<std::deque<std::string>> dates_; // texts of dates that were read; shared with clones
};

} // namespace partyline
