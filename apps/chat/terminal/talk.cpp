// Newcomers: `listen` has all that the server says, and `say`, `join`, `leave`, `typing` all that we do. ../README.md lists the events.
#include "talk.hpp"

#include <future>
#include <limits>
#include <random>

namespace chat {

namespace {

using namespace std::chrono_literals;
using partyline::client_disconnect_reason;

constexpr std::size_t most_bytes = 20'000; // of a text that is shown: the server takes 4,000 characters
constexpr std::size_t remembered = 10'000; // messages that are told from their repetitions

std::string random_word()
{
    std::random_device random;
    std::string word;
    for (int i = 0; i < 24; ++i) word += "0123456789abcdef"[random() % 16];
    return word;
}

std::int64_t now()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

std::string size_in_words(std::size_t bytes)
{
    return bytes < 1000 ? std::to_string(bytes) + " bytes" : std::to_string((bytes + 500) / 1000) + " kB";
}

/// A message stays in the queue, and is sent again, until the server has acknowledged it.
partyline::client_options options()
{
    return {.transports = {partyline::transport_kind::websocket, partyline::transport_kind::polling},
            .try_all_transports = true,
            .timeout = 5s,
            .reconnection_delay = 300ms,
            .reconnection_delay_max = 2s,
            .retries = std::numeric_limits<std::size_t>::max(),
            .ack_timeout = 5s};
}

} // namespace

talk::talk(std::string const& url, view& shows, talk_listener tells)
    : shows_(shows), tells_(std::move(tells)), tag_(random_word()), line_(url, options())
{
    line_.auth([this] { return ticket{name_, tag_, {joined_.begin(), joined_.end()}}; }); // asked at every connect
    listen();
}

talk::~talk()
{
    // On the other thread, so that none of our handlers runs when the rest of us goes, and none begins afterwards.
    auto const over = std::make_shared<std::promise<void>>();
    line_.after({}, [this, over] {
        line_.disconnect();
        alive_.reset();
        over->set_value();
    });
    over->get_future().wait();
}

void talk::later(std::chrono::milliseconds delay, std::function<void()> work) const
{
    line_.after(delay, [work = std::move(work), alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) work();
    });
}

// ── what the server says ────────────────────────────────────────────────────────────────────────────────────────────

void talk::listen()
{
    line_.on_connect([this] {
        show_line(line_state::open);
        last_failure_.clear();
        if (line_.recovered()) note("You are back; nothing was missed.");
        watch();
    });
    line_.on_disconnect([this](client_disconnect_reason why) {
        if (leaving_) return;
        show_line(line_state::lost);
        if (why == client_disconnect_reason::io_server_disconnect)
            line_.connect(); // all others come back by themselves
    });
    line_.on_connect_error([this](partyline::client_error const& why) { refused(why); });

    line_.on("welcome", [this](person me, std::vector<person> everybody, std::vector<room> open) {
        welcome(std::move(me), std::move(everybody), std::move(open));
    });
    line_.on("new_user_entered_room", [this](person who) {
        people_[who.id] = who;
        note(who.name + " came in.");
        tells_.changed();
    });
    line_.on("user_left", [this](std::string id) {
        stop_typing(id);
        bool const we = own_ids_.contains(id); // those that we were before
        if (auto const found = people_.find(id); found != people_.end() && !we) note(found->second.name + " left.");
        people_.erase(id);
        for (auto& [name, each] : rooms_) std::erase(each.people, id);
        tells_.changed();
    });
    line_.on("user_away", [this](std::string id) { come_and_go(id, true, " is away: the line broke."); });
    line_.on("user_back", [this](std::string id) { come_and_go(id, false, " is back."); });
    line_.on("room_changed", [this](room changed) {
        if (changed.people.empty() && !joined_.contains(changed.name))
            rooms_.erase(changed.name);
        else
            rooms_[changed.name] = changed;
        tells_.changed();
    });
    line_.on("updated_chat", [this](person who, message said, std::int64_t time) { hear(who, said, time); });
    line_.on("typing", [this](std::string id, std::string to) { see_typing(id, to); });
}

void talk::welcome(person me, std::vector<person> everybody, std::vector<room> open)
{
    bool const first = !me_;
    own_ids_.insert(me.id);
    people_.clear();
    rooms_.clear();
    for (auto& each : everybody) people_[each.id] = std::move(each);
    for (auto& each : open) rooms_[each.name] = std::move(each);
    if (first)
        note("Welcome, " + me.name + ": you are on the line. /help lists what you can do.");
    else
        note("You are on the line again, as a newcomer: you were away for too long to catch up.");
    me_ = std::move(me);
    tells_.changed();
}

void talk::come_and_go(std::string const& id, bool away, std::string const& what)
{
    auto const found = people_.find(id);
    if (found == people_.end() || std::exchange(found->second.away, away) == away) return;
    if (away) stop_typing(id);
    note(found->second.name + what);
    tells_.changed();
}

void talk::hear(person const& who, message const& said, std::int64_t time)
{
    stop_typing(who.id);
    if (!is_new(who.id, said.id)) return;
    bool const own = own_ids_.contains(who.id);
    if (own && underway_.contains(said.id)) {
        echoed_.insert(said.id);
        show_underway();
    }
    show(who, said, time, own);
    tells_.changed();
}

void talk::see_typing(std::string const& id, std::string const& to)
{
    if (!people_.contains(id) || (to.starts_with('#') && !joined_.contains(to))) return;
    typing_[id] = ++signs_;
    later(3500ms, [this, id, sign = signs_] {
        if (auto const found = typing_.find(id); found != typing_.end() && found->second == sign) stop_typing(id);
    });
    std::vector<std::string> names;
    for (auto const& each : typing_) names.push_back(name_of(each.first));
    shows_.show_typing(std::move(names));
}

void talk::stop_typing(std::string const& id)
{
    if (typing_.erase(id) == 0) return;
    std::vector<std::string> names;
    for (auto const& each : typing_) names.push_back(name_of(each.first));
    shows_.show_typing(std::move(names));
}

void talk::refused(partyline::client_error const& why)
{
    if (why.by_server) {
        auto const& tell = me_ ? tells_.sent_away : tells_.refused;
        return tell(why.message);
    }
    show_line(me_ ? line_state::lost : line_state::connecting);
    auto failure = why.detail.empty() ? why.message : why.detail;
    if (!me_ && failure != last_failure_) trouble("No line to the server yet, trying again: " + failure);
    last_failure_ = std::move(failure);
}

// ── what the person does ────────────────────────────────────────────────────────────────────────────────────────────

void talk::log_on(std::string name)
{
    name_ = std::move(name);
    show_line(line_state::connecting);
    line_.connect();
}

void talk::log_off(std::function<void()> done)
{
    leaving_ = true;
    shows_.show_line(line_state::closed);
    line_.disconnect(); // a goodbye: the others read "left" and not "away"
    line_.close().then([done = std::move(done)](partyline::result<void> const&) { done(); });
}

void talk::say(std::string const& to, std::string text, std::optional<partyline::binary> image, std::string type)
{
    message const said{++last_id_, to, std::move(text), std::move(image), std::move(type)};
    last_typed_ = {};
    bool const taken =
        line_.emit("new_text", said, [this, said](partyline::result<receipt> answer) { answered(said, answer); });
    refused_some_ = refused_some_ || !taken;
    if (!taken) return trouble("Too much waits for the line; this was not taken: " + said.text);
    underway_[said.id] = said;
    tells_.changed();
    watch();
}

void talk::answered(message const& said, partyline::result<receipt> const& answer)
{
    underway_.erase(said.id);
    bool const shown = echoed_.erase(said.id) > 0;
    refused_some_ = refused_some_ || !answer || !answer->delivered;
    if (!answer)
        trouble("Not delivered: " + std::string(partyline::describe(answer.error())) + ". It was: " + said.text);
    else if (!answer->delivered)
        trouble("Not delivered: " + answer->why + " It was: " + said.text);
    else if (!shown && me_ && is_new(me_->id, said.id)) // its echo was lost with the session before
        show(*me_, said, now(), true);
    tells_.changed();
    watch();
}

void talk::typing(std::string const& to)
{
    auto const moment = std::chrono::steady_clock::now();
    if (moment - last_typed_ < 2s) return;
    last_typed_ = moment;
    line_.volatile_().emit("typing", to); // dropped if it cannot leave at once: nobody wants to read it later
}

void talk::join(std::string const& name)
{
    if (!joined_.insert(name).second) return;
    line_.emit("join_room", name, [this, name](partyline::result<receipt> answer) {
        if (answer && answer->delivered) return note("You are in " + name + ". Only those who joined it read along.");
        joined_.erase(name);
        trouble(answer ? answer->why : std::string(partyline::describe(answer.error())));
        tells_.changed();
    });
    tells_.changed();
}

void talk::leave(std::string const& name)
{
    if (joined_.erase(name) == 0) return;
    line_.emit("leave_room", name, [this, name](partyline::result<receipt>) { note("You have left " + name + "."); });
    tells_.changed();
}

// ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────────

std::string talk::name_of(std::string const& id) const
{
    auto const found = people_.find(id);
    return found == people_.end() ? "somebody who left" : found->second.name;
}

void talk::add(entry::kind what, std::string text) const { shows_.add({what, std::move(text), now()}); }

void talk::show(person const& who, message const& said, std::int64_t time, bool own)
{
    auto text = said.text.substr(0, most_bytes);
    if (said.image) {
        pictures_.push_back({++picture_count_, said.image_type, *said.image});
        if (pictures_.size() > kept_pictures) pictures_.pop_front();
        if (!text.empty()) text += '\n';
        text += "[picture " + std::to_string(picture_count_) + ": " + said.image_type + ", " +
                size_in_words(said.image->size()) + "; /save " + std::to_string(picture_count_) + " keeps it]";
    }
    std::string place = said.to.empty() ? "all" : said.to;
    std::string whom;
    if (!said.to.empty() && !said.to.starts_with('#')) {
        place = "private";
        if (own) whom = name_of(said.to);
    }
    shows_.add({entry::kind::said, std::move(text), time, std::move(place), who.name, std::move(whom), who.id, own});
}

void talk::show_line(line_state state)
{
    if (!leaving_) shows_.show_line(state);
}

void talk::show_underway() const
{
    std::vector<std::string> texts;
    for (auto const& [id, each] : underway_)
        if (!echoed_.contains(id)) texts.push_back(each.image ? each.text + " [picture]" : each.text);
    shows_.show_underway(std::move(texts));
}

/// Says so if the server takes its time: a line may be dead for seconds before anybody can know.
void talk::watch()
{
    show_underway();
    if (!line_.connected()) return;
    if (underway_.empty()) return show_line(line_state::open);
    later(2500ms, [this, oldest = underway_.begin()->first] {
        if (line_.connected() && underway_.contains(oldest)) show_line(line_state::slow);
    });
}

bool talk::is_new(std::string const& who, std::int64_t id)
{
    // Our own keep their place over sessions: each has another id of the person, and the same number of the message.
    std::pair const key(own_ids_.contains(who) ? std::string() : who, id);
    if (!heard_.insert(key).second) return false;
    heard_order_.push_back(key);
    if (heard_order_.size() > remembered) {
        heard_.erase(heard_order_.front());
        heard_order_.pop_front();
    }
    return true;
}

} // namespace chat
