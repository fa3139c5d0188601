// Finds the end of a message head; see head_scanner.hpp. Each byte is looked at once, however the input is split.
#include "http/head_scanner.hpp"

#include <algorithm>
#include <utility>

#include "http/token.hpp"

namespace partyline::http {

namespace {

// Some old clients send an empty line behind a body; RFC 9112 section 2.2 asks to be patient with that.
constexpr std::size_t tolerated_before_message = 4;

} // namespace

head_scanner::verdict head_scanner::receive(std::string_view input, limits const& allowed, std::size_t& consumed)
{
    auto const before = buffer_.size();
    auto text = input;
    if (before != 0) {
        // What lies beyond the limit is not needed to see that it is exceeded.
        auto const room = allowed.head_bytes + tolerated_before_message + 1;
        buffer_.append(input.substr(0, room - std::min(before, room)));
        text = buffer_;
    }
    auto const found = scan(text, allowed);
    if (found == verdict::complete) {
        consumed = scanned_ - before;
    } else {
        consumed = input.size();
        if (found == verdict::incomplete && before == 0) buffer_.assign(input);
    }
    return found;
}

void head_scanner::clear() noexcept { *this = head_scanner{}; }

head_scanner::verdict head_scanner::scan(std::string_view text, limits const& allowed)
{
    auto const too_long = [&](std::size_t end) {
        if (lines_ == 0 && end - begin_ > allowed.first_line_bytes) return verdict::line_too_long;
        return end - begin_ > allowed.head_bytes ? verdict::head_too_long : verdict::incomplete;
    };
    while (true) {
        // Garbage (a TLS handshake, say) is refused at its first byte, not when a limit is reached.
        if (lines_ == 0 && line_begin_ < text.size() && text[line_begin_] != '\r' && !is_token_char(text[line_begin_]))
            return verdict::malformed;

        auto const end = text.find('\n', scanned_);
        if (end == text.npos) {
            scanned_ = text.size();
            return too_long(scanned_);
        }
        if (end == line_begin_ || text[end - 1] != '\r') return verdict::malformed; // bare LF: RFC 9112 section 2.2
        auto const line = text.substr(line_begin_, end - 1 - line_begin_);
        scanned_ = line_begin_ = end + 1;

        if (line.empty() && lines_ == 0) {
            if (scanned_ > tolerated_before_message) return verdict::malformed;
            begin_ = scanned_;
            continue;
        }
        if (auto const limit = too_long(scanned_); limit != verdict::incomplete) return limit;
        if (line.empty()) {
            head_ = text.substr(begin_, scanned_ - begin_);
            return verdict::complete;
        }
        if (line.front() == ' ' || line.front() == '\t') return verdict::malformed; // obs-fold: RFC 9112 section 5.2
        if (++lines_ > allowed.field_count + 1) return verdict::too_many_lines;
    }
}

} // namespace partyline::http
