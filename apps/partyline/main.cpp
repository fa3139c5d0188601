// The netcat of Socket.IO: from the command line to a conversation, and to an exit code. The client's thread does the talking; this one
// reads standard input and waits for signals and for the end. README.md has sessions, `partyline --help` everything else.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <vector>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apps/partyline/command_line.hpp"
#include "apps/partyline/completion.hpp"
#include "apps/partyline/connection.hpp"
#include "apps/partyline/ping.hpp"
#include "apps/partyline/talk.hpp"

namespace {

using namespace partyline_tool;

int status(exit_code code) { return static_cast<int>(code); }

/// SIGINT and SIGTERM as something to be read; a broken pipe as an error of `write`.
int signals()
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

exit_code code_of_signal(int descriptor)
{
    signalfd_siginfo what{};
    if (::read(descriptor, &what, sizeof what) != sizeof what) return exit_code::terminated;
    return what.ssi_signo == SIGINT ? exit_code::interrupted : exit_code::terminated;
}

/// Whether there may be more.
bool read_input(input& in, activity& doing, ending& end)
{
    try {
        auto lines = in.read();
        if (!lines) doing.input_over();
        if (lines && !lines->empty()) doing.take(std::move(*lines));
        return lines.has_value();
    } catch (std::length_error const& why) {
        end.finish(exit_code::usage, why.what());
        return false;
    }
}

/// Until somebody says that it is over.
void work(ending& end, input& in, activity& doing, int signal)
{
    bool input_is_over = !in.exists();
    while (!end.is_over()) {
        bool const reads = in.is_wanted() && !input_is_over;
        pollfd wait[4] = {{end.descriptor(), POLLIN, 0},
                          {signal, POLLIN, 0},
                          {in.wish(), POLLIN, 0},
                          {reads ? STDIN_FILENO : -1, POLLIN, 0}};
        if (::poll(wait, 4, -1) < 0) continue;
        if (wait[1].revents != 0) doing.interrupt(code_of_signal(signal));
        if (wait[2].revents != 0) in.take_wish();
        if (wait[3].revents != 0) input_is_over = !read_input(in, doing, end);
    }
}

/// What is queued still leaves, unless it takes too long, or somebody is in a hurry.
void hang_up(connection& through, ending& closed, std::chrono::milliseconds limit, int signal)
{
    through.close().then([&closed](partyline::result<void> const&) { closed.finish(exit_code::good); });
    pollfd wait[2] = {{closed.descriptor(), POLLIN, 0}, {signal, POLLIN, 0}};
    ::poll(wait, 2, static_cast<int>(limit.count()));
}

int converse(settings const& with, std::vector<std::string> const& warnings)
{
    constexpr std::chrono::milliseconds in_a_hurry(1'000);
    auto const signal = signals();
    // Static: handlers run on the client's thread, which ends with the program, before these do.
    static ending end;
    static ending closed;
    static screen out(with, end);
    static input in;
    for (auto const& each : warnings) out.note(verbosity::normal, each);
    if (with.line.tls.dangerously_accept_any_certificate)
        out.complain("--insecure: no certificate is checked; whoever stands between reads and changes everything");
    static std::unique_ptr<activity> doing;
    static connection through(with, out, end);
    if (with.what == command::ping)
        doing = std::make_unique<ping>(with, through, out, end);
    else
        doing = std::make_unique<talk>(with, through, out, end, in);
    doing->begin();
    work(end, in, *doing, signal);

    bool const was_asked = end.code() == exit_code::interrupted || end.code() == exit_code::terminated;
    hang_up(through, closed, was_asked ? in_a_hurry : with.line.linger, signal);
    if (!end.sentence().empty()) out.complain(end.sentence());
    return status(end.code());
}

} // namespace

int main(int count, char** words)
{
    static settings with; // as above
    command_line line;
    try {
        auto read = line.parse({words + 1, words + count});
        if (!read) {
            std::cout << line.page() << std::flush;
            return status(exit_code::good);
        }
        with = std::move(*read);
        if (with.what == command::completion) {
            std::cout << completion(line.grammar(), with.shell) << std::flush;
            return status(exit_code::good);
        }
        return converse(with, line.warnings());
    } catch (usage_error const& why) {
        std::cerr << "partyline: " << why.what() << "\nTry partyline --help.\n";
    } catch (partyline::error const& why) {
        std::cerr << "partyline: " << why.what() << '\n';
    } catch (std::system_error const& why) {
        std::cerr << "partyline: " << why.what() << '\n';
    }
    return status(exit_code::usage);
}
