// The screen, read as a person reads it: from a terminal that obeys its orders.
#include <cmath>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "chat/terminal/plain.hpp"
#include "chat/terminal/screen.hpp"
#include "unit/chat_terminal/paper.hpp"

namespace chat {

using rows = std::vector<std::string>;

/// Times are those of the place where the test runs.
rows without_times(rows list)
{
    for (auto& each : list) each = std::regex_replace(each, std::regex("^\\d\\d:\\d\\d "), "");
    return list;
}

class chat_screen : public ::testing::Test
{
protected:
    void type(std::string text)
    {
        editor.press({key_name::text, std::move(text)});
        screen_.show_input(editor);
    }
    void say(std::string who, std::string text, std::string place = "all", bool own = false, std::string whom = {})
    {
        screen_.add(
            {entry::kind::said, std::move(text), 1'700'000'000'000, std::move(place), who, std::move(whom), who, own});
    }
    void note(std::string text) { screen_.add({entry::kind::note, std::move(text), 1'700'000'000'000}); }
    [[nodiscard]] rows seen_rows() const { return without_times(paper.rows()); }

    test::paper paper{40, 10};
    std::string written;
    screen screen_{[this](std::string bytes) {
                       paper.write(bytes);
                       written += bytes;
                   },
                   {40, 10},
                   true};
    line_editor editor;

    void TearDown() override
    {
        EXPECT_EQ(paper.unknown, 0U) << "orders that no terminal needs to know";
        EXPECT_EQ(paper.broken, 0U) << "rows that were too long";
    }
};

TEST_F(chat_screen, draws_the_line_that_is_written_below_the_transcript)
{
    screen_.show_place("Everybody", "2 people here");
    screen_.show_line(line_state::open);
    say("Bob", "Good morning");
    type("Hel");
    EXPECT_EQ(seen_rows(), (rows{"Bob: Good morning", "● On the line · 2 people here", "Everybody> Hel"}));
    EXPECT_EQ(paper.x(), 14U);
    EXPECT_EQ(paper.y(), 2U);
}

TEST_F(chat_screen, leaves_the_written_line_whole_when_something_arrives)
{
    screen_.show_place("Everybody", "");
    type("half a sen");
    for (int i = 0; i < 30; ++i) {
        say("Bob", "message " + std::to_string(i));
        type(".");
        auto const now = seen_rows();
        EXPECT_EQ(now[now.size() - 3], "Bob: message " + std::to_string(i));
        EXPECT_EQ(now.back().find("Everybody> "), 0U);
        EXPECT_EQ(paper.y() + 1, paper.rows().size());
    }
    // Each of them stands once in the terminal's memory, and nothing else of what was drawn.
    rows expected;
    for (int i = 0; i < 30; ++i) expected.push_back("Bob: message " + std::to_string(i));
    auto all = without_times(paper.all());
    all.resize(all.size() - 2);
    EXPECT_EQ(all, expected);
}

TEST_F(chat_screen, breaks_long_texts_between_words_and_indents_them)
{
    say("Bob", "These are more words than one row of forty can hold");
    EXPECT_EQ(seen_rows()[0], "Bob: These are more words than");
    EXPECT_EQ(seen_rows()[1], "         one row of forty can hold");
}

TEST_F(chat_screen, marks_where_it_was_said_and_what_is_delivered)
{
    say("Bob", "psst", "private");
    say("Ada", "yes?", "private", true, "Bob");
    say("Cleo", "hi", "#garden");
    auto const now = seen_rows();
    EXPECT_EQ(now[0], "private Bob: psst");
    EXPECT_EQ(now[1], "private Ada to Bob: yes? ✓");
    EXPECT_EQ(now[2], "#garden Cleo: hi");
}

TEST_F(chat_screen, puts_the_tick_into_a_row_of_its_own_where_the_last_is_full)
{
    say("Ada", std::string(28, 'x'), "all", true);
    EXPECT_EQ(seen_rows()[0], "Ada: " + std::string(28, 'x'));
    EXPECT_EQ(seen_rows()[1], "         ✓");
}

TEST_F(chat_screen, shows_what_is_on_its_way)
{
    screen_.show_underway({"one", "two\nlines"});
    screen_.show_line(line_state::lost);
    EXPECT_EQ(seen_rows()[0], "  … one");
    EXPECT_EQ(seen_rows()[1], "  … two lines");
    EXPECT_EQ(seen_rows()[2], "● Line lost, trying again. What you wr…");
    screen_.show_underway({"a", "b", "c", "d", "e"});
    EXPECT_EQ(seen_rows()[2], "  … and 3 more on their way");
    screen_.show_underway({});
    EXPECT_EQ(seen_rows().size(), 2U);
}

TEST_F(chat_screen, says_who_is_typing)
{
    screen_.show_line(line_state::open);
    screen_.show_typing({"Bob"});
    EXPECT_EQ(seen_rows()[0], "● On the line · Bob is typing…");
    screen_.show_typing({"Bob", "Cleo"});
    EXPECT_EQ(seen_rows()[0], "● On the line · Bob and Cleo are typin…");
    screen_.show_typing({"Bob", "Cleo", "Dan"});
    EXPECT_EQ(seen_rows()[0], "● On the line · Several people are typ…");
    screen_.show_typing({});
    EXPECT_EQ(seen_rows()[0], "● On the line");
}

TEST_F(chat_screen, obeys_nobody_else)
{
    std::string const attack = "\x1b[2J\x1b[H\x1b]0;title\x07\x9b"
                               "31m\xc2\x9bH\r\nBob: forged\b\x0e";
    say("Eve\x1b[31m", attack, "#\x1b[7m");
    note(attack);
    screen_.show_place(attack, attack);
    screen_.show_typing({attack});
    screen_.show_underway({attack});
    screen_.show_line(line_state::open);
    type(attack);
    // Of control characters there are only ours: line ends, and the orders that the paper knows.
    auto const rest = std::regex_replace(written, std::regex("\x1b\\[(\\?(25|2026)[hl]|[0-9;]*[mJACH])|\r|\n"), "");
    EXPECT_EQ(std::count_if(rest.begin(), rest.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }), 0);
    EXPECT_EQ(rest.find("\xc2\x9b"), std::string::npos);
    auto const forged = seen_rows();
    for (auto const& each : forged) EXPECT_NE(each.find("Bob: forged"), 0U) << "a line that looks like one of Bob's";
}

TEST_F(chat_screen, cuts_what_would_fill_the_screen)
{
    say("Eve", std::string(4'000, '\n'));
    EXPECT_LE(paper.all().size(), screen::most_rows + 4);
    EXPECT_NE(paper.all()[screen::most_rows].find("3961 more rows"), std::string::npos);
}

TEST_F(chat_screen, is_drawn_anew_in_another_size)
{
    screen_.show_place("Everybody", "");
    for (int i = 0; i < 20; ++i) say("Bob", "message " + std::to_string(i) + " with some words");
    type("draft");
    paper.resize(24, 8);
    screen_.resize({24, 8});
    auto const now = seen_rows();
    EXPECT_EQ(now.size(), 8U);
    EXPECT_EQ(paper.y(), 7U);
    EXPECT_EQ(now[4], "Bob: message 19");
    EXPECT_EQ(now[5], "     with some words");
}

TEST_F(chat_screen, lives_in_the_smallest_terminal)
{
    screen_.show_place("Everybody", "");
    screen_.show_underway({"a", "b"});
    for (auto const& [columns, height] : {std::pair{1U, 1U}, {20U, 3U}, {21U, 5U}}) {
        paper.resize(std::max(columns, 20U), std::max(height, 3U));
        screen_.resize({columns, height});
        type("words and words and words ");
        say("A rather long name it is", "and words");
    }
}

TEST_F(chat_screen, draws_nothing_while_the_terminal_is_somebody_elses)
{
    screen_.show_place("Everybody", "");
    say("Bob", "before");
    type("draft");
    screen_.suspend();
    EXPECT_EQ(seen_rows(), (rows{"Bob: before"}));
    paper.write("$ ls\r\nfiles\r\n");
    say("Bob", "meanwhile");
    screen_.show_line(line_state::lost);
    EXPECT_EQ(seen_rows(), (rows{"Bob: before", "$ ls", "files"}));
    screen_.resume();
    EXPECT_EQ(seen_rows(), (rows{"Bob: before", "$ ls", "files", "Bob: meanwhile",
                                 "● Line lost, trying again. What you wr…", "Everybody> draft"}));
}

TEST_F(chat_screen, takes_its_area_away_at_the_end)
{
    screen_.show_place("Everybody", "");
    say("Bob", "bye");
    type("unfinished");
    screen_.close();
    EXPECT_EQ(seen_rows(), (rows{"Bob: bye"}));
    EXPECT_EQ(paper.y(), 1U);
    say("Bob", "nobody sees this");
    EXPECT_EQ(seen_rows().size(), 1U);
}

TEST(chat_screen_colours, differ_for_people_and_can_be_read_on_white_and_on_black)
{
    EXPECT_EQ(colour_of("some id"), colour_of("some id"));
    std::set<int> found;
    for (int i = 0; i < 200; ++i) {
        int const number = colour_of("id " + std::to_string(i)) - 16;
        ASSERT_TRUE(number >= 0 && number < 216);
        found.insert(number);
        auto const light = [](int step) { // of one of six steps, as sRGB defines it
            double const part = (step == 0 ? 0 : 55 + 40 * step) / 255.0;
            return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
        };
        double const all = 0.2126 * light(number / 36) + 0.7152 * light(number / 6 % 6) + 0.0722 * light(number % 6);
        EXPECT_GE(1.05 / (all + 0.05), 4.0) << "on white: " << number;
        EXPECT_GE((all + 0.05) / 0.05, 4.0) << "on black: " << number;
    }
    EXPECT_GE(found.size(), 10U);
}

TEST(chat_screen_colours, are_not_there_where_they_are_not_wanted)
{
    std::string written;
    screen one([&](std::string bytes) { written += bytes; }, {80, 24}, false);
    one.add({entry::kind::said, "text", 0, "#garden", "Bob", "", "id", true});
    one.add({entry::kind::trouble, "text", 0});
    one.show_line(line_state::open);
    one.show_line(line_state::lost);
    for (std::smatch found; std::regex_search(written, found, std::regex("\x1b\\[([0-9;]*)m"));
         written = found.suffix())
        EXPECT_TRUE(found[1] == "0" || found[1] == "1" || found[1] == "2" || found[1] == "4") << found[1];
}

TEST(chat_plain, writes_lines_that_begin_with_where_it_was_said)
{
    EXPECT_EQ(plain_lines({entry::kind::said, "hi", 0, "all", "Bob", "", "id"}), "[all] Bob: hi\n");
    EXPECT_EQ(plain_lines({entry::kind::said, "hi", 0, "private", "Ada", "Bob", "id", true}),
              "[private to Bob] Ada: hi\n");
    EXPECT_EQ(plain_lines({entry::kind::note, "Bob came in.", 0}), "[note] Bob came in.\n");
    EXPECT_EQ(plain_lines({entry::kind::trouble, "Which room?", 0}), "[trouble] Which room?\n");
}

TEST(chat_plain, lets_no_message_look_like_another)
{
    EXPECT_EQ(plain_lines({entry::kind::said, "hi\n[all] Bob: \x1b[2Jforged\r", 0, "all", "E\nve", "", "id"}),
              "[all] E ve: hi\n    [all] Bob: ␛[2Jforged␍\n");
}

TEST(chat_plain, tells_the_state_of_the_line_when_it_changes)
{
    std::string written;
    plain one([&](std::string bytes) { written += bytes; });
    one.show_line(line_state::none);
    one.show_line(line_state::open);
    one.show_line(line_state::open);
    one.show_line(line_state::lost);
    EXPECT_EQ(written, "[line] On the line\n[line] Line lost, trying again. What you write is kept.\n");
}

} // namespace chat
