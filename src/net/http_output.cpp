// Text and body leave in one call where the descriptor is plain.
#include "net/http_output.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <sys/uio.h>

namespace partyline::net {

void http_output::set_body(binary bytes)
{
    body_ = std::make_unique<binary>(std::move(bytes));
    body_at_ = 0;
}

io_status http_output::write(int descriptor, ssl_st* tls, net_counters& counters)
{
    while (!empty()) {
        std::span<char const> const text(text_.data() + at_, text_.size() - at_);
        std::span<char const> body;
        if (body_) body = std::span<char const>(body_->text()).subspan(body_at_);
        io_result done{};
        if (!tls && !text.empty() && !body.empty()) {
            iovec const pieces[] = {{const_cast<char*>(text.data()), text.size()},
                                    {const_cast<char*>(body.data()), body.size()}};
            done = byte_stream::write_pieces(descriptor, pieces, counters);
        } else {
            done = byte_stream::write(descriptor, tls, text.empty() ? body : text, counters);
        }
        consume(done.bytes);
        if (done.status != io_status::done) return done.status;
    }
    return io_status::done;
}

void http_output::consume(std::size_t bytes) noexcept
{
    std::size_t const from_text = std::min(bytes, text_.size() - at_);
    at_ += from_text;
    body_at_ += bytes - from_text;
    if (at_ == text_.size()) {
        at_ = 0;
        text_.clear();
        if (text_.capacity() > large) text_.shrink_to_fit();
    }
    if (body_ && body_at_ == body_->size()) body_.reset();
}

} // namespace partyline::net
