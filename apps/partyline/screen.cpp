#include "apps/partyline/screen.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include "apps/partyline/clock.hpp"
#include "apps/partyline/word.hpp"

namespace partyline_tool {

namespace {

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view normal = "\x1b[0m";

[[nodiscard]] bool has_colours(std::string_view wish, int descriptor)
{
    if (wish != "auto") return wish == "always";
    auto const* const no = std::getenv("NO_COLOR");
    auto const* const terminal = std::getenv("TERM");
    return !(no && *no) && !(terminal && std::string_view(terminal) == "dumb") && ::isatty(descriptor) == 1;
}

} // namespace

screen::screen(settings const& with, ending& end)
    : with_(with),
      end_(end),
      colours_out_(has_colours(with.colour, STDOUT_FILENO)),
      colours_err_(has_colours(with.colour, STDERR_FILENO))
{}

void screen::line(std::string text)
{
    constexpr std::size_t always_fits = 4096; // where poll says that a pipe takes something
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty() && !end_.is_over()) {
        pollfd wait[2] = {{STDOUT_FILENO, POLLOUT, 0}, {end_.descriptor(), POLLIN, 0}};
        if (::poll(wait, 2, -1) < 0 && errno != EINTR) break;
        if (wait[0].revents == 0) continue;
        auto const written = ::write(STDOUT_FILENO, rest.data(), std::min(rest.size(), always_fits));
        if (written >= 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno == EPIPE)
            end_.finish(exit_code::good);
        else if (errno != EINTR && errno != EAGAIN)
            end_.finish(exit_code::cannot_write, std::string("cannot write: ") + std::strerror(errno));
    }
}

void screen::life(verbosity level, std::string_view kind, partyline::value::object const& facts,
                  std::string_view sentence)
{
    if (!with_.life_as_json) return note(level, sentence);
    json_line made(colours_out_);
    made.add("life", kind);
    for (auto const& [key, content] : facts) made.add(key, content);
    line(std::move(made.add("time", milliseconds_since_1970())).finish());
}

void screen::note(verbosity level, std::string_view sentence)
{
    if (with_.talks >= level) say("* ", sentence, dim);
}

void screen::complain(std::string_view sentence) { say("partyline: ", sentence, red); }

void screen::say(std::string_view before, std::string_view sentence, std::string_view colour)
{
    std::string text;
    if (colours_err_) text += colour;
    text.append(before).append(printable(sentence));
    if (colours_err_) text += normal;
    text += '\n';
    [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text.data(), text.size()); // nobody else to tell
}

} // namespace partyline_tool
