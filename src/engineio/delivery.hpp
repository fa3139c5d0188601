// What one shard holds of one message: the shared immutable bytes, and what a transport made of them when the first
// connection of this shard asked (base64 for polling, deflated frames by window bits). Ten thousand receivers push
// ten thousand plain references and cost one base64, one deflate. It does not know receivers or queues.
// Made by `server/delivery`, queued by `session`, written by `net`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace partyline::websocket {
class thread_deflater;
}

namespace partyline::engineio {

class delivery_ref;

/// One message on one shard. Made by `delivery_ref::make` only.
///
/// Thread: its shard's; the count is not atomic. Owner: the references. Lifetime: until the last reference is gone.
class delivery
{
public:
    delivery(delivery const&) = delete;
    delivery& operator=(delivery const&) = delete;

    /// The Engine.IO messages it consists of, in order. On an uncompressed WebSocket each is `frame_head()` and then
    /// `frame_tail()`; with a deflater of one's own (context takeover) compress `packet()`.
    [[nodiscard]] std::span<base::message_part const> parts() const noexcept { return message_->parts(); }
    /// Bytes of all uncompressed frames: what a send queue counts.
    [[nodiscard]] std::size_t bytes() const noexcept { return message_->bytes(); }
    [[nodiscard]] bool compress() const noexcept { return message_->compress(); }
    [[nodiscard]] base::message_ref const& message() const noexcept { return message_; }

    /// Part number `part` as a packet of a polling payload: the text, or `b` and base64, made once.
    [[nodiscard]] std::string_view polling_packet(std::size_t part);

    /// Whether `part` is to be deflated: the message allows it and it has at least `threshold` bytes.
    [[nodiscard]] bool deflatable(std::size_t part, std::size_t threshold) const noexcept
    {
        return compress() && parts()[part].packet().size() >= threshold;
    }
    /// The whole compressed frame of a part without context takeover, header included, made once for each `window_bits`.
    /// Empty if zlib got no memory: then send the plain frame. The view is valid as long as the delivery.
    [[nodiscard]] std::string_view deflated_frame(std::size_t part, int window_bits,
                                                  websocket::thread_deflater& deflater);

    /// The whole frame of a binary part as text, `b` and base64, for a client that asked for it (`b64=1`); empty for a text part.
    [[nodiscard]] std::string_view base64_frame(std::size_t part);

    /// Bytes held beyond the message itself.
    [[nodiscard]] std::size_t derived_bytes() const noexcept;

private:
    friend class delivery_ref;
    struct derived;

    explicit delivery(base::message_ref message) noexcept;
    ~delivery();
    static void* operator new(std::size_t size);
    static void operator delete(void* unused) noexcept;

    derived& slots();

    base::message_ref message_;
    std::unique_ptr<derived> derived_;
    std::uint32_t count_ = 1;
};

/// A counted pointer to a `delivery`; copying one is a plain increment. Thread: the delivery's shard.
class delivery_ref
{
public:
    delivery_ref() = default;
    [[nodiscard]] static delivery_ref make(base::message_ref message)
    {
        return delivery_ref(new delivery(std::move(message)));
    }

    delivery_ref(delivery_ref const& other) noexcept : pointer_(other.pointer_)
    {
        if (pointer_) ++pointer_->count_;
    }
    delivery_ref(delivery_ref&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
    delivery_ref& operator=(delivery_ref other) noexcept
    {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~delivery_ref()
    {
        if (pointer_ && --pointer_->count_ == 0) delete pointer_;
    }

    explicit operator bool() const noexcept { return pointer_ != nullptr; }
    delivery& operator*() const noexcept { return *pointer_; }
    delivery* operator->() const noexcept { return pointer_; }
    [[nodiscard]] delivery* get() const noexcept { return pointer_; }
    /// The same delivery, not an equal one.
    friend bool operator==(delivery_ref const&, delivery_ref const&) = default;

private:
    explicit delivery_ref(delivery* pointer) noexcept : pointer_(pointer) {}
    delivery* pointer_ = nullptr;
};

} // namespace partyline::engineio
