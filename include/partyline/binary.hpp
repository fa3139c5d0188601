// Immutable bytes with shared ownership: what a JavaScript `Buffer` or `Uint8Array` becomes here.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace partyline {

/// Immutable, reference-counted bytes. Copies share; they may be kept and passed between threads.
class binary
{
public:
    binary() = default;
    /// Takes the vector over, without a copy.
    explicit binary(std::vector<std::byte> bytes);
    /// Copies.
    explicit binary(std::span<std::byte const> bytes);
    /// Copies the characters as bytes.
    static binary from_text(std::string_view text);
    /// Shares: `bytes` must stay as they are for as long as `owner` lives.
    binary(std::shared_ptr<void const> owner, std::span<std::byte const> bytes) noexcept
        : owner_(std::move(owner)), bytes_(bytes)
    {}

    [[nodiscard]] std::byte const* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::byte const* begin() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::byte const* end() const noexcept { return bytes_.data() + bytes_.size(); }
    [[nodiscard]] std::span<std::byte const> bytes() const noexcept { return bytes_; }
    /// The bytes seen as characters; no encoding is implied.
    [[nodiscard]] std::string_view text() const noexcept
    {
        return {reinterpret_cast<char const*>(bytes_.data()), bytes_.size()};
    }

    /// Equal bytes, wherever they are stored.
    friend bool operator==(binary const& a, binary const& b) noexcept { return a.text() == b.text(); }

private:
    std::shared_ptr<void const> owner_;
    std::span<std::byte const> bytes_;
};

} // namespace partyline
