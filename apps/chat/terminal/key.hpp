// Keys: what the bytes of a terminal mean. It knows no text and no screen; the desk feeds it, the line editor takes its keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

enum class key_name : std::uint8_t
{
    text, ///< `key::text` was typed, or pasted
    enter,
    backspace,
    erase,
    left,
    right,
    word_left,
    word_right,
    start,
    end,
    older,
    newer,
    cut_word,
    cut_to_start,
    cut_to_end,
    complete,
    redraw,
    end_of_input,
};

struct key
{
    key_name name{};
    std::string text = {};
    friend bool operator==(key const&, key const&) = default;
};

/// Bytes in any pieces become keys; half a character or half an escape sequence waits for its rest. A pasted text (bracketed paste)
/// is one key, line breaks included: it is never obeyed.
///
/// Thread: one. Owner: the desk.
class key_reader
{
public:
    /// Of one paste; what is longer is cut there.
    static constexpr std::size_t most_pasted = 64 * 1024;

    [[nodiscard]] std::vector<key> read(std::string_view bytes);

private:
    /// Takes one key off the front of `held_`; false if it is not whole yet.
    bool take(std::vector<key>& out);
    bool take_escape(std::vector<key>& out);
    bool take_paste(std::vector<key>& out);
    void take_text(std::vector<key>& out, std::size_t size);

    std::string held_;
    bool pasting_ = false;
    std::string pasted_;
};

} // namespace chat
