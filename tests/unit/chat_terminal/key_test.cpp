// The bytes of a terminal, in any pieces, become the keys that were pressed.
#include <gtest/gtest.h>

#include "chat/terminal/key.hpp"

namespace chat {

using keys = std::vector<key>;

void PrintTo(key const& one, std::ostream* out) { *out << static_cast<int>(one.name) << " '" << one.text << "'"; }

TEST(chat_key, reads_text_and_enter)
{
    EXPECT_EQ(key_reader().read("Grüße\r"), (keys{{key_name::text, "Grüße"}, {key_name::enter}}));
}

TEST(chat_key, reads_the_keys_of_the_keyboard)
{
    EXPECT_EQ(key_reader().read("\x1b[A\x1b[B\x1b[C\x1b[D\x1bOH\x1b[F\x1b[3~\x1b[1;5D\x1b[1~"),
              (keys{{key_name::older},
                    {key_name::newer},
                    {key_name::right},
                    {key_name::left},
                    {key_name::start},
                    {key_name::end},
                    {key_name::erase},
                    {key_name::word_left},
                    {key_name::start}}));
    EXPECT_EQ(key_reader().read("\x01\x05\x15\x0b\x17\x7f\x08\x04\x0c\t"), (keys{{key_name::start},
                                                                                 {key_name::end},
                                                                                 {key_name::cut_to_start},
                                                                                 {key_name::cut_to_end},
                                                                                 {key_name::cut_word},
                                                                                 {key_name::backspace},
                                                                                 {key_name::backspace},
                                                                                 {key_name::end_of_input},
                                                                                 {key_name::redraw},
                                                                                 {key_name::complete}}));
}

TEST(chat_key, passes_over_sequences_that_it_does_not_know)
{
    EXPECT_EQ(key_reader().read("\x1b[15~\x1b[?1;2c\x1bxa\x02"), (keys{{key_name::text, "a"}, {key_name::left}}));
    EXPECT_EQ(key_reader().read("\x1b[\rb"), (keys{{key_name::enter}, {key_name::text, "b"}}));
    EXPECT_EQ(key_reader().read("\x1b[" + std::string(100, ';') + "a").back().text, "a");
}

TEST(chat_key, breaks_the_line_with_alt_and_enter)
{
    EXPECT_EQ(key_reader().read("\x1b\r"), (keys{{key_name::text, "\n"}}));
}

TEST(chat_key, takes_a_paste_as_text_whatever_it_holds)
{
    EXPECT_EQ(key_reader().read("\x1b[200~/quit\rrm\r\n\x03\x1b[A\x1b[201~x"),
              (keys{{key_name::text, "/quit\nrm\n\x03\x1b[A"}, {key_name::text, "x"}}));
}

TEST(chat_key, cuts_a_paste_that_is_too_long)
{
    key_reader reader;
    std::string const piece(10'000, 'a');
    EXPECT_TRUE(reader.read("\x1b[200~").empty());
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(reader.read(piece).empty());
    auto const found = reader.read("\x1b[201~");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text.size(), key_reader::most_pasted);
}

TEST(chat_key, reads_the_same_in_any_two_pieces)
{
    std::string const all = "é漢😀\x1b[A\x1b[1;5C\x1b[200~pa\r\nste\x1b[201~\x7f\x1bOF\r";
    auto const joined = [](keys const& list) {
        std::string out;
        for (auto const& each : list)
            out += each.name == key_name::text ? each.text : "<" + std::to_string(static_cast<int>(each.name)) + ">";
        return out;
    };
    auto const whole = joined(key_reader().read(all));
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        key_reader reader;
        auto list = reader.read(all.substr(0, cut));
        auto const rest = reader.read(all.substr(cut));
        list.insert(list.end(), rest.begin(), rest.end());
        EXPECT_EQ(joined(list), whole) << cut;
    }
}

} // namespace chat
