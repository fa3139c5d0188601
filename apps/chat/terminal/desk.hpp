// Where the person sits: keys become lines, lines become what is said, or a command. It knows the talk and the view; of the terminal
// only that there is more to read, and that it may end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "key.hpp"
#include "line_editor.hpp"
#include "screen.hpp"
#include "talk.hpp"

namespace chat {

struct desk_options
{
    std::string url;
    std::string name;             ///< empty: asked for
    std::function<void()> more;   ///< what was typed is dealt with
    std::function<void(int)> end; ///< with the status of the process
};

/// Thread: the client's, but for the constructor, the destructor and `talk::in_turn`. Owner: main.
class desk
{
public:
    /// Of plain input: what follows is read when the server has acknowledged some of it.
    static constexpr std::size_t most_waiting = 50;

    /// `drawn`: the view, if it is a screen. Throws `partyline::error` if the URL is none.
    desk(desk_options options, view& shows, screen* drawn);

    [[nodiscard]] talk& line() noexcept { return talk_; }

    void start();
    void typed(std::string const& bytes);
    void input_ended();
    void interrupted();
    /// Goodbye; a second time: at once.
    void leave();

private:
    struct command
    {
        std::string_view name, takes, help;
        void (desk::*run)(std::string const& rest);
    };
    static std::vector<command> const& commands();

    void press(key const& pressed);
    void take_lines();
    void take(std::string const& text);
    void obey(std::string_view text);
    void show();
    void refused(std::string const& why);
    void leave_if_all_is_delivered();

    void help(std::string const& rest);
    void who(std::string const& room);
    void list_rooms(std::string const& rest);
    void join(std::string const& name);
    void leave_room(std::string const& name);
    void change_place(std::string const& whom);
    void tell_one(std::string const& rest);
    void send_picture(std::string const& path);
    void save_picture(std::string const& rest);
    void quit(std::string const& rest);

    /// The person whose name begins `text`, and what follows it. None: the reason has been told.
    [[nodiscard]] std::optional<std::pair<person, std::string>> find_person(std::string_view text);
    [[nodiscard]] std::vector<std::string> candidates() const;

    desk_options options_;
    view& shows_;
    screen* drawn_;
    key_reader keys_;
    line_editor editor_;
    std::string unread_; // plain input
    std::string to_;     // as in a message
    std::string place_ = "Everybody";
    bool owes_more_ = false; // of plain input: what was typed is not dealt with yet
    bool asking_name_ = false, taking_ = false, input_ended_ = false, warned_ = false, leaving_ = false;
    talk talk_; // goes first
};

} // namespace chat
