// What an HTTP connection still has to write: heads and small bodies in one text, a large body beside it, not copied.
// It knows no HTTP.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <partyline/binary.hpp>

#include "net/byte_stream.hpp"

namespace partyline::net {

/// Thread: its connection's. Owner: the connection. Lifetime: the connection's.
class http_output
{
public:
    /// A body from this size on is kept as it is.
    static constexpr std::size_t large = 16'384;

    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] std::size_t size() const noexcept
    {
        return text_.size() - at_ + (body_ ? body_->size() - body_at_ : 0);
    }
    /// Where heads and small bodies are appended. Precondition: no large body waits.
    [[nodiscard]] std::string& text() noexcept { return text_; }
    [[nodiscard]] bool has_body() const noexcept { return body_ != nullptr; }
    /// Precondition: `!has_body()`.
    void set_body(binary bytes);
    /// Writes what can be written: one system call if nothing goes wrong (TLS: one for each record).
    io_status write(int descriptor, ssl_st* tls, net_counters& counters);

private:
    void consume(std::size_t bytes) noexcept;

    std::string text_;
    std::size_t at_ = 0;
    std::unique_ptr<binary> body_;
    std::size_t body_at_ = 0;
};

} // namespace partyline::net
