// The life of an HTTP connection: readiness, writing, time limits and ends. Requests and answers are in http_exchange.cpp.
#include "net/http_connection.hpp"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/byte_stream.hpp"
#include "net/connections.hpp"

namespace partyline::net {

namespace {

constexpr std::size_t output_enough = 65'536; // no further request is read while so much of the answers is unwritten

std::chrono::milliseconds shorter(std::chrono::milliseconds a, std::chrono::milliseconds b) noexcept
{
    if (a.count() <= 0) return b;
    return b.count() <= 0 ? a : std::min(a, b);
}

} // namespace

http_connection::http_connection(connections& home, std::uint32_t slot, int descriptor, tls_state tls,
                                 connection_info info)
    : channel(descriptor), home_(home), tls_(std::move(tls)), info_(std::move(info)), slot_(slot)
{}

http_connection::~http_connection()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool http_connection::enlist()
{
    watched_ = EPOLLIN | EPOLLRDHUP;
    if (home_.loop_.add(*this, watched_)) return true;
    close();
    return false;
}

void http_connection::begin()
{
    if (!enlist()) return;
    auto const& options = home_.options_;
    if (tls_) {
        set_limit(home_.loop_.now(), options.tls_handshake);
    } else {
        phase_ = phase::idle;
        set_limit(home_.loop_.now(), options.headers);
    }
}

bool http_connection::resume(std::string unread)
{
    kept_ = std::move(unread);
    phase_ = phase::waiting;
    upgrade_ = announced_ = true;
    keep_alive_ = silent_ = false;
    return enlist();
}

// Reading is stopped while more than is allowed was sent ahead; the end of the other side is still heard then.
void http_connection::watch()
{
    std::uint32_t events = 0;
    bool const full = kept_.size() >= home_.options_.max_pipelined;
    if (!input_over_) events |= EPOLLRDHUP;
    if (!input_over_ && !full) events |= EPOLLIN;
    if (!output_.empty() || byte_stream::wants_write(tls_.get())) events |= EPOLLOUT;
    if (events != watched_) home_.loop_.change(*this, watched_ = events);
}

void http_connection::on_ready(std::uint32_t events)
{
    if (phase_ == phase::lingering) return drop_input();
    if ((events & EPOLLOUT) != 0 && !output_.empty()) flush();
    if (phase_ == phase::closed) return;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        // Too much was sent ahead to read on: then the end of the other side is all that can have come.
        if ((watched_ & EPOLLIN) == 0 && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) return input_ended();
        receive();
    } else if (byte_stream::wants_write(tls_.get())) {
        receive();
    }
}

// Bytes were left: ours, or TLS's, of which the descriptor says nothing.
void http_connection::on_again()
{
    if (phase_ == phase::closed || phase_ == phase::lingering) return;
    if (!kept_.empty() && !must_wait()) return process_kept();
    bool const full = kept_.size() >= home_.options_.max_pipelined;
    if (!full && byte_stream::has_buffered(tls_.get())) receive();
}

void http_connection::receive()
{
    auto const buffer = home_.loop_.read_buffer();
    io_result const got = byte_stream::read(descriptor_, tls_.get(), buffer, home_.loop_.counters());
    if (phase_ == phase::handshake && byte_stream::established(tls_.get())) {
        phase_ = phase::idle;
        set_limit(home_.loop_.now(), home_.options_.headers);
    }
    if (got.bytes != 0 && !closing_) {
        std::string_view const input(buffer.data(), got.bytes);
        if (must_wait() || !kept_.empty())
            keep(input);
        else
            process(input);
        if (phase_ == phase::closed) return;
    }
    if (got.status == io_status::failed) {
        if (phase_ == phase::handshake) ++home_.loop_.counters().tls_failures;
        abandon();
        return;
    }
    if (got.status == io_status::ended) return input_ended();
    if (byte_stream::has_buffered(tls_.get())) home_.loop_.again(*this);
    watch();
}

// Whether what arrives has to be kept for later.
bool http_connection::must_wait() const noexcept
{
    return phase_ == phase::waiting || closing_ || output_.size() >= output_enough || output_.has_body();
}

void http_connection::keep(std::string_view input) { kept_.append(input); }

std::size_t http_connection::held_bytes() const noexcept
{
    return kept_.size() + output_.size() + (reader_ ? reader_->buffered() : 0);
}

bool http_connection::flush()
{
    dirty_ = false;
    if (phase_ == phase::closed || phase_ == phase::lingering) return false;
    auto const status = output_.write(descriptor_, tls_.get(), home_.loop_.counters());
    if (status == io_status::blocked) {
        set_limit(home_.loop_.now(), home_.options_.stalled);
        watch();
        return false;
    }
    if (status != io_status::done) return abandon();
    if (closing_) {
        if (linger_ && !input_over_)
            linger();
        else
            close();
        return false;
    }
    if (phase_ == phase::idle && input_over_ && kept_.empty()) {
        close();
        return false;
    }
    enter(phase_);
    if (!must_wait() && (!kept_.empty() || byte_stream::has_buffered(tls_.get()))) home_.loop_.again(*this);
    watch();
    return false;
}

void http_connection::linger()
{
    byte_stream::finish(descriptor_, tls_.get());
    phase_ = phase::lingering;
    home_.loop_.counters().dropped_bytes += held_bytes();
    kept_ = {};
    reader_.reset();
    set_limit(home_.loop_.now(), home_.options_.linger);
    watch();
}

void http_connection::drop_input()
{
    auto const got = byte_stream::read(descriptor_, nullptr, home_.loop_.read_buffer(), home_.loop_.counters());
    lingered_ += got.bytes;
    if (got.status == io_status::blocked) return;
    if (got.status != io_status::done || lingered_ > home_.options_.linger_bytes) close();
}

// The other side sends no more. One that waits for an answer has given up; one that has been answered still gets what is its own.
void http_connection::input_ended()
{
    input_over_ = true;
    if (waiting() || phase_ == phase::handshake) {
        abandon();
    } else if (!kept_.empty() && !must_wait()) {
        home_.loop_.again(*this);
        watch();
    } else if (output_.empty()) {
        close();
    } else {
        watch();
    }
}

bool http_connection::abandon()
{
    bool const told = announced_;
    exchange_id const over = home_.id_of(slot_);
    close();
    if (told) home_.host_.on_aborted(over);
    return told;
}

void http_connection::close()
{
    if (phase_ == phase::closed) return;
    if (!output_.empty()) {
        // What the kernel still holds for somebody who does not read is thrown away with a reset, not kept for minutes.
        ::linger const at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (tls_ && phase_ != phase::lingering) {
        byte_stream::finish(descriptor_, tls_.get());
    }
    home_.loop_.counters().dropped_bytes += held_bytes();
    leave();
    ::close(std::exchange(descriptor_, -1));
}

detached_connection http_connection::detach()
{
    leave();
    return detached_connection(std::exchange(descriptor_, -1), std::move(tls_), std::move(kept_), std::move(info_));
}

// Out of the loop's set and of the table; the object stays until the end of the turn.
void http_connection::leave()
{
    phase_ = phase::closed;
    announced_ = false;
    home_.loop_.remove(*this);
    home_.release(slot_);
}

void http_connection::drain()
{
    if (phase_ == phase::idle && !closing_ && output_.empty() && kept_.empty()) close();
}

void http_connection::enter(phase next)
{
    phase_ = next;
    auto const& options = home_.options_;
    auto const now = home_.loop_.now();
    switch (next) {
    case phase::idle:
        set_limit(now, closing_ || !output_.empty() ? options.stalled : options.keep_alive);
        break;
    case phase::head:
        set_limit(request_began_, shorter(options.headers, options.request));
        break;
    case phase::body:
        set_limit(request_began_, options.request);
        break;
    default:
        limit_ = time_point::max();
    }
}

// A deadline that only moves later stays where it is in the queue until it is called.
void http_connection::set_limit(time_point begin, std::chrono::milliseconds limit)
{
    limit_ = limit.count() > 0 ? begin + limit : time_point::max();
    if (limit_ == time_point::max()) return;
    auto const scheduled = home_.loop_.deadlines().deadline_of(*this);
    if (!scheduled || *scheduled > limit_) home_.loop_.schedule(*this, limit_);
}

void http_connection::on_deadline(time_point now)
{
    if (limit_ > now) {
        if (limit_ != time_point::max()) home_.loop_.schedule(*this, limit_);
        return;
    }
    ++home_.loop_.counters().timeouts;
    bool const in_request = phase_ == phase::head || phase_ == phase::body;
    if (!closing_ && output_.empty() && (in_request || silent_) && phase_ != phase::handshake)
        refuse(408);
    else
        abandon();
}

} // namespace partyline::net
