// A text packet whose binary attachments are still to come: what the JSON codec remembers of a connection between two
// Engine.IO messages. It does not parse; whoever adds the last attachment takes text and attachments out together.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/codec.hpp>
#include <partyline/result.hpp>

namespace partyline::socketio {

/// Thread: that of its connection.
/// Owner: the connection, through `std::unique_ptr<partial_packet>`; the codec once it is complete.
/// Lifetime: from the text of a binary packet until its last attachment, or the end of the connection.
class attachment_assembly final : public partial_packet
{
public:
    /// Readable bytes behind `text()`, for readers that look at whole blocks.
    static constexpr std::size_t padding = 64;

    /// Copies `text`. `expected` is at least 1.
    attachment_assembly(std::string_view text, std::size_t expected, std::size_t max_bytes);

    /// Copies `bytes`. `message_too_big` when text and attachments together go beyond `max_bytes`.
    result<void> add(std::string_view bytes);

    [[nodiscard]] bool complete() const noexcept { return attachments_.size() == expected_; }
    [[nodiscard]] std::string_view text() const noexcept { return {padded_.data(), padded_.size() - padding}; }
    [[nodiscard]] std::span<binary const> attachments() const noexcept { return attachments_; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

private:
    std::string padded_;
    std::vector<binary> attachments_;
    std::size_t expected_;
    std::size_t max_bytes_;
    std::size_t bytes_;
};

} // namespace partyline::socketio
