// The immutable message: what one `emit` or broadcast became, complete before it is published, shared by every shard
// and every connection that it goes to. It does not know rooms, receivers or transports; `engineio/delivery` derives
// from it what a transport needs (base64, deflate), once per shard.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/binary.hpp>

namespace partyline::base {

/// One Engine.IO message inside a `message`: its content and, in the same block, the uncompressed WebSocket frame of it.
struct message_part
{
    std::string storage; // [unused][frame header]['4' if text][content]
    std::uint32_t frame_begin = 0;
    std::uint32_t packet_begin = 0; // behind the frame header: '4' and the text, or the raw bytes
    binary shared; // a binary part may share its bytes instead of storing them: then storage holds the header alone
    bool is_binary = false;

    /// The header of the WebSocket frame, followed by the packet where `shared` is empty.
    [[nodiscard]] std::string_view frame_head() const noexcept { return std::string_view(storage).substr(frame_begin); }
    /// What follows `frame_head()` on a WebSocket; empty unless the bytes are shared.
    [[nodiscard]] std::string_view frame_tail() const noexcept { return shared.text(); }
    [[nodiscard]] std::size_t frame_size() const noexcept { return storage.size() - frame_begin + shared.size(); }
    /// Payload of the frame: '4' and the text, or the raw bytes.
    [[nodiscard]] std::string_view packet() const noexcept
    {
        return shared.empty() ? std::string_view(storage).substr(packet_begin) : shared.text();
    }
};

/// Immutable after construction; counted atomically, so it may travel between threads. Use through `message_ref`.
class message
{
public:
    message(std::vector<message_part> parts, bool compress) : parts_(std::move(parts)), compress_(compress)
    {
        for (auto const& part : parts_) bytes_ += part.frame_size();
    }
    message(message const&) = delete;
    message& operator=(message const&) = delete;

    [[nodiscard]] std::vector<message_part> const& parts() const noexcept { return parts_; }
    /// Bytes of all frames together: what a send queue counts.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    /// Whether permessage-deflate and HTTP compression may be used for it.
    [[nodiscard]] bool compress() const noexcept { return compress_; }

private:
    friend class message_ref;
    ~message() = default;

    std::vector<message_part> parts_;
    std::size_t bytes_ = 0;
    mutable std::atomic<std::uint32_t> count_{1};
    bool compress_;
};

/// A counted pointer to a `message`.
class message_ref
{
public:
    message_ref() = default;
    static message_ref make(std::vector<message_part> parts, bool compress)
    {
        return message_ref(new message(std::move(parts), compress));
    }
    message_ref(message_ref const& other) noexcept : pointer_(other.pointer_)
    {
        if (pointer_) pointer_->count_.fetch_add(1, std::memory_order_relaxed);
    }
    message_ref(message_ref&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
    message_ref& operator=(message_ref other) noexcept
    {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~message_ref()
    {
        if (pointer_ && pointer_->count_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete pointer_;
    }

    explicit operator bool() const noexcept { return pointer_ != nullptr; }
    message const& operator*() const noexcept { return *pointer_; }
    message const* operator->() const noexcept { return pointer_; }
    [[nodiscard]] message const* get() const noexcept { return pointer_; }

private:
    explicit message_ref(message const* pointer) noexcept : pointer_(pointer) {}
    message const* pointer_ = nullptr;
};

} // namespace partyline::base
