// The immutable message: what one `emit` or broadcast became, complete before it is published, shared by every shard
// and every connection that it goes to. It does not know rooms, receivers or transports; `engineio/delivery` derives
// from it what a transport needs (base64, deflate), once per shard.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/binary.hpp>

#include "base/spare_blocks.hpp"
#include "base/spare_buffer.hpp"

namespace partyline::base {

/// One Engine.IO message inside a `message`: its content and, in the same block, the uncompressed WebSocket frame of it.
struct message_part
{
    std::string storage;     // [unused][frame header]['4' if text][content]
    std::string_view stored; // of a short message instead: from the frame header on, in the message's own block
    std::uint32_t frame_begin = 0;
    std::uint32_t packet_begin = 0; // behind the frame header: '4' and the text, or the raw bytes
    binary shared; // a binary part may share its bytes instead of storing them: then storage holds the header alone
    bool is_binary = false;

    /// The header of the WebSocket frame, followed by the packet where `shared` is empty.
    [[nodiscard]] std::string_view frame_head() const noexcept { return bytes().substr(frame_begin); }
    /// What follows `frame_head()` on a WebSocket; empty unless the bytes are shared.
    [[nodiscard]] std::string_view frame_tail() const noexcept { return shared.text(); }
    [[nodiscard]] std::size_t frame_size() const noexcept { return bytes().size() - frame_begin + shared.size(); }
    /// Payload of the frame: '4' and the text, or the raw bytes.
    [[nodiscard]] std::string_view packet() const noexcept
    {
        return shared.empty() ? bytes().substr(packet_begin) : shared.text();
    }

private:
    [[nodiscard]] std::string_view bytes() const noexcept
    {
        return stored.empty() ? std::string_view(storage) : stored;
    }
};

/// Immutable after construction; counted atomically, so it may travel between threads. Its parts stand behind it in the
/// same block of memory, and behind a single short one its bytes. Use through `message_ref`.
class message
{
public:
    message(message const&) = delete;
    message& operator=(message const&) = delete;

    [[nodiscard]] std::span<message_part const> parts() const noexcept { return {first_part(), count_of_parts_}; }
    /// Bytes of all frames together: what a send queue counts.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    /// Whether permessage-deflate and HTTP compression may be used for it.
    [[nodiscard]] bool compress() const noexcept { return compress_; }

private:
    friend class message_ref;

    // Most messages are short: these fit into a block that the thread has at hand.
    static constexpr std::size_t short_block = 384;

    message(std::span<message_part> parts, bool compress)
        : count_of_parts_(static_cast<std::uint32_t>(parts.size())), compress_(compress)
    {
        std::uninitialized_move(parts.begin(), parts.end(), first_part());
        for (auto const& part : this->parts()) bytes_ += part.frame_size();
    }
    ~message() { std::destroy_n(first_part(), count_of_parts_); }

    static message* make(std::span<message_part> parts, bool compress)
    {
        static_assert(alignof(message_part) <= alignof(message) && sizeof(message) % alignof(message_part) == 0);
        auto* const place = ::operator new(sizeof(message) + parts.size() * sizeof(message_part));
        return ::new (place) message(parts, compress);
    }
    /// As a short one, if it is short.
    static message* make(message_part& only, bool compress)
    {
        constexpr auto room = short_block - sizeof(message) - sizeof(message_part);
        auto const frame = only.frame_head();
        if (frame.size() > room || !only.shared.empty()) return make({&only, 1}, compress);
        auto* const place = static_cast<char*>(spare_blocks<short_block>::take());
        auto* const bytes = place + short_block - room;
        only.stored = {bytes, frame.copy(bytes, room)};
        only.packet_begin -= std::exchange(only.frame_begin, 0);
        spare_buffer::give(std::move(only.storage));
        auto* const made = ::new (place) message({&only, 1}, compress);
        made->is_short_ = true;
        return made;
    }
    static void destroy(message const* unused) noexcept
    {
        auto* const block = const_cast<message*>(unused);
        bool const was_short = unused->is_short_;
        unused->~message();
        was_short ? spare_blocks<short_block>::give(block) : ::operator delete(block);
    }
    [[nodiscard]] message_part* first_part() const noexcept
    {
        return reinterpret_cast<message_part*>(const_cast<message*>(this) + 1);
    }

    std::size_t bytes_ = 0;
    mutable std::atomic<std::uint32_t> count_{1};
    std::uint32_t count_of_parts_;
    bool compress_;
    bool is_short_ = false;
};

/// A counted pointer to a `message`.
class message_ref
{
public:
    message_ref() = default;
    static message_ref make(message_part only, bool compress) { return message_ref(message::make(only, compress)); }
    static message_ref make(std::vector<message_part> parts, bool compress)
    {
        for (auto& each : parts) { // bytes of another message would go with that
            if (each.stored.empty()) continue;
            each.storage = each.stored;
            each.stored = {};
        }
        return message_ref(message::make(parts, compress));
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
        if (pointer_ && pointer_->count_.fetch_sub(1, std::memory_order_acq_rel) == 1) message::destroy(pointer_);
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
