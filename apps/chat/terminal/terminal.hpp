// The two ends of the process: bytes in from the keyboard or a pipe, bytes out to the terminal or a pipe, signals, and the state of the
// terminal, which is put back whatever happens. It knows nothing of what the bytes mean. `run` is the main thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "screen.hpp"

namespace chat {

/// What the main thread tells; each is called there.
struct terminal_listener
{
    std::function<void(std::string)> typed;
    std::function<void()> input_ended;
    std::function<void(screen_size)> resized;
    std::function<void()> stopping;    ///< control and Z: `pause` is to be called when nothing is drawn any more
    std::function<void()> resumed;     ///< after that: the screen shows something else
    std::function<void()> interrupted; ///< control and C
    std::function<void()> terminated;  ///< asked to end, or nobody reads what is written
};

/// Thread: `write`, `more`, `pause` and `stop` any, the rest main. Owner: main; one in the process, for the signals.
class terminal
{
public:
    /// Bytes that may wait for a reader who is slow; then writers wait.
    static constexpr std::size_t most_unwritten = 1 << 20;

    /// `keys`: each key is read as it is pressed, instead of lines. Then both ends must be a terminal.
    explicit terminal(bool keys);
    /// Writes what is left, if somebody reads it, and puts the terminal back.
    ~terminal();
    terminal(terminal const&) = delete;
    terminal& operator=(terminal const&) = delete;

    /// Until `stop`.
    void run(terminal_listener const& tells);

    void write(std::string bytes);
    /// What was typed has been dealt with: only then is more read.
    void more();
    /// Gives the terminal back and stops the process, until it is continued.
    void pause();
    void stop();

    [[nodiscard]] screen_size size() const;
    /// Whether both ends are a terminal that can be drawn on.
    [[nodiscard]] static bool can_draw();

private:
    void enter();
    void leave();
    void sleep_until_continued();
    /// False: nobody reads it.
    bool write_some();
    void write_rest();
    void hurry();
    void wake() const;

    bool const keys_;
    std::mutex mutex_;
    std::condition_variable written_;
    std::string unwritten_;
    bool wants_input_ = true, pauses_ = false, stopped_ = false;
    bool hurries_ = false; // writers do not wait
    bool unread_ = false;  // nobody will read what is written
};

} // namespace chat
