// What the talk tells whoever shows it: the screen, or the plain transcript. Texts come as their authors wrote them; a view
// shows nothing but what `cleaned` leaves of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chat {

/// One entry of the transcript.
struct entry
{
    enum class kind : std::uint8_t
    {
        note,    ///< somebody came, left; an answer to a command
        trouble, ///< something went wrong
        said,
    };
    kind what = kind::note;
    std::string text;
    std::int64_t time = 0; ///< ms since 1970
    // of what was said
    std::string place = {}; ///< "all", "#garden", "private"
    std::string who = {};   ///< a name
    std::string whom = {};  ///< of whom we told it alone
    std::string who_id = {};
    bool own = false; ///< ours, and delivered
};

enum class line_state : std::uint8_t
{
    none,
    connecting,
    open,
    slow, ///< a message waits for its acknowledgement longer than it should
    lost,
    closed,
};
/// As the page says it.
[[nodiscard]] constexpr char const* words_for(line_state state) noexcept
{
    switch (state) {
    case line_state::none:
        return "Not on the line yet";
    case line_state::connecting:
        return "Connecting";
    case line_state::open:
        return "On the line";
    case line_state::slow:
        return "Waiting for the line";
    case line_state::lost:
        return "Line lost, trying again. What you write is kept.";
    case line_state::closed:
        return "Leaving";
    }
    return "";
}

/// Thread: the client's.
class view
{
public:
    virtual ~view() = default;
    virtual void add(entry const& one) = 0;
    virtual void show_line(line_state state) = 0;
    /// Names of those who are typing.
    virtual void show_typing(std::vector<std::string> names) = 0;
    /// Texts of our own that are not delivered yet.
    virtual void show_underway(std::vector<std::string> texts) = 0;
};

} // namespace chat
