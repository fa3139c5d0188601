#include "base/utf8.hpp"

#include <array>
#include <functional>

#include <gtest/gtest.h>

using namespace partyline::base;

namespace {

// A second opinion, straight from Unicode 15, table 3-7, for one text of up to four bytes.
bool is_one_character(std::string_view t)
{
    auto const in = [&](std::size_t i, int low, int high) {
        auto const byte = static_cast<unsigned char>(t[i]);
        return byte >= low && byte <= high;
    };
    auto const rest = [&](std::size_t from) {
        for (; from < t.size(); ++from) {
            if (!in(from, 0x80, 0xbf)) return false;
        }
        return true;
    };
    switch (t.size()) {
    case 1:
        return in(0, 0, 0x7f);
    case 2:
        return in(0, 0xc2, 0xdf) && rest(1);
    case 3:
        return rest(2) && ((in(0, 0xe0, 0xe0) && in(1, 0xa0, 0xbf)) || (in(0, 0xe1, 0xec) && in(1, 0x80, 0xbf)) ||
                           (in(0, 0xed, 0xed) && in(1, 0x80, 0x9f)) || (in(0, 0xee, 0xef) && in(1, 0x80, 0xbf)));
    default:
        return rest(2) && ((in(0, 0xf0, 0xf0) && in(1, 0x90, 0xbf)) || (in(0, 0xf1, 0xf3) && in(1, 0x80, 0xbf)) ||
                           (in(0, 0xf4, 0xf4) && in(1, 0x80, 0x8f)));
    }
}

bool by_pieces(std::string_view text, std::size_t split)
{
    utf8_validator v;
    return v.feed(text.substr(0, split)) && v.feed(text.substr(split)) && v.complete();
}

constexpr std::string_view mixed = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; // one character of each length

} // namespace

TEST(utf8, agrees_with_the_table_of_unicode_on_every_lead_and_edge)
{
    std::array<int, 12> const edges = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xff};
    for (int lead = 0; lead < 256; ++lead) {
        std::string text(1, static_cast<char>(lead));
        auto const check = [&] {
            bool const good = is_one_character(text);
            // longer texts can also be several characters; only those that begin with a lead byte are compared
            if (text.size() == 1 || lead >= 0xc2) {
                EXPECT_EQ(is_utf8(text), good) << testing::PrintToString(text);
                for (std::size_t split = 0; split <= text.size(); ++split) EXPECT_EQ(by_pieces(text, split), good);
            }
        };
        std::function<void()> const grow = [&] {
            check();
            if (text.size() == 4 || (text.size() > 1 && is_one_character(text))) return;
            for (int const edge : edges) {
                text.push_back(static_cast<char>(edge));
                if (!is_one_character(text.substr(text.size() - 1)) && text.size() <= 4) grow();
                text.pop_back();
            }
        };
        grow();
    }
}

TEST(utf8_validator, accepts_a_text_split_at_any_two_places)
{
    for (std::size_t a = 0; a <= mixed.size(); ++a) {
        for (std::size_t b = a; b <= mixed.size(); ++b) {
            utf8_validator v;
            EXPECT_TRUE(v.feed(mixed.substr(0, a)) && v.feed(mixed.substr(a, b - a)) && v.feed(mixed.substr(b)) &&
                        v.complete());
        }
    }
}

TEST(utf8_validator, fails_at_the_first_impossible_byte)
{
    // Autobahn 6.4: the byte after f4 must be 80 to 8f, and nothing later is waited for
    utf8_validator v;
    EXPECT_TRUE(v.feed("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4"));
    EXPECT_FALSE(v.complete());
    EXPECT_FALSE(v.feed("\x90"));
    EXPECT_FALSE(v.feed("a")) << "it stays failed";
    v.reset();
    EXPECT_TRUE(v.feed("a") && v.complete());
}

TEST(utf8_validator, is_not_complete_inside_a_character)
{
    for (std::string_view const whole : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
        for (std::size_t cut = 1; cut < whole.size(); ++cut) {
            utf8_validator v;
            EXPECT_TRUE(v.feed(whole.substr(0, cut)));
            EXPECT_FALSE(v.complete());
            EXPECT_TRUE(v.feed(whole.substr(cut)));
            EXPECT_TRUE(v.complete());
        }
    }
}

TEST(utf8, mends_as_browsers_do)
{
    EXPECT_EQ(sanitize(mixed), mixed);
    EXPECT_EQ(sanitize("a\xff"
                       "b"),
              "a\xef\xbf\xbd"
              "b");
    EXPECT_EQ(sanitize("\xe2\x82"), "\xef\xbf\xbd"); // cut at the end: one
    EXPECT_EQ(sanitize("\xe2\x82"
                       "A"),
              "\xef\xbf\xbd"
              "A");                                                              // the next character is kept
    EXPECT_EQ(sanitize("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // a surrogate: each byte
    EXPECT_EQ(sanitize("\xf0\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // overlong
    EXPECT_EQ(sanitize("\xf0\x9f\x98\xf0\x9f\x98\x80"), "\xef\xbf\xbd\xf0\x9f\x98\x80");
    EXPECT_EQ(sanitize("\xc3\xc3\xa9"), "\xef\xbf\xbd\xc3\xa9");
}

TEST(utf8, what_was_mended_is_valid)
{
    std::uint32_t seed = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i) {
            seed = seed * 1664525 + 1013904223;
            text.push_back(static_cast<char>("\x41\x80\xbf\xc3\xe2\x82\xac\xf0\x9f\x98\xed\xf4"[(seed >> 16) % 12]));
        }
        EXPECT_TRUE(is_utf8(sanitize(text)));
        for (std::size_t split = 0; split <= text.size(); ++split) EXPECT_EQ(by_pieces(text, split), is_utf8(text));
    }
}
