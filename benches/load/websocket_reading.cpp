// From bytes to messages. Only what a server may send unasked is understood; anything else counts as bad.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "load/websocket_share.hpp"
#include "load/wire.hpp"

namespace sioload {

namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

unsigned byte(char c) { return static_cast<unsigned char>(c); }

struct head
{
    std::size_t size = 2; ///< of the header
    std::size_t payload = 0;
    bool complete = false;
};

head read_head(char const* data, std::size_t here)
{
    head read;
    if (here < 2) return read;
    read.payload = byte(data[1]) & 0x7f;
    std::size_t const extended = read.payload == 126 ? 2 : read.payload == 127 ? 8 : 0;
    read.size = 2 + extended;
    if (here < read.size) return read;
    if (extended != 0) read.payload = 0;
    for (std::size_t i = 0; i < extended; ++i) read.payload = read.payload << 8 | byte(data[2 + i]);
    read.complete = true;
    return read;
}

} // namespace

void websocket_share::readable(connection& c)
{
    for (;;) {
        if (c.to_skip >= 32'768 && c.at == step::up) {
            if (discard(c)) continue;
            break;
        }
        std::size_t const before = c.incomplete.size();
        std::memcpy(buffer_ - before, c.incomplete.data(), before);
        auto const got = ::recv(c.socket, buffer_, buffer_size, MSG_DONTWAIT);
        if (got <= 0) {
            if (got < 0 && would_block()) break;
            return drop(c);
        }
        auto const when = now();
        c.incomplete.clear();
        if (c.at == step::http)
            http(c, buffer_, static_cast<std::size_t>(got), when);
        else
            parse(c, buffer_ - before, buffer_ + got, when);
        if (c.socket < 0) return;
        if (static_cast<std::size_t>(got) < buffer_size) break;
    }
    if (c.socket >= 0 && c.arrived != 0) scenario_->on_read(c, now());
}

/// Throws the body of a large message away within the kernel. False: there is no more for now, or the connection is gone.
bool websocket_share::discard(connection& c)
{
    auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(c.to_skip, 1U << 30));
    auto const got = ::recv(c.socket, nullptr, most, MSG_TRUNC | MSG_DONTWAIT);
    if (got <= 0) {
        if (got == 0 || !would_block()) drop(c);
        return false;
    }
    c.to_skip -= static_cast<std::uint64_t>(got);
    if (c.to_skip == 0) skipped(c, now());
    return true;
}

void websocket_share::parse(connection& c, char const* data, char const* end, nanoseconds when)
{
    while (data < end && c.socket >= 0) {
        if (c.to_skip != 0) {
            auto const some = std::min<std::uint64_t>(c.to_skip, static_cast<std::uint64_t>(end - data));
            data += some;
            c.to_skip -= some;
            if (c.to_skip != 0) return;
            skipped(c, when);
            continue;
        }
        auto const here = static_cast<std::size_t>(end - data);
        auto const read = read_head(data, here);
        if (!read.complete) return keep(c, data, here);
        unsigned const first = byte(data[0]);
        bool const deflated = first == 0xC1 && options_.deflate;
        if ((byte(data[1]) & 0x80) != 0 || ((first & 0x70) != 0 && !deflated)) { // masked, or what was not agreed on
            ++counted_.bad;
            return drop(c);
        }
        arrival const part{data + read.size, read.payload, std::min(read.payload, here - read.size)};
        if (part.here < part.size) {
            bool const needed_whole = deflated || (first & 8) != 0 || c.at != step::up;
            std::size_t const least = needed_whole ? part.size : std::min<std::size_t>(part.size, 64);
            if (part.here < least) return keep(c, data, here);
            c.kind = rest::ignored;
            if ((first & 15) == 1) message(c, part, when);
            c.whole = (first & 0x80) != 0;
            c.to_skip = part.size - part.here;
            return;
        }
        if (first == 0x81) {
            message(c, part, when);
        } else if (deflated) {
            compressed(c, {part.data, part.size}, when);
        } else if ((first & 8) != 0) {
            control(c, first & 15, {part.data, part.size});
        } else if ((first & 15) == 1) { // the first of several fragments
            c.kind = rest::ignored;
            message(c, {part.data, part.size + 1, part.size}, when);
            c.whole = false;
        } else if ((first & 15) == 0 && (first & 0x80) != 0 && !c.whole) {
            c.whole = true;
            skipped(c, when);
        }
        data += read.size + read.payload;
    }
}

void websocket_share::message(connection& c, arrival const& part, nanoseconds when)
{
    if (c.at != step::up) return handshake_message(c, part.data, part.here);
    if (part.here == 0) return;
    if (part.data[0] == '4' && part.here >= 2) {
        if (part.data[1] == '2') return scenario_->on_event(c, part, when);
        if (part.data[1] == '3') {
            if (phase_ == phase::join)
                ++state_.joined;
            else
                scenario_->on_ack(c, part, when);
            return;
        }
        if (part.data[1] == '1') drop(c);
        return;
    }
    if (part.data[0] == '2') {
        ++counted_.pings;
        send(c, pong_);
    } else if (part.data[0] == '1') {
        drop(c);
    }
}

void websocket_share::compressed(connection& c, std::string_view data, nanoseconds when)
{
    ++counted_.compressed;
    auto const text = inflated_.text_of(data);
    if (!text) {
        ++counted_.bad;
        return drop(c);
    }
    message(c, {text->data(), text->size(), text->size()}, when);
}

void websocket_share::control(connection& c, unsigned opcode, std::string_view data)
{
    if (opcode == 8)
        drop(c);
    else if (opcode == 9)
        send(c, masked_frame(data, 10));
}

void websocket_share::skipped(connection& c, nanoseconds when)
{
    if (!c.whole) return;
    if (c.kind != rest::ignored) scenario_->on_rest(c, when);
    c.kind = rest::ignored;
}

void websocket_share::keep(connection& c, char const* data, std::size_t size)
{
    if (size > room_before) {
        ++counted_.bad;
        return drop(c);
    }
    c.incomplete.assign(data, size);
}

} // namespace sioload
