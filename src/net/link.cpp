// Theory of operation. What arrives is read from the loop's shared buffer by a `message_reader` on the stack; only one that is
// in the middle of a message moves into the link's `state`. The end has two stages: the owner is told (`end`), then the close
// frame is flushed and the rest of the other end's bytes drained in bounds, because closing over unread bytes would take the
// close frame back (`finish`).
#include "net/link.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/byte_stream.hpp"
#include "net/connections.hpp"
#include "net/link_state.hpp"
#include "net/link_tools.hpp"
#include "websocket/frame.hpp"

namespace partyline::net {

static_assert(sizeof(link) <= 72, "an idle link and its slot are 88 bytes; 96 are promised");

namespace {

constexpr int events_per_turn = 32;
constexpr std::size_t drained_bytes = 1 << 20;

} // namespace

link::link(connections& home, std::uint32_t slot, int descriptor, tls_state tls, link_options const& options,
           link_owner& owner)
    : channel(descriptor), home_(&home), owner_(&owner), options_(&options), tls_(std::move(tls)), slot_(slot)
{}

link::~link()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

link_id link::id() const noexcept { return home_->id_of(slot_); }

void link::begin(std::string_view answer, std::optional<websocket::deflate_parameters> const& deflate,
                 std::string_view unread)
{
    home_->loop_.change(*this, EPOLLIN);
    if (deflate) {
        auto const self = role();
        flags_ |= inflates;
        if (deflate->sends_with_takeover(self))
            own_state().deflater =
                std::make_unique<websocket::deflater>(true, deflate->send_window_bits(self), home_->options_.deflate);
        else
            window_bits_ = static_cast<std::uint16_t>(deflate->send_window_bits(self));
        if (deflate->receives_with_takeover(self))
            own_state().inflater = std::make_unique<websocket::inflater>(true, deflate->receive_window_bits(self));
    }
    if (!answer.empty()) own_state().control.assign(answer);
    keep_unread(unread);
    if (byte_stream::has_buffered(tls_.get())) home_->loop_.again(*this);
    mark_dirty();
}

link::state& link::own_state()
{
    if (!state_) {
        state_ = std::make_unique<state>();
        ++home_->loop_.counters().state_allocations;
    }
    return *state_;
}

void link::drop_state() noexcept
{
    if (state_ && !state_->is_needed()) state_.reset();
}

void link::on_ready(std::uint32_t events)
{
    if ((flags_ & is_lingering) != 0) return drop_input();
    if ((flags_ & is_broken) != 0) return;
    if ((events & EPOLLOUT) != 0) {
        flags_ &= static_cast<std::uint16_t>(~is_blocked);
        if (has_own()) [[maybe_unused]]
            auto const none = write({});
        if (!blocked() && owner_) {
            mark_dirty(); // if the owner has nothing to write, writability is no longer watched
            owner_->on_writable(*this);
        }
        if (descriptor_ < 0 || owner_ == nullptr) return;
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
}

void link::on_again()
{
    if (descriptor_ < 0 || !owner_) return;
    if (!state_ || state_->unread.empty()) return receive();
    // Read in place; what is still left afterwards stays in the same memory.
    std::string bytes = std::move(state_->unread);
    std::size_t const at = std::exchange(state_->unread_at, 0);
    state_->unread.clear();
    auto const rest = read_messages({bytes.data() + at, bytes.size() - at - loop::read_slack});
    if (descriptor_ < 0 || !owner_) return;
    if (rest.empty()) {
        if (tls_) home_->loop_.again(*this); // it may hold bytes, or the end, of which the descriptor says nothing
        return;
    }
    own_state().unread_at = static_cast<std::size_t>(rest.data() - bytes.data());
    state_->unread = std::move(bytes);
    home_->loop_.again(*this);
}

void link::receive()
{
    if (state_ && !state_->unread.empty()) return; // its turn comes by on_again
    auto const buffer = home_->loop_.read_buffer();
    io_result const got = byte_stream::read(descriptor_, tls_.get(), buffer, home_->loop_.counters());
    if (got.bytes != 0) keep_unread(read_messages(buffer.first(got.bytes)));
    if (descriptor_ < 0 || !owner_) return;
    if (got.status == io_status::ended || got.status == io_status::failed) {
        if (state_ && !state_->unread.empty()) return; // first what came before; the end will still be there
        end({});
        return close_descriptor();
    }
    if (byte_stream::has_buffered(tls_.get())) home_->loop_.again(*this);
}

// Answers what is left for the next turn.
std::span<char> link::read_messages(std::span<char> bytes)
{
    websocket::inflater* decompressor = nullptr;
    if ((flags_ & inflates) != 0)
        decompressor = state_ && state_->inflater ? state_->inflater.get() : &home_->tools_->inflater;
    websocket::message_reader reader = state_ && state_->reader
                                           ? std::move(*state_->reader)
                                           : websocket::message_reader(role(), options_->messages, decompressor);
    if (state_) state_->reader.reset();

    auto const held = reader.bytes_held(); // which it gives back where it refuses to go on
    reader.receive(bytes);
    for (int i = 0; i < events_per_turn; ++i) {
        auto const event = reader.next_event();
        if (!event) break;
        if (handle(*event)) continue;
        home_->loop_.counters().dropped_bytes += held;
        return {};
    }
    auto const rest = reader.unread();
    if (reader.is_midway()) own_state().reader.emplace(std::move(reader));
    if (rest.empty()) drop_state();
    return rest;
}

void link::keep_unread(std::span<char const> rest)
{
    if (rest.empty()) return;
    auto& mine = own_state();
    mine.unread.reserve(rest.size() + loop::read_slack);
    mine.unread.assign(rest.data(), rest.size());
    mine.unread.append(loop::read_slack, '\0');
    mine.unread_at = 0;
    home_->loop_.again(*this);
}

void link::mark_dirty()
{
    if ((flags_ & is_dirty) == 0) home_->flush_later(*this);
    flags_ |= is_dirty;
}

// Answers whether to go on reading.
bool link::handle(websocket::reader_event const& event)
{
    if (auto const* const message = std::get_if<websocket::message>(&event)) {
        if ((flags_ & is_closing) != 0) return true;
        ++home_->loop_.counters().messages;
        owner_->on_message(*this, message->is_binary, message->data);
    } else if (auto const* const ping = std::get_if<websocket::ping>(&event)) {
        queue_pong(ping->payload);
    } else if (auto const* const close = std::get_if<websocket::close>(&event)) {
        bool const answered = (flags_ & is_closing) != 0;
        if (!answered) queue_close(close->code, {});
        end({static_cast<std::uint16_t>(close->code), true, errc::disconnected});
        finish();
    } else if (auto const* const failure = std::get_if<websocket::failure>(&event)) {
        if ((flags_ & is_closing) == 0) queue_close(failure->code, {});
        end({static_cast<std::uint16_t>(failure->code), false, failure->error});
        finish();
    }
    return descriptor_ >= 0 && owner_ != nullptr;
}

websocket::role link::role() const noexcept
{
    return (flags_ & is_client) != 0 ? websocket::role::client : websocket::role::server;
}

// RFC 6455 section 10.3: a key that the sender of the payload cannot foresee, fresh for each frame.
std::optional<websocket::mask_key> link::next_mask()
{
    if ((flags_ & is_client) == 0) return std::nullopt;
    return std::bit_cast<websocket::mask_key>(home_->tools_->masks.bytes<4>());
}

void link::send_text(std::string_view text)
{
    if (descriptor_ < 0 || !owner_ || (flags_ & (is_closing | is_broken)) != 0) return;
    websocket::append_frame(own_state().control, {.code = websocket::opcode::text, .mask = next_mask()}, text);
    mark_dirty();
}

// The answers wait for the end of the turn. A flood of pings from someone who reads none of them ends the link.
void link::queue_pong(std::string_view payload)
{
    if ((flags_ & is_closing) != 0) return;
    auto& mine = own_state();
    if (mine.pongs >= options_->max_pending_pongs) {
        end({static_cast<std::uint16_t>(websocket::close_code::policy_violation), false, errc::limit_exceeded});
        return close_descriptor();
    }
    ++mine.pongs;
    ++home_->loop_.counters().pongs;
    websocket::append_frame(mine.control, {.code = websocket::opcode::pong, .mask = next_mask()}, payload);
    mark_dirty();
}

void link::queue_close(websocket::close_code code, std::string_view reason)
{
    websocket::append_close(own_state().control, code, reason, next_mask());
    flags_ |= is_closing;
    mark_dirty();
}

void link::close(std::uint16_t code, std::string_view reason)
{
    if (descriptor_ < 0 || !owner_ || (flags_ & (is_closing | is_broken)) != 0) return;
    queue_close(static_cast<websocket::close_code>(code), reason);
    home_->loop_.schedule(*this, home_->loop_.now() + options_->close_timeout);
}

void link::abort()
{
    owner_ = nullptr;
    close_descriptor();
}

void link::end(link_end how)
{
    if (auto* const owner = std::exchange(owner_, nullptr)) owner->on_link_closed(*this, how);
}

// After the last frame: says that no more will come, and listens for the other end to say the same.
void link::finish()
{
    if (descriptor_ < 0) return;
    if (offset_ != 0) return close_descriptor(); // in the middle of a frame nothing else can be said
    flush_own();
    if (descriptor_ < 0) return;
    if (blocked() || has_own() || (flags_ & is_broken) != 0) return close_descriptor();
    byte_stream::finish(descriptor_, tls_.get());
    flags_ |= is_lingering;
    if ((flags_ & is_watching) != 0) home_->loop_.change(*this, EPOLLIN);
    home_->loop_.schedule(*this, home_->loop_.now() + options_->close_timeout);
}

void link::drop_input()
{
    auto const got = byte_stream::read(descriptor_, nullptr, home_->loop_.read_buffer(), home_->loop_.counters());
    if (got.status == io_status::blocked) return;
    own_state().lingered += got.bytes;
    if (got.status != io_status::done || state_->lingered > drained_bytes) close_descriptor();
}

void link::on_deadline(time_point)
{
    ++home_->loop_.counters().timeouts;
    end({static_cast<std::uint16_t>(websocket::close_code::abnormal), false, errc::timed_out});
    close_descriptor();
}

bool link::report_broken()
{
    if (descriptor_ < 0) return false;
    bool const told = owner_ != nullptr;
    end({});
    close_descriptor();
    return told;
}

void link::close_descriptor()
{
    if (descriptor_ < 0) return;
    if (blocked()) {
        // What the kernel still holds for somebody who does not read is thrown away with a reset, not kept for minutes.
        ::linger const at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (tls_ && (flags_ & is_lingering) == 0) {
        byte_stream::finish(descriptor_, tls_.get());
    }
    home_->loop_.counters().dropped_bytes += held_bytes();
    home_->loop_.remove(*this);
    ::close(std::exchange(descriptor_, -1));
    home_->release(slot_);
}

} // namespace partyline::net
