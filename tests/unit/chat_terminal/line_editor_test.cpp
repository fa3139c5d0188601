// Writing a line: characters as people see them, words, the lines before, and the window through which a long line is seen.
#include <gtest/gtest.h>

#include "chat/terminal/line_editor.hpp"
#include "chat/terminal/text.hpp"

namespace chat {

class chat_line_editor : public ::testing::Test
{
protected:
    void type(std::string text) { last = editor.press({key_name::text, std::move(text)}); }
    void press(key_name name, int times = 1)
    {
        for (int i = 0; i < times; ++i) last = editor.press({name});
    }
    /// The text with a bar where the cursor is.
    [[nodiscard]] std::string shown() const
    {
        auto text = editor.text();
        return text.insert(editor.cursor(), "|");
    }

    line_editor editor;
    line_editor::outcome last{};
};

TEST_F(chat_line_editor, takes_back_whole_characters)
{
    type("ae\u0301漢😀");
    press(key_name::backspace);
    EXPECT_EQ(shown(), "ae\u0301漢|");
    press(key_name::backspace);
    EXPECT_EQ(shown(), "ae\u0301|");
    press(key_name::backspace);
    EXPECT_EQ(shown(), "a|");
    press(key_name::backspace, 2);
    EXPECT_EQ(shown(), "|");
    EXPECT_EQ(last, line_editor::outcome::unchanged);
}

TEST_F(chat_line_editor, moves_and_inserts_in_the_middle)
{
    type("漢字");
    press(key_name::left);
    type("x");
    EXPECT_EQ(shown(), "漢x|字");
    press(key_name::start);
    press(key_name::erase);
    EXPECT_EQ(shown(), "|x字");
    press(key_name::right, 5);
    EXPECT_EQ(shown(), "x字|");
}

TEST_F(chat_line_editor, cuts_words_and_halves)
{
    type("one two  three");
    press(key_name::cut_word);
    EXPECT_EQ(shown(), "one two  |");
    press(key_name::cut_word);
    EXPECT_EQ(shown(), "one |");
    type("four");
    press(key_name::word_left);
    press(key_name::cut_to_end);
    EXPECT_EQ(shown(), "one |");
    press(key_name::cut_to_start);
    EXPECT_EQ(shown(), "|");
}

TEST_F(chat_line_editor, ends_at_the_end_of_input_only_when_empty)
{
    type("a");
    press(key_name::end_of_input);
    EXPECT_EQ(last, line_editor::outcome::unchanged);
    EXPECT_EQ(shown(), "a|");
    press(key_name::backspace);
    press(key_name::end_of_input);
    EXPECT_EQ(last, line_editor::outcome::ended);
}

TEST_F(chat_line_editor, brings_back_earlier_lines_and_keeps_the_draft)
{
    for (auto const* line : {"one", "two", "two"}) {
        type(line);
        press(key_name::enter);
        EXPECT_EQ(last, line_editor::outcome::entered);
        EXPECT_EQ(editor.take(true), line);
    }
    type("draft");
    press(key_name::older);
    EXPECT_EQ(shown(), "two|");
    press(key_name::older);
    EXPECT_EQ(shown(), "one|");
    press(key_name::older);
    EXPECT_EQ(shown(), "one|");
    press(key_name::newer, 2);
    EXPECT_EQ(shown(), "draft|");
    press(key_name::newer);
    EXPECT_EQ(shown(), "draft|");
}

TEST_F(chat_line_editor, forgets_what_is_not_to_be_remembered)
{
    type("my name");
    EXPECT_EQ(editor.take(false), "my name");
    press(key_name::older);
    EXPECT_EQ(shown(), "|");
}

TEST_F(chat_line_editor, cleans_what_is_pasted)
{
    type("a\x1b[31m\tb\r\nc");
    EXPECT_EQ(editor.text(), "a␛[31m    b\nc");
}

TEST_F(chat_line_editor, takes_no_more_than_its_limit)
{
    type(std::string(line_editor::most_bytes - 2, 'a'));
    type("漢字");
    type("b");
    EXPECT_EQ(editor.text().size(), line_editor::most_bytes - 1);
    EXPECT_EQ(editor.text().back(), 'b');
}

TEST_F(chat_line_editor, completes_the_one_that_fits)
{
    type("/msg ad");
    EXPECT_TRUE(editor.complete({"Ada Lovelace", "Bob"}));
    EXPECT_EQ(shown(), "/msg Ada Lovelace |");
    press(key_name::cut_to_start);
    type("/msg ada lo");
    EXPECT_TRUE(editor.complete({"Ada Lovelace", "Ada", "Bob"}));
    EXPECT_EQ(shown(), "/msg Ada Lovelace |");
    press(key_name::cut_to_start);
    type("nobody");
    EXPECT_FALSE(editor.complete({"Ada"}));
    EXPECT_EQ(shown(), "nobody|");
}

TEST_F(chat_line_editor, completes_what_several_have_in_common)
{
    type("bj");
    EXPECT_TRUE(editor.complete({"Björn", "Bjarne"}));
    EXPECT_EQ(shown(), "Bj|");
    press(key_name::cut_to_start);
    type("/l");
    EXPECT_TRUE(editor.complete({"/leave", "/join"}));
    EXPECT_EQ(shown(), "/leave |");
}

TEST_F(chat_line_editor, shows_a_long_line_through_a_window)
{
    auto const window = [&](std::size_t width) { return seen(editor.text(), editor.cursor(), width); };
    type("abcdefghij");
    EXPECT_EQ(window(11).text, "abcdefghij");
    EXPECT_EQ(window(11).column, 10U);
    EXPECT_EQ(window(8).text, "…fghij");
    EXPECT_EQ(window(8).column, 6U);
    press(key_name::start);
    EXPECT_EQ(window(8).text, "abcde…");
    EXPECT_EQ(window(8).column, 0U);
}

TEST_F(chat_line_editor, keeps_the_cursor_in_every_window)
{
    type("漢字 and e\u0301 and 😀\nand more words to fill it");
    press(key_name::start);
    for (int i = 0; i < 40; ++i, press(key_name::right)) {
        for (std::size_t width = 6; width < 50; ++width) {
            auto const found = seen(editor.text(), editor.cursor(), width);
            EXPECT_LE(columns(found.text), width) << width << ' ' << i;
            EXPECT_LT(found.column, width) << width << ' ' << i;
        }
    }
}

TEST_F(chat_line_editor, shows_a_line_break_as_a_sign)
{
    type("a\nb");
    EXPECT_EQ(seen(editor.text(), editor.cursor(), 20).text, "a↵b");
    press(key_name::left);
    EXPECT_EQ(seen(editor.text(), editor.cursor(), 20).column, 2U);
}

} // namespace chat
