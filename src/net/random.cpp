// getrandom with a buffer, so that an id does not cost a system call.
#include "net/random.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/random.h>

#include <partyline/error.hpp>

namespace partyline::net {

random::~random() { explicit_bzero(buffer_.data(), buffer_.size()); }

void random::fill(std::span<std::byte> out)
{
    while (!out.empty()) {
        if (used_ == buffer_.size()) {
            // More than 256 bytes may be cut short by a signal, so what came is counted.
            ssize_t const got = ::getrandom(buffer_.data(), buffer_.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) throw error(errc::system_failure, "getrandom");
            auto const size = static_cast<std::size_t>(got);
            used_ = buffer_.size() - size;
            std::memmove(buffer_.data() + used_, buffer_.data(), size);
        }
        std::size_t const size = std::min(out.size(), buffer_.size() - used_);
        std::memcpy(out.data(), buffer_.data() + used_, size);
        explicit_bzero(buffer_.data() + used_, size);
        used_ += size;
        out = out.subspan(size);
    }
}

} // namespace partyline::net
