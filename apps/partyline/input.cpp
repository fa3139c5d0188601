#include "apps/partyline/input.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace partyline_tool {

namespace {

[[nodiscard]] bool says_something()
{
    struct stat facts
    {};
    if (::fstat(STDIN_FILENO, &facts) != 0) return false;
    return !S_ISCHR(facts.st_mode) || ::isatty(STDIN_FILENO) == 1;
}

} // namespace

input::input() : wish_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), exists_(says_something())
{
    if (wish_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

input::~input() { ::close(wish_); }

void input::allow()
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wish_, &one, sizeof one); // cannot be full
}

void input::take_wish()
{
    std::uint64_t count = 0;
    wanted_ = ::read(wish_, &count, sizeof count) == sizeof count || wanted_;
}

std::optional<std::vector<std::string>> input::read()
{
    if (ended_) return std::nullopt;
    std::string piece(std::size_t{1} << 16, '\0');
    auto const count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::vector<std::string>();
    ended_ = count <= 0;
    auto lines = ended_ ? splitter_.finish() : splitter_.take({piece.data(), static_cast<std::size_t>(count)});
    // what is half a line goes on without asking
    wanted_ = lines.empty();
    return lines;
}

} // namespace partyline_tool
