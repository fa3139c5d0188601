// The writing half of a link. Plain bytes are sent straight out of the shared messages, in one call, and the link remembers
// no more than an offset. Bytes that cannot be made again (TLS records begun, compressed with context) are kept as `rest`.
#include <algorithm>
#include <utility>

#include <sys/epoll.h>
#include <sys/uio.h>

#include "net/byte_stream.hpp"
#include "net/connections.hpp"
#include "net/link.hpp"
#include "net/link_state.hpp"
#include "net/link_tools.hpp"
#include "websocket/frame.hpp"

namespace partyline::net {

namespace {

constexpr std::size_t joined_at_most = 65'536; // beyond, gathering costs less than copying
constexpr std::size_t pieces_at_most = 256;

} // namespace

frame_pieces link::form() const
{
    bool const base64 = (flags_ & says_base64) != 0;
    if (window_bits_ == 0) return {.base64 = base64};
    return {&home_->tools_->deflater, window_bits_, options_->compress_threshold, base64};
}

bool link::has_own() const noexcept { return state_ && (!state_->rest.empty() || !state_->control.empty()); }

std::size_t link::kept_bytes() const noexcept { return state_ ? state_->rest.size() + state_->control.size() : 0; }

// These, and what it has received of a message that is not complete.
std::size_t link::held_bytes() const noexcept
{
    if (!state_) return 0;
    return kept_bytes() + state_->unread.size() + (state_->reader ? state_->reader->bytes_held() : 0);
}

std::size_t link::write(std::span<engineio::delivery_ref const> queue)
{
    if (descriptor_ < 0 || blocked() || (flags_ & (is_lingering | is_broken)) != 0) return 0;
    if ((flags_ & is_closing) != 0)
        queue = queue.first(std::min<std::size_t>(queue.size(), offset_ != 0)); // nothing follows a close frame
    if (queue.empty() && !has_own()) return 0;
    std::size_t done = 0;
    if (tls_ || (flags_ & is_client) != 0 || (state_ && state_->deflater))
        done = write_copies(queue);
    else if (offset_ != 0 || has_own())
        done = write_in_order(queue);
    else
        done = write_joined(queue);
    drop_state();
    return done;
}

// The usual case: nothing of an earlier write is left.
std::size_t link::write_joined(std::span<engineio::delivery_ref const> queue)
{
    frame_pieces const how = form();
    std::string_view single;
    std::size_t pieces = 0;
    std::size_t total = 0;
    for (auto const& item : queue) {
        how.for_each(*item, [&](std::string_view piece) {
            single = piece;
            ++pieces;
            total += piece.size();
        });
        if (total > joined_at_most) break;
    }
    if (total > joined_at_most && (pieces > 1 || queue.size() > 1)) return write_in_order(queue);
    if (pieces > 1) single = home_->tools_->joins.join(queue, how, home_->loop_.counters());
    std::size_t taken = 0;
    settle(send(single, taken));
    return taken == total ? queue.size() : account(queue, taken);
}

// In the order in which bytes have to leave: what was begun, the delivery in progress, control frames, the other deliveries.
std::size_t link::write_in_order(std::span<engineio::delivery_ref const> queue)
{
    frame_pieces const how = form();
    auto& pieces = home_->tools_->pieces;
    std::size_t done = 0;
    for (;;) {
        pieces.clear();
        std::size_t asked = 0;
        auto const add = [&](std::string_view piece) {
            if (pieces.size() == pieces_at_most) return; // the rest in another call
            pieces.push_back({const_cast<char*>(piece.data()), piece.size()});
            asked += piece.size();
        };
        std::size_t skip = offset_;
        auto const add_control = [&] {
            if (state_ && !state_->control.empty()) add(state_->control);
        };
        if (state_ && !state_->rest.empty()) add(state_->rest);
        if (skip == 0) add_control();
        for (std::size_t i = done; i < queue.size() && pieces.size() < pieces_at_most; ++i) {
            how.for_each(*queue[i], [&](std::string_view piece) {
                std::size_t const skipped = std::min(skip, piece.size());
                skip -= skipped;
                if (skipped != piece.size()) add(piece.substr(skipped));
            });
            if (i == done && offset_ != 0) add_control();
        }
        if (asked == 0) return done;

        std::size_t taken = 0;
        io_status status;
        if (pieces.size() == 1) {
            status = send({static_cast<char const*>(pieces[0].iov_base), pieces[0].iov_len}, taken);
        } else if (asked <= joined_at_most) {
            auto& scratch = home_->tools_->scratch;
            scratch.clear();
            for (iovec const& piece : pieces) scratch.append(static_cast<char const*>(piece.iov_base), piece.iov_len);
            status = send(scratch, taken);
        } else {
            auto const sent = byte_stream::write_pieces(descriptor_, pieces, home_->loop_.counters());
            status = sent.status;
            taken = sent.bytes;
        }
        done += account(queue.subspan(done), taken);
        if (status != io_status::done || done == queue.size()) {
            settle(status);
            return done;
        }
    }
}

// With TLS, context takeover or masks: everything is copied first, in slices, and what was copied counts as written.
std::size_t link::write_copies(std::span<engineio::delivery_ref const> queue)
{
    std::string& scratch = home_->tools_->scratch;
    frame_pieces const how = form();
    std::size_t done = 0;
    for (;;) {
        scratch.clear();
        if (state_) scratch = std::exchange(state_->rest, {});
        auto const take_control = [&] {
            if (!state_) return;
            scratch += std::exchange(state_->control, {});
            state_->pongs = 0;
        };
        if (offset_ == 0) take_control();
        while (done < queue.size() && scratch.size() < joined_at_most) {
            engineio::delivery& item = *queue[done];
            if ((flags_ & is_client) != 0 || (state_ && state_->deflater)) {
                append_frames(item, scratch);
            } else {
                std::size_t skip = offset_;
                std::size_t room = joined_at_most - scratch.size();
                bool whole = true;
                how.for_each(item, [&](std::string_view piece) {
                    std::size_t const skipped = std::min(skip, piece.size());
                    skip -= skipped;
                    auto const part = piece.substr(skipped, room);
                    whole = whole && skipped + part.size() == piece.size();
                    room -= part.size();
                    offset_ += part.size();
                    scratch += part;
                });
                if (!whole) break;
            }
            offset_ = 0;
            ++done;
            take_control();
        }
        std::size_t taken = 0;
        io_status const status = scratch.empty() ? io_status::done : send(scratch, taken);
        if (status != io_status::done && taken < scratch.size()) own_state().rest.assign(scratch, taken);
        if (status != io_status::done || done == queue.size()) {
            settle(status);
            return done;
        }
    }
}

// Frames that are this link's alone: masked, or compressed with its own context (RFC 7692 section 7.2.1), in which each message can
// be compressed only once, in its place.
void link::append_frames(engineio::delivery& item, std::string& out)
{
    bool const masks = (flags_ & is_client) != 0;
    for (std::size_t i = 0; i < item.parts().size(); ++i) {
        auto const& part = item.parts()[i];
        bool const as_text = part.is_binary && (flags_ & says_base64) != 0;
        auto const code = part.is_binary && !as_text ? websocket::opcode::binary : websocket::opcode::text;
        std::string payload;
        if (as_text) {
            if (masks)
                websocket::append_frame(out, {.code = code, .mask = next_mask()}, item.polling_packet(i));
            else
                out += item.base64_frame(i);
        } else if (deflate(item, i, payload)) {
            websocket::append_frame(out, {.code = code, .rsv1 = true, .mask = next_mask()}, payload);
        } else if (masks) {
            websocket::append_frame(out, {.code = code, .mask = next_mask()}, part.packet());
        } else {
            out += part.frame_head();
            out += part.frame_tail();
        }
    }
}

// Whether the part was worth compressing, with the link's own compressor or the loop's.
bool link::deflate(engineio::delivery const& item, std::size_t part, std::string& out)
{
    if (!item.deflatable(part, options_->compress_threshold)) return false;
    auto const packet = item.parts()[part].packet();
    if (state_ && state_->deflater) return static_cast<bool>(state_->deflater->deflate(packet, out));
    return window_bits_ != 0 && home_->tools_->deflater.deflate_message(packet, window_bits_, out);
}

// Counts `taken` bytes off, in the order of `write_in_order`. Answers how many deliveries are complete.
std::size_t link::account(std::span<engineio::delivery_ref const> queue, std::size_t taken)
{
    frame_pieces const how = form();
    if (state_ && !state_->rest.empty()) {
        std::size_t const of_rest = std::min(taken, state_->rest.size());
        state_->rest.erase(0, of_rest);
        taken -= of_rest;
        if (!state_->rest.empty()) return 0;
    }
    std::size_t done = 0;
    auto const next_delivery = [&] {
        std::size_t const left = how.size(*queue[done]) - offset_;
        if (taken < left) {
            offset_ += taken;
            taken = 0;
            return false;
        }
        taken -= left;
        offset_ = 0;
        ++done;
        return true;
    };
    if (offset_ != 0 && (queue.empty() || !next_delivery())) return 0;
    if (state_ && !state_->control.empty()) {
        if (taken == 0) return done;
        if (taken < state_->control.size()) {
            state_->rest.assign(state_->control, taken);
            taken = 0;
        } else {
            taken -= state_->control.size();
        }
        state_->control.clear();
        state_->pongs = 0;
    }
    while (taken != 0 && done < queue.size() && next_delivery()) {
    }
    return done;
}

io_status link::send(std::string_view bytes, std::size_t& taken)
{
    auto const sent = byte_stream::write(descriptor_, tls_.get(), bytes, home_->loop_.counters());
    taken = sent.bytes;
    return sent.status;
}

void link::settle(io_status status)
{
    if (status == io_status::blocked) {
        flags_ |= is_blocked;
        if ((flags_ & is_watching) == 0) home_->loop_.change(*this, EPOLLIN | EPOLLOUT);
        flags_ |= is_watching;
    } else if (status != io_status::done) {
        flags_ |= is_broken;
        home_->report_later(*this);
    } else if ((flags_ & is_watching) != 0) {
        home_->loop_.change(*this, EPOLLIN);
        flags_ &= static_cast<std::uint16_t>(~is_watching);
    }
}

// At the end of a turn: control frames, and what was begun, if the owner wrote nothing that they could go with. In the middle of
// a delivery they wait for its next write.
void link::flush_own()
{
    flags_ &= static_cast<std::uint16_t>(~is_dirty);
    if (descriptor_ < 0 || blocked() || (flags_ & (is_lingering | is_broken)) != 0) return;
    if (has_own() && (offset_ == 0 || !state_->rest.empty())) {
        [[maybe_unused]] auto const none = write({});
    } else if ((flags_ & is_watching) != 0) {
        settle(io_status::done);
    }
}

} // namespace partyline::net
