#include "apps/partyline/ending.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace partyline_tool {

ending::ending() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

ending::~ending() { ::close(descriptor_); }

void ending::finish(exit_code code, std::string sentence)
{
    if (taken_.exchange(true)) return;
    code_ = code;
    sentence_ = std::move(sentence);
    over_.store(true, std::memory_order_release);
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(descriptor_, &one, sizeof one); // cannot be full
}

} // namespace partyline_tool
