// The cursor over a `value` tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <partyline/reader.hpp>
#include <partyline/value.hpp>

namespace partyline {

/// Lifetime: reads `root` and `attachments`, which outlive it; views point into the tree.
class value_reader final : public reader
{
public:
    /// With `attachments`, placeholders are read as binary (see `json_document::root`).
    explicit value_reader(value const& root, std::span<binary const> attachments = {}) noexcept
        : here_(&root), attachments_(attachments)
    {}

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
    [[nodiscard]] std::unique_ptr<reader> clone() const override { return std::make_unique<value_reader>(*this); }

private:
    struct level
    {
        value const* container;
        std::size_t next; // index of the element or member to come
    };
    template <class T>
    bool take(result<T> const& found, T& out);
    [[nodiscard]] binary const* attachment() const;

    value const* here_; // null once it has been read
    std::span<binary const> attachments_;
    std::vector<level> levels_;
};

/// The number of the placeholder that `v` is, or nothing: `_placeholder` is true; a `num` that is no integer from 0 on gives
/// the biggest number there is.
[[nodiscard]] std::optional<std::uint64_t> placeholder_number(value const& v) noexcept;

} // namespace partyline
