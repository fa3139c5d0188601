// Signals only leave a note in a pipe that the main thread reads. Those that end the process in a crash put the terminal back first.
#include "terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace chat {

namespace {

// Bracketed paste: a pasted text is told from typed keys.
constexpr std::string_view begin_drawing = "\x1b[?2004h", end_drawing = "\x1b[?2004l\x1b[?2026l\x1b[?25h\x1b[0m";
constexpr int patience = 1000;        // ms, with a reader who does not read while we end
constexpr std::size_t at_once = 4096; // bytes of a write, which a pipe that is ready takes without waiting

// What signal handlers need.
std::array<int, 2> notes{-1, -1};
::termios before{};
volatile std::sig_atomic_t changed = 0;

void leave_note(int number)
{
    int const kept = errno;
    auto const note = static_cast<char>(number);
    (void)!::write(notes[1], &note, 1);
    errno = kept;
}

/// Whether a signal has come that the main thread has not dealt with.
bool is_noted()
{
    ::pollfd note{notes[0], POLLIN, 0};
    return ::poll(&note, 1, 0) > 0;
}

bool is_in_foreground() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

void put_back()
{
    if (!changed || !is_in_foreground()) return; // in the background it is the shell's, as the shell likes it
    changed = 0;
    (void)!::write(STDOUT_FILENO, end_drawing.data(), end_drawing.size());
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

void crash(int number)
{
    put_back();
    (void)!::write(STDOUT_FILENO, "\r\n", 2);
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void on(int number, void (*handler)(int))
{
    struct sigaction action
    {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(number, &action, nullptr);
}

} // namespace

bool terminal::can_draw()
{
    char const* const kind = std::getenv("TERM");
    return ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO) && kind && *kind && std::string_view(kind) != "dumb";
}

terminal::terminal(bool keys) : keys_(keys)
{
    if (::pipe2(notes.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    on(SIGPIPE, SIG_IGN);
    for (int const number : {SIGINT, SIGTERM, SIGHUP}) on(number, leave_note);
    if (!keys_) return;
    ::tcgetattr(STDIN_FILENO, &before);
    for (int const number : {SIGTSTP, SIGCONT, SIGWINCH}) on(number, leave_note);
    for (int const number : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGQUIT, SIGSYS}) on(number, crash);
    enter();
}

terminal::~terminal()
{
    write_rest();
    leave();
}

void terminal::enter()
{
    auto with_keys = before;
    with_keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN); // signals stay
    with_keys.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON | INLCR);
    with_keys.c_cc[VMIN] = 1;
    with_keys.c_cc[VTIME] = 0;
    changed = 1;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &with_keys);
    std::lock_guard const lock(mutex_);
    unwritten_ += begin_drawing;
}

void terminal::leave() { put_back(); }

void terminal::sleep_until_continued()
{
    write_rest();
    put_back();
    for (int const number : {SIGTSTP, SIGCONT}) on(number, SIG_DFL);
    do {
        std::raise(SIGTSTP); // goes on here when it is continued
    } while (!is_in_foreground() && !is_noted());
    for (int const number : {SIGTSTP, SIGCONT}) on(number, leave_note);
    if (is_in_foreground()) enter(); // else it was continued only to be ended
}

screen_size terminal::size() const
{
    ::winsize found{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) != 0 || found.ws_col == 0 || found.ws_row == 0) return {};
    return {found.ws_col, found.ws_row};
}

void terminal::run(terminal_listener const& tells)
{
    bool input_open = true, output_open = true;
    std::array<char, 4096> buffer{};
    for (;;) {
        bool reads = false, writes = false, pauses = false;
        {
            std::lock_guard const lock(mutex_);
            if (stopped_) return;
            pauses = std::exchange(pauses_, false);
            reads = input_open && wants_input_;
            writes = output_open && !unwritten_.empty();
        }
        if (pauses) {
            sleep_until_continued();
            tells.resumed();
            continue;
        }
        std::array<::pollfd, 3> watched{
            {{notes[0], POLLIN, 0}, {reads ? STDIN_FILENO : -1, POLLIN, 0}, {writes ? STDOUT_FILENO : -1, POLLOUT, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "poll");

        for (char note = 0; ::read(notes[0], &note, 1) == 1;) {
            switch (note) {
            case SIGINT:
                if (!keys_) hurry();
                tells.interrupted();
                break;
            case SIGTERM:
            case SIGHUP:
                hurry();
                tells.terminated();
                break;
            case SIGWINCH:
                tells.resized(size());
                break;
            case SIGCONT: // after a stop that nobody could see coming
                if (!is_in_foreground()) break;
                enter();
                tells.resized(size());
                break;
            case SIGTSTP:
                tells.stopping();
                break;
            default:
                break; // only woken
            }
        }
        if (watched[2].revents != 0 && !write_some()) {
            output_open = false;
            tells.terminated();
        }
        if (watched[1].revents == 0) continue;
        auto const count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count > 0) {
            {
                std::lock_guard const lock(mutex_);
                wants_input_ = false;
            }
            tells.typed(std::string(buffer.data(), static_cast<std::size_t>(count)));
        } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
            input_open = false;
            tells.input_ended();
        }
    }
}

bool terminal::write_some()
{
    std::string piece;
    {
        std::lock_guard const lock(mutex_);
        piece = unwritten_.substr(0, at_once);
    }
    auto const count = ::write(STDOUT_FILENO, piece.data(), piece.size());
    bool const failed = count < 0 && errno != EINTR && errno != EAGAIN;
    std::lock_guard const lock(mutex_);
    if (count > 0) unwritten_.erase(0, static_cast<std::size_t>(count));
    if (failed) {
        unread_ = true;
        unwritten_.clear();
    }
    written_.notify_all();
    return !failed;
}

void terminal::write_rest()
{
    for (;;) {
        {
            std::lock_guard const lock(mutex_);
            if (unwritten_.empty()) return;
        }
        ::pollfd out{STDOUT_FILENO, POLLOUT, 0};
        if (::poll(&out, 1, patience) <= 0 || !write_some()) return;
    }
}

void terminal::write(std::string bytes)
{
    std::unique_lock lock(mutex_);
    written_.wait(lock, [this] { return unwritten_.size() < most_unwritten || stopped_ || hurries_ || unread_; });
    if (!unread_) unwritten_ += bytes;
    wake();
}

/// The thread that is to end the talk may not wait for a slow reader.
void terminal::hurry()
{
    std::lock_guard const lock(mutex_);
    hurries_ = true;
    written_.notify_all();
}

void terminal::more()
{
    std::lock_guard const lock(mutex_);
    wants_input_ = true;
    wake();
}

void terminal::pause()
{
    std::lock_guard const lock(mutex_);
    pauses_ = true;
    wake();
}

void terminal::stop()
{
    std::lock_guard const lock(mutex_);
    stopped_ = true;
    written_.notify_all();
    wake();
}

void terminal::wake() const { leave_note(0); }

} // namespace chat
