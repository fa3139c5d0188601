#include "value/json_tree.hpp"

#include <cmath>

#include <gtest/gtest.h>

using namespace partyline;

namespace {

std::string string_of(std::string_view text)
{
    auto const v = parse_json_tree(text, 10);
    return v && v->is_string() ? *v->as_string() : "error";
}

double number_of(std::string_view text)
{
    auto const v = parse_json_tree(text, 10);
    return v && v->is_number() ? *v->as_double() : std::nan("");
}

} // namespace

TEST(json_tree, decodes_escapes_and_surrogates)
{
    EXPECT_EQ(string_of(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00")"),
              "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    EXPECT_EQ(string_of(R"("\u0000")"), std::string(1, '\0'));
    EXPECT_EQ(string_of(R"("\ud800")"), "\xef\xbf\xbd");
    EXPECT_EQ(string_of(R"("\ude00")"), "\xef\xbf\xbd");
    EXPECT_EQ(string_of(R"("\ud800\ud83d\ude00")"), "\xef\xbf\xbd\xf0\x9f\x98\x80");
    EXPECT_EQ(string_of(R"("\ud800\n")"), "\xef\xbf\xbd\n");
    EXPECT_EQ(string_of(R"("\ud800\u0041")"), "\xef\xbf\xbd"
                                              "A");
    EXPECT_EQ(string_of(R"("\ud800\u00")"), "error");
    EXPECT_EQ(string_of(R"("\udbff\udfff")"), "\xf4\x8f\xbf\xbf");
}

TEST(json_tree, makes_of_numbers_what_javascript_makes)
{
    EXPECT_EQ(number_of("1e400"), HUGE_VAL);
    EXPECT_EQ(number_of("-1e400"), -HUGE_VAL);
    EXPECT_EQ(number_of("1e-400"), 0);
    EXPECT_TRUE(std::signbit(number_of("-1e-400")));
    EXPECT_EQ(number_of("0.0000001e400"), HUGE_VAL);
    EXPECT_EQ(number_of("1" + std::string(400, '0')), HUGE_VAL);
    EXPECT_EQ(number_of("1" + std::string(400, '0') + "e-400"), 1);
    EXPECT_EQ(number_of("0." + std::string(400, '0') + "1"), 0);
    EXPECT_EQ(number_of("0." + std::string(400, '0') + "1e401"), 1);
    EXPECT_EQ(number_of("1e99999999999999999999"), HUGE_VAL);
    EXPECT_EQ(number_of("1e-99999999999999999999"), 0);
    EXPECT_EQ(number_of("0e99999999999999999999"), 0);
    EXPECT_EQ(number_of("18446744073709551616"), 0x1p64);
    EXPECT_EQ(parse_json_tree("18446744073709551615", 1)->as_uint64().value(), 18446744073709551615U);
    EXPECT_EQ(parse_json_tree("-9223372036854775808", 1)->as_int64().value(), INT64_MIN);
    EXPECT_EQ(number_of("-9223372036854775809"), -0x1p63);
}

TEST(json_tree, fails_at_every_cut)
{
    std::string_view const text = R"({"a":[1.5e+3,"x\u00e9\ud83d\ude00",true,false,null,{"b":{}}],"c":[]})";
    ASSERT_TRUE(parse_json_tree(text, 10));
    for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_FALSE(parse_json_tree(text.substr(0, cut), 10)) << cut;
}

TEST(json_tree, unites_a_hundred_thousand_keys_in_no_time)
{
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i)
        text.append("\"k").append(std::to_string(i % 50'000)).append("\":").append(std::to_string(i)).append(",");
    text.back() = '}';
    auto const v = parse_json_tree(text, 10);
    ASSERT_TRUE(v);
    EXPECT_EQ(v->size(), 50'000U);
    EXPECT_EQ(*(*v)["k7"].as_int64(), 50'007);
}
