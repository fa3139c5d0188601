// The terminal's side of the conversation: what the server says becomes entries of the transcript, what the person does becomes
// events. The counterpart of ../main.cpp, over the public client; it knows no terminal, no keys and no commands.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partyline/client.hpp>

#include "../shapes.hpp"
#include "view.hpp"

namespace chat {

struct picture
{
    std::size_t number = 0;
    std::string type;
    partyline::binary bytes;
};

/// What the talk tells its owner.
struct talk_listener
{
    std::function<void()> changed; ///< who is here, which rooms there are, what is on its way
    std::function<void(std::string const&)>
        refused; ///< before we were in: the server's sentence. `log_on` may be called again
    std::function<void(std::string const&)> sent_away; ///< after we were in: it is over
};

/// Thread: everything but the constructor, the destructor and `in_turn` on the client's, where its handlers run one after the other:
/// no locks here. Owner: the desk. Lifetime: the destructor waits for a handler that runs, and may not be called in one.
class talk
{
public:
    static constexpr std::size_t kept_pictures = 20;

    /// Throws `partyline::error` if the URL is none.
    talk(std::string const& url, view& shows, talk_listener tells);
    ~talk();
    talk(talk const&) = delete;
    talk& operator=(talk const&) = delete;

    /// Runs `work` on the client's thread, unless the talk is gone by then. Thread: any.
    void in_turn(std::function<void()> work) const { later({}, std::move(work)); }
    void later(std::chrono::milliseconds delay, std::function<void()> work) const;

    void log_on(std::string name);
    /// Says goodbye, for as long as that may take; then calls `done`.
    void log_off(std::function<void()> done);
    /// `to` as in ../README.md.
    void say(std::string const& to, std::string text, std::optional<partyline::binary> image = {},
             std::string type = {});
    /// That we are; as often as one likes.
    void typing(std::string const& to);
    void join(std::string const& name);
    void leave(std::string const& name);

    void note(std::string text) const { add(entry::kind::note, std::move(text)); }
    void trouble(std::string text) const { add(entry::kind::trouble, std::move(text)); }

    [[nodiscard]] std::optional<person> const& me() const noexcept { return me_; }
    [[nodiscard]] std::map<std::string, person> const& people() const noexcept { return people_; }
    [[nodiscard]] std::map<std::string, room> const& rooms() const noexcept { return rooms_; }
    [[nodiscard]] std::set<std::string> const& joined() const noexcept { return joined_; }
    [[nodiscard]] std::deque<picture> const& pictures() const noexcept { return pictures_; }
    /// Messages that the server has not acknowledged.
    [[nodiscard]] std::size_t waiting() const noexcept { return underway_.size(); }
    /// Whether it has acknowledged all, and refused none.
    [[nodiscard]] bool all_is_delivered() const noexcept { return underway_.empty() && !refused_some_; }
    [[nodiscard]] std::string name_of(std::string const& id) const;

private:
    void listen();
    void welcome(person me, std::vector<person> everybody, std::vector<room> open);
    void come_and_go(std::string const& id, bool away, std::string const& what);
    void hear(person const& who, message const& said, std::int64_t time);
    void see_typing(std::string const& id, std::string const& to);
    void stop_typing(std::string const& id);
    void answered(message const& said, partyline::result<receipt> const& answer);
    void refused(partyline::client_error const& why);

    void add(entry::kind what, std::string text) const;
    void show(person const& who, message const& said, std::int64_t time, bool own);
    void show_line(line_state state);
    void show_underway() const;
    void watch();
    [[nodiscard]] bool is_new(std::string const& who, std::int64_t id);

    view& shows_;
    talk_listener tells_;
    std::string name_;
    std::string const tag_;         // secret between us and the server; with a message's id it tells a repetition
    std::optional<person> me_;      // as the server says
    std::set<std::string> own_ids_; // also those of sessions that could not be recovered
    std::map<std::string, person> people_;                 // by id, we too
    std::map<std::string, room> rooms_;                    // by name
    std::set<std::string> joined_;                         // that we want to be in
    std::int64_t last_id_ = 0;                             // of our messages
    std::map<std::int64_t, message> underway_;             // not acknowledged
    std::set<std::int64_t> echoed_;                        // of these: stands in the transcript
    std::set<std::pair<std::string, std::int64_t>> heard_; // so that nothing stands there twice
    std::deque<std::pair<std::string, std::int64_t>> heard_order_;
    std::map<std::string, std::uint64_t> typing_; // id -> the last sign of it
    std::uint64_t signs_ = 0;
    std::uint64_t watches_ = 0;
    std::chrono::steady_clock::time_point last_typed_{};
    std::deque<picture> pictures_;
    std::size_t picture_count_ = 0;
    std::string last_failure_; // to connect: each is told once
    bool leaving_ = false, refused_some_ = false;

    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // work for later asks
    partyline::client line_;
};

} // namespace chat
