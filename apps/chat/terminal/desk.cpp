#include "desk.hpp"

#include <algorithm>
#include <utility>

#include "picture_file.hpp"
#include "text.hpp"

namespace chat {

namespace {

constexpr std::size_t longest_line = 64 * 1024; // of plain input, bytes

std::string folded(std::string_view text)
{
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string trimmed(std::string_view text)
{
    auto const from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(" \t\r\n") + 1 - from));
}

std::string counted(std::size_t count, char const* one, char const* many)
{
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string as_room(std::string_view name)
{
    std::string out = "#";
    for (auto const c : name)
        if (c != '#' || out.size() > 1) out += c == ' ' ? '-' : c;
    return out;
}

} // namespace

desk::desk(desk_options options, view& shows, screen* drawn)
    : options_(std::move(options)),
      shows_(shows),
      drawn_(drawn),
      talk_(options_.url, shows,
            {.changed = [this] { show(); },
             .refused = [this](std::string const& why) { refused(why); },
             .sent_away =
                 [this](std::string const& why) {
                     talk_.trouble("The server does not let us in again: " + why);
                     options_.end(1);
                 }})
{}

void desk::start()
{
    asking_name_ = options_.name.empty();
    if (asking_name_)
        talk_.note("What is your name?");
    else
        talk_.log_on(options_.name);
    show();
}

void desk::refused(std::string const& why)
{
    talk_.trouble(why);
    if (!drawn_) return options_.end(1);
    asking_name_ = true;
    shows_.show_line(line_state::none);
    talk_.note("What is your name?");
    show();
}

// ── what is typed ───────────────────────────────────────────────────────────────────────────────────────────────────

void desk::typed(std::string const& bytes)
{
    if (drawn_) {
        for (auto const& each : keys_.read(bytes)) press(each);
        drawn_->show_input(editor_);
        return options_.more();
    }
    unread_ += bytes;
    owes_more_ = true;
    take_lines();
}

void desk::press(key const& pressed)
{
    if (pressed.name == key_name::redraw) return drawn_->resize(drawn_->size());
    if (pressed.name == key_name::complete) {
        if (!asking_name_) editor_.complete(candidates());
        return;
    }
    switch (editor_.press(pressed)) {
    case line_editor::outcome::unchanged:
        break;
    case line_editor::outcome::changed:
        if (!asking_name_ && !editor_.text().empty() && !editor_.text().starts_with('/')) talk_.typing(to_);
        break;
    case line_editor::outcome::entered: {
        auto const text = editor_.take(!asking_name_);
        drawn_->show_input(editor_);
        take(text);
        break;
    }
    case line_editor::outcome::ended:
        quit({});
        break;
    }
}

/// Plain input is read no faster than the server takes it, and not before we know who is there.
void desk::take_lines()
{
    if (std::exchange(taking_, true)) return; // what we say here changes what is on its way
    bool wants_more = false, at_end = false;
    while ((asking_name_ || talk_.me()) && talk_.waiting() < most_waiting && !leaving_) {
        auto end = unread_.find('\n');
        if (end == std::string::npos && (input_ended_ || unread_.size() > longest_line)) end = unread_.size();
        if (unread_.empty() || end == std::string::npos) {
            (input_ended_ ? at_end : wants_more) = true;
            break;
        }
        auto const text = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        take(text);
    }
    taking_ = false;
    if (wants_more && std::exchange(owes_more_, false)) options_.more();
    if (at_end) leave_if_all_is_delivered();
}

void desk::input_ended()
{
    if (drawn_) return leave(); // the terminal is gone
    input_ended_ = true;
    take_lines();
}

void desk::leave_if_all_is_delivered()
{
    if (asking_name_)
        options_.end(1); // nobody has told us
    else if (talk_.waiting() == 0)
        leave();
}

void desk::interrupted()
{
    if (!drawn_ || leaving_ || editor_.text().empty()) return drawn_ ? quit({}) : leave();
    (void)editor_.take(true);
    drawn_->show_input(editor_);
}

void desk::leave()
{
    int const status = talk_.all_is_delivered() ? 0 : 1;
    if (std::exchange(leaving_, true)) return options_.end(status);
    talk_.log_off([this, status] { options_.end(status); });
}

void desk::take(std::string const& text)
{
    auto const meant = trimmed(text);
    warned_ = warned_ && meant.starts_with("/q");
    if (meant.empty()) return;
    if (asking_name_) {
        asking_name_ = false;
        talk_.log_on(meant);
    } else if (meant.starts_with("//")) {
        talk_.say(to_, meant.substr(1));
    } else if (meant.starts_with('/')) {
        obey(meant);
    } else {
        talk_.say(to_, meant);
    }
    show();
}

void desk::show()
{
    if (drawn_) {
        std::string about;
        if (to_.empty())
            about = counted(talk_.people().size(), "person", "people") + " here";
        else if (auto const found = talk_.rooms().find(to_); found != talk_.rooms().end())
            about = counted(found->second.people.size(), "person", "people") + " in " + to_;
        else if (!to_.starts_with('#'))
            about = "only the two of you read this";
        drawn_->show_place(asking_name_ ? "Your name" : place_, about);
    } else if (owes_more_ || input_ended_) {
        take_lines();
    }
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────

std::vector<desk::command> const& desk::commands()
{
    static std::vector<command> const all{
        {"/who", "[#ROOM]", "who is here, or in that room", &desk::who},
        {"/rooms", "", "which rooms there are", &desk::list_rooms},
        {"/join", "ROOM", "go into a room, and speak there", &desk::join},
        {"/leave", "[ROOM]", "leave it", &desk::leave_room},
        {"/msg", "NAME TEXT", "tell that person alone", &desk::tell_one},
        {"/to", "[NAME | #ROOM]", "speak there from now on; alone: to everybody", &desk::change_place},
        {"/picture", "FILE", "send a picture", &desk::send_picture},
        {"/save", "[NUMBER] [FILE]", "keep a picture; alone: the last one", &desk::save_picture},
        {"/help", "", "this", &desk::help},
        {"/quit", "", "say goodbye", &desk::quit},
    };
    return all;
}

void desk::obey(std::string_view text)
{
    auto const end = std::min(text.find(' '), text.size());
    auto const name = text.substr(0, end);
    for (auto const& each : commands())
        if (each.name == name) return (this->*each.run)(trimmed(text.substr(end)));
    talk_.trouble("There is no " + std::string(name) +
                  "; /help lists what there is. To say it, begin with two strokes: /" + std::string(name));
}

void desk::help(std::string const&)
{
    std::string all = "What begins with a stroke is a command, all else is said.";
    for (auto const& each : commands()) {
        std::string line(each.name);
        if (!each.takes.empty()) (line += ' ') += each.takes;
        line.resize(std::max<std::size_t>(line.size(), 23), ' ');
        ((all += '\n') += line) += " " + std::string(each.help);
    }
    if (drawn_)
        all += "\nTab completes names and commands, the arrows bring back what you wrote, alt and enter breaks a line.";
    talk_.note(std::move(all));
}

void desk::who(std::string const& room)
{
    std::vector<std::string> names;
    auto const found = talk_.rooms().find(as_room(room));
    if (!room.empty() && found == talk_.rooms().end()) return talk_.trouble("There is no room " + as_room(room) + ".");
    for (auto const& [id, each] : talk_.people()) {
        if (!room.empty() &&
            std::find(found->second.people.begin(), found->second.people.end(), id) == found->second.people.end())
            continue;
        bool const we = talk_.me() && talk_.me()->id == id;
        names.push_back(each.name + (we ? " (you)" : each.away ? " (away)" : ""));
    }
    std::sort(names.begin(), names.end(), [](auto const& a, auto const& b) { return folded(a) < folded(b); });
    std::string all =
        counted(names.size(), "person", "people") + (room.empty() ? " here: " : " in " + as_room(room) + ": ");
    for (auto const& each : names) (all += each) += each == names.back() ? "." : ", ";
    talk_.note(std::move(all));
}

void desk::list_rooms(std::string const&)
{
    if (talk_.rooms().empty()) return talk_.note("There is no room yet; /join NAME opens one.");
    std::string all = counted(talk_.rooms().size(), "room", "rooms") + ":";
    for (auto const& [name, each] : talk_.rooms())
        all += "\n" + name + ", " + counted(each.people.size(), "person", "people") +
               (talk_.joined().contains(name) ? ", you too" : "");
    talk_.note(std::move(all));
}

void desk::join(std::string const& name)
{
    if (name.empty()) return talk_.trouble("Which room? /join NAME");
    to_ = place_ = as_room(name);
    talk_.join(to_);
}

void desk::leave_room(std::string const& name)
{
    auto const room = name.empty() ? to_ : as_room(name);
    if (!talk_.joined().contains(room))
        return talk_.trouble(room.starts_with('#') ? "You are not in " + room + "." : "Which room? /leave NAME");
    talk_.leave(room);
    if (room == to_) change_place({});
}

void desk::change_place(std::string const& whom)
{
    if (whom.starts_with('#')) return join(whom);
    if (whom.empty()) {
        to_.clear();
        place_ = "Everybody";
    } else if (auto const found = find_person(whom)) {
        to_ = found->first.id;
        place_ = found->first.name;
    }
}

void desk::tell_one(std::string const& rest)
{
    auto const found = find_person(rest);
    if (!found) return;
    if (found->second.empty()) return talk_.trouble("What? /msg NAME TEXT, or /to NAME to go on with that person.");
    talk_.say(found->first.id, found->second);
}

std::optional<std::pair<person, std::string>> desk::find_person(std::string_view text)
{
    // Names may have spaces: the longest that fits is meant. An id is as good as a name.
    std::vector<person> meant;
    std::size_t length = 0;
    auto const wanted = folded(text);
    for (auto const& [id, each] : talk_.people()) {
        for (auto const& name : {folded(cleaned_line(each.name)), folded(id)}) {
            if (!wanted.starts_with(name) || name.size() < length) continue;
            if (wanted.size() > name.size() && wanted[name.size()] != ' ') continue;
            if (name.size() > length) meant.clear();
            length = name.size();
            meant.push_back(each);
        }
    }
    if (meant.size() > 1 && talk_.me())
        std::erase_if(meant, [&](auto const& each) { return each.id == talk_.me()->id; });
    if (meant.empty()) {
        talk_.trouble(text.empty() ? "Whom? /who lists those who are here."
                                   : "There is nobody of that name; /who lists those who are here.");
        return std::nullopt;
    }
    if (meant.size() > 1) {
        std::string all = "Several people are called " + meant.front().name + ". Name one of them by the id:";
        for (auto const& each : meant) all += "\n" + each.id + (each.away ? " (away)" : "");
        talk_.trouble(std::move(all));
        return std::nullopt;
    }
    return std::pair(meant.front(), trimmed(text.substr(length)));
}

void desk::send_picture(std::string const& path)
{
    if (path.empty()) return talk_.trouble("Which? /picture FILE");
    auto read = read_picture(path);
    if (!read.why.empty()) return talk_.trouble(read.why);
    talk_.say(to_, {}, std::move(read.bytes), std::move(read.type));
}

void desk::save_picture(std::string const& rest)
{
    auto const& all = talk_.pictures();
    if (all.empty()) return talk_.trouble("No picture has come yet.");
    auto const digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    bool const numbered = digits > 0 && digits < 9 && (digits == rest.size() || rest[digits] == ' ');
    auto const number = numbered ? std::stoul(rest.substr(0, digits)) : all.back().number;
    auto const found = std::find_if(all.begin(), all.end(), [&](auto const& each) { return each.number == number; });
    if (found == all.end()) return talk_.trouble("Picture " + std::to_string(number) + " is not there (any more).");
    auto const path = trimmed(rest.substr(numbered ? digits : 0));
    auto const written = write_picture(*found, path);
    if (!written.why.empty()) return talk_.trouble(written.why);
    talk_.note("Picture " + std::to_string(number) + " is in " + written.path + ".");
}

void desk::quit(std::string const&)
{
    if (talk_.waiting() > 0 && !leaving_ && !std::exchange(warned_, true))
        return talk_.note(counted(talk_.waiting(), "message is", "messages are") +
                          " not delivered yet. Once more, and you leave without.");
    leave();
}

std::vector<std::string> desk::candidates() const
{
    std::vector<std::string> all;
    if (editor_.text().starts_with('/') && editor_.text().find(' ') >= editor_.cursor()) {
        for (auto const& each : commands()) all.emplace_back(each.name);
        return all;
    }
    for (auto const& [id, each] : talk_.people())
        if (!talk_.me() || id != talk_.me()->id) all.push_back(cleaned_line(each.name));
    for (auto const& [name, each] : talk_.rooms()) all.push_back(cleaned_line(name));
    return all;
}

} // namespace chat
