// What strangers write may not reach a terminal as an order, and has the width that terminals give it.
#include <gtest/gtest.h>

#include "chat/terminal/text.hpp"

namespace chat {

using namespace std::string_literals;

TEST(chat_text, shows_control_characters_as_signs)
{
    EXPECT_EQ(cleaned("\x1b]0;owned\x07\x1b[2J"), "␛]0;owned␇␛[2J");
    EXPECT_EQ(cleaned("a\0b\x7f"s), "a␀b␡");
    EXPECT_EQ(cleaned("back\b\b"), "back␈␈");
    EXPECT_EQ(cleaned("over\rwritten"), "over␍written");
}

TEST(chat_text, lets_no_control_character_through_at_all)
{
    for (char32_t c = 0; c < 0x100; ++c) {
        if (c == '\n' || c == 0x85) continue; // line breaks
        std::string raw;
        append(raw, c);
        for (auto const& text : {raw, std::string(1, static_cast<char>(c)), "\xc2" + raw}) {
            auto const shown = cleaned(text);
            for (std::size_t at = 0; at < shown.size();) {
                auto const seen = decode(shown, at);
                EXPECT_FALSE(seen < 0x20 || (seen >= 0x7F && seen < 0xA0)) << static_cast<unsigned>(c);
            }
        }
    }
}

TEST(chat_text, knows_the_controls_of_eight_bits)
{
    EXPECT_EQ(cleaned("\xc2\x9b"
                      "2J"),
              "�2J"); // U+009B is "escape [" to some terminals
    EXPECT_EQ(cleaned("\x9b"
                      "2J"),
              "�2J"); // and so is the byte alone
}

TEST(chat_text, takes_away_orders_about_the_direction)
{
    EXPECT_EQ(cleaned("user\u202Egnp.exe"), "user�gnp.exe");
    EXPECT_EQ(cleaned("\u2066a\u2069"), "�a�");
}

TEST(chat_text, keeps_lines_and_makes_tabs_spaces)
{
    EXPECT_EQ(cleaned("a\r\nb\nc\u2028d"), "a\nb\nc\nd");
    EXPECT_EQ(cleaned("a\tb"), "a    b");
    EXPECT_EQ(cleaned_line("a\nb"), "a b");
}

TEST(chat_text, replaces_what_is_no_utf8)
{
    EXPECT_EQ(cleaned("a\xff\xc3"), "a��");
    EXPECT_EQ(cleaned("\xc0\xaf"), "��");
    EXPECT_EQ(cleaned("\xed\xa0\x80"), "���");
    EXPECT_EQ(cleaned("\xf4\x90\x80\x80"), "����");
    EXPECT_EQ(cleaned("Grüße, 漢字, 😀"), "Grüße, 漢字, 😀");
}

TEST(chat_text, lets_no_tower_of_accents_grow)
{
    std::string tower = "e";
    for (int i = 0; i < 50; ++i) tower += "\u0301";
    EXPECT_LE(cleaned(tower).size(), 1 + 6 * 2U);
    EXPECT_EQ(cleaned("e\u0301"), "e\u0301");
}

TEST(chat_text, cleans_what_is_clean_no_further)
{
    for (auto const* text : {"\x1b[31m", "👩\u200d👧", "❤\ufe0f", "a\tb", "\xff"})
        EXPECT_EQ(cleaned(cleaned(text)), cleaned(text));
}

TEST(chat_text, counts_columns_as_terminals_do)
{
    EXPECT_EQ(columns("Ada"), 3U);
    EXPECT_EQ(columns("漢字"), 4U);
    EXPECT_EQ(columns("e\u0301"), 1U);
    EXPECT_EQ(columns("😀"), 2U);
    EXPECT_EQ(columns(""), 0U);
}

TEST(chat_text, steps_over_characters_with_their_accents)
{
    std::string const text = "ae\u0301漢";
    EXPECT_EQ(after_character(text, 1), 4U);
    EXPECT_EQ(after_character(text, 4), 7U);
    EXPECT_EQ(after_character(text, 7), 7U);
    EXPECT_EQ(before_character(text, 7), 4U);
    EXPECT_EQ(before_character(text, 4), 1U);
    EXPECT_EQ(before_character(text, 0), 0U);
}

using rows = std::vector<std::string>;

TEST(chat_text, breaks_between_words)
{
    EXPECT_EQ(wrapped("one two three", 7, 9), (rows{"one two", "three"}));
    EXPECT_EQ(wrapped("one two three", 20, 20), (rows{"one two three"}));
    EXPECT_EQ(wrapped("", 7, 9), (rows{""}));
    EXPECT_EQ(wrapped("a\n\nb", 7, 9), (rows{"a", "", "b"}));
    EXPECT_EQ(wrapped("one      ", 4, 4), (rows{"one"}));
}

TEST(chat_text, breaks_within_a_word_that_fits_nowhere)
{
    EXPECT_EQ(wrapped("see https://example.org", 8, 8), (rows{"see http", "s://exam", "ple.org"}));
    EXPECT_EQ(wrapped("漢字漢字漢", 5, 4), (rows{"漢字", "漢字", "漢"}));
}

TEST(chat_text, gives_no_row_more_columns_than_it_may_have)
{
    std::string const text = "Wide 漢字 words, andaverylongonewithoutaspace, 😀😀😀 and e\u0301ven\n  more   spaces ";
    for (std::size_t width = 2; width < 30; ++width)
        for (auto const& row : wrapped(text, width, width)) EXPECT_LE(columns(row), width);
}

TEST(chat_text, shortens_with_a_sign)
{
    EXPECT_EQ(shortened("Ada", 3), "Ada");
    EXPECT_EQ(shortened("Adalbert", 4), "Ada…");
    EXPECT_EQ(shortened("漢字漢", 4), "漢…");
    EXPECT_EQ(shortened("Ada", 0), "");
}

} // namespace chat
