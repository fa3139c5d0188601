#include "value/json_writer.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <partyline/args.hpp>

using namespace partyline;

namespace {

struct json_text
{
    std::string text;
    std::vector<binary> attachments;
    json_writer out{text, attachments, 4};
};

std::string in_quotes(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

} // namespace

TEST(json_writer, writes_values_with_commas_where_they_belong)
{
    json_text json;
    auto& out = json.out;
    out.begin_array(7);
    out.null();
    out.boolean(true);
    out.integer(-5);
    out.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
    out.real(1.5);
    out.begin_object(3);
    out.key("a");
    out.begin_array(0);
    out.end_array();
    out.key("b\"");
    out.string("x");
    out.key("");
    out.begin_object(0);
    out.end_object();
    out.end_object();
    out.boolean(false);
    out.end_array();
    EXPECT_EQ(json.text, R"([null,true,-5,18446744073709551615,1.5,{"a":[],"b\"":"x","":{}},false])");
    EXPECT_EQ(out.failure(), errc{});
}

TEST(json_writer, escapes_as_json_stringify_does)
{
    std::string expected = "\"";
    std::string all;
    for (int c = 0; c < 0x20; ++c) {
        all.push_back(static_cast<char>(c));
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", c);
        switch (c) {
        case '\b':
            expected += "\\b";
            break;
        case '\t':
            expected += "\\t";
            break;
        case '\n':
            expected += "\\n";
            break;
        case '\f':
            expected += "\\f";
            break;
        case '\r':
            expected += "\\r";
            break;
        default:
            expected += escape;
        }
    }
    EXPECT_EQ(in_quotes(all), expected + "\"");
    EXPECT_EQ(in_quotes("\"\\/\x7f"), "\"\\\"\\\\/\x7f\"");
    EXPECT_EQ(in_quotes("\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
}

TEST(json_writer, finds_what_to_escape_at_every_place)
{
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            std::string text(size, 'x');
            text[place] = '"';
            std::string const expected =
                "\"" + std::string(place, 'x') + "\\\"" + std::string(size - place - 1, 'x') + "\"";
            EXPECT_EQ(in_quotes(text), expected);
            text[place] = '\xff';
            EXPECT_EQ(in_quotes(text),
                      "\"" + std::string(place, 'x') + "\xef\xbf\xbd" + std::string(size - place - 1, 'x') + "\"");
        }
    }
    EXPECT_EQ(in_quotes("\xff\n\""), "\"\xef\xbf\xbd\\n\\\"\"");
}

TEST(json_writer, numbers_binary_leaves)
{
    json_text json;
    json.out.begin_array(2);
    json.out.bytes(binary::from_text("a"));
    json.out.begin_object(1);
    json.out.key("k");
    json.out.bytes(binary::from_text("b"));
    json.out.end_object();
    json.out.end_array();
    EXPECT_EQ(json.text, R"([{"_placeholder":true,"num":0},{"k":{"_placeholder":true,"num":1}}])");
    ASSERT_EQ(json.attachments.size(), 2U);
    EXPECT_EQ(json.attachments[1].text(), "b");
}

TEST(json_writer, refuses_to_go_deeper_than_the_limit)
{
    json_text json;
    for (int i = 0; i < 4; ++i) json.out.begin_array(1);
    json.out.begin_array(0); // empty: does not count
    json.out.end_array();
    EXPECT_EQ(json.out.failure(), errc{});
    json.out.begin_array(1);
    EXPECT_EQ(json.out.failure(), errc::too_deep);
    for (int i = 0; i < 100'000; ++i) json.out.begin_object(1);
    for (int i = 0; i < 100'000; ++i) json.out.end_object();
    EXPECT_LT(json.text.size(), 20U);
    json.text.clear();
    json.out.restart();
    json.out.integer(1);
    EXPECT_EQ(json.text, "1");
    EXPECT_EQ(json.out.failure(), errc{});
}

TEST(json_writer, splices_text_unchanged)
{
    json_text json;
    auto const list = args::borrow(args::format::json, R"( "\ud800" ,1e400,{"a":-0})", 3, {});
    json.out.begin_array(5);
    json.out.string("name");
    json.out.splice(list);
    json.out.splice(args());
    json.out.integer(1);
    json.out.end_array();
    EXPECT_EQ(json.text, R"(["name", "\ud800" ,1e400,{"a":-0},1])");
}

TEST(json_writer, renumbers_what_it_splices_behind_other_binaries)
{
    std::vector<binary> const attachments = {binary::from_text("x"), binary::from_text("y")};
    auto const list = args::borrow(
        args::format::json, R"({"_placeholder":true,"num":1}, "\udc00",{"_placeholder":true,"num":0})", 3, attachments);
    json_text json;
    json.out.begin_array(6);
    json.out.splice(list);
    json.out.splice(list);
    json.out.end_array();
    EXPECT_EQ(json.text, R"([{"_placeholder":true,"num":1}, "\udc00",{"_placeholder":true,"num":0},)"
                         R"({"_placeholder":true,"num":3}, "\udc00",{"_placeholder":true,"num":2}])");
    ASSERT_EQ(json.attachments.size(), 4U);
    EXPECT_EQ(json.attachments[3].text(), "y");
}
