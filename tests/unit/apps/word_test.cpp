// Words of the command line and JSON with bytes in it.
#include "apps/partyline/word.hpp"

#include <gtest/gtest.h>

#include "apps/partyline/base64.hpp"

namespace partyline_tool {
namespace {

using partyline::binary;
using partyline::errc;
using partyline::value;

value meaning(std::string_view text) { return read_word(text).value().meaning; }

TEST(word, is_json_if_it_reads_as_json_and_a_text_otherwise)
{
    EXPECT_EQ(meaning("42"), value(42));
    EXPECT_EQ(meaning("-0.5"), value(-0.5));
    EXPECT_EQ(meaning("true"), value(true));
    EXPECT_EQ(meaning("null"), value(nullptr));
    EXPECT_EQ(meaning(R"("42")"), value("42"));
    EXPECT_EQ(meaning(R"([1,{"a":null}])"), value(value::array{1, value::object{{"a", nullptr}}}));
    EXPECT_EQ(meaning("9007199254740993"), value(9007199254740993));
    EXPECT_EQ(meaning("hello"), value("hello"));
    EXPECT_EQ(meaning("two words"), value("two words"));
    EXPECT_EQ(meaning(""), value(""));
    EXPECT_EQ(meaning("True"), value("True"));
    EXPECT_EQ(meaning("0x10"), value("0x10"));
}

TEST(word, is_doubtful_where_it_begins_as_json_does_but_is_none)
{
    for (auto const* const each : {"{a:1}", "[1,", R"("open)", "{'a':1}"}) {
        auto const read = read_word(each).value();
        EXPECT_EQ(read.meaning, value(each));
        EXPECT_TRUE(read.is_doubtful) << each;
    }
    for (auto const* const each : {"hello", "", "12x", "{}", "[]"})
        EXPECT_FALSE(read_word(each).value().is_doubtful) << each;
}

TEST(word, that_cannot_be_sent_is_refused)
{
    EXPECT_EQ(read_word("\xff").error(), errc::invalid_utf8);
    EXPECT_EQ(read_word(R"({"base64":"*"})").error(), errc::invalid_base64);
    EXPECT_EQ(read_word(R"([[{"base64":"AAE"}]])").error(), errc::invalid_base64);
}

TEST(json_with_bytes, is_read_and_written_at_any_depth)
{
    auto const bytes = binary::from_text(std::string_view("\0\1\2", 3));
    value const tree =
        value::object{{"a", value::array{bytes, value::object{{"b", bytes}, {"c", 1}}}}, {"d", binary()}};
    std::string const text = R"({"a":[{"base64":"AAEC"},{"b":{"base64":"AAEC"},"c":1}],"d":{"base64":""}})";
    EXPECT_EQ(write_json(tree), text);
    EXPECT_EQ(read_json(text).value(), tree);
}

TEST(json_with_bytes, tells_bytes_from_an_object_that_looks_like_them)
{
    value const one = value::object{{"base64", "AAEC"}};
    value const two = value::object{{"base64", value::array{"AAEC"}}};
    value const three = value::object{{"base64", value::object{{"base64", 5}}}};
    EXPECT_EQ(write_json(one), R"({"base64":["AAEC"]})");
    EXPECT_EQ(write_json(two), R"({"base64":[["AAEC"]]})");
    for (auto const& each : {one, two, three}) EXPECT_EQ(read_json(write_json(each)).value(), each);
    // with company, or without a text, it is an object anyway
    EXPECT_EQ(read_json(R"({"base64":"AAEC","x":1})").value(), value(value::object{{"base64", "AAEC"}, {"x", 1}}));
    EXPECT_EQ(read_json(R"({"base64":5})").value(), value(value::object{{"base64", 5}}));
}

TEST(json_with_bytes, harms_no_terminal)
{
    EXPECT_EQ(write_json("a\x1b[2J\x7f\xc2\x9b\xc3\xbc"), R"("a\u001b[2J\u007f\u009bü")");
    EXPECT_EQ(read_json(write_json("\x7f\xc2\x9b")).value(), value("\x7f\xc2\x9b"));
    EXPECT_EQ(printable("say \"hi\" \\ \x1b[2J\n\xc2\x9b"), R"(say "hi" \ \u001b[2J\n\u009b)");
}

TEST(base64, of_every_length_comes_back)
{
    std::vector<std::byte> bytes;
    for (int i = 0; i < 70; ++i) {
        auto const text = to_base64(bytes);
        EXPECT_EQ(text.size(), (bytes.size() + 2) / 3 * 4);
        EXPECT_EQ(from_base64(text), bytes);
        bytes.push_back(static_cast<std::byte>(i * 37));
    }
    EXPECT_EQ(to_base64(std::as_bytes(std::span("Man", 3))), "TWFu");
    EXPECT_EQ(to_base64(std::as_bytes(std::span("Ma", 2))), "TWE=");
    EXPECT_EQ(to_base64(std::as_bytes(std::span("M", 1))), "TQ==");
}

TEST(base64, that_is_none_is_refused)
{
    for (auto const* const each : {"A", "AA", "AAA", "AAAA=", "A===", "====", "AA=A", "AAA\n", "AA-_", "TR=="})
        EXPECT_FALSE(from_base64(each)) << each;
    EXPECT_TRUE(from_base64("")->empty());
}

} // namespace
} // namespace partyline_tool
