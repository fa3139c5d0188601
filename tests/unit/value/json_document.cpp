#include "value/json_document.hpp"

#include <gtest/gtest.h>

#include <partyline/convert.hpp>

#include "value/json_tree.hpp"

using namespace partyline;

namespace {

std::string nested(std::size_t depth, std::string_view inner = "1")
{
    return std::string(depth, '[').append(inner).append(depth, ']');
}

// the error of both readers, which have to agree
errc error_of(std::string_view text, std::size_t max_depth = 128)
{
    json_document document(max_depth);
    auto const done = document.parse(text);
    auto const tree = parse_json_tree(text, max_depth);
    EXPECT_EQ(done.has_value(), tree.has_value()) << text;
    return done ? errc{} : done.error();
}

std::string rewritten(std::string_view text, std::span<binary const> attachments = {})
{
    json_document document;
    if (!document.parse(text)) return "error";
    value v;
    EXPECT_TRUE(decode(document.root(attachments), v));
    return v.to_json();
}

} // namespace

TEST(json_document, accepts_what_javascript_accepts)
{
    for (char const* text : {"1", "null", " [ ] ", "{}", "\"\"", "-0", "1e400", "-1e400", "1e-400",
                             "123456789012345678901234567890", "\"\\ud800\"", "\"\\u0000\"", "[1,\t2,\r\n3]",
                             "{\"a\":1,\"a\":2}", "{\"__proto__\":1}", "0.1E+2", "\"\\/\"", "\"\x7f\""})
    {
        EXPECT_EQ(error_of(text), errc{}) << text;
    }
}

TEST(json_document, refuses_what_javascript_refuses)
{
    for (char const* text : {"",
                             " ",
                             "01",
                             "+1",
                             "1.",
                             ".5",
                             "1e",
                             "--1",
                             "[1,]",
                             "{\"a\":1,}",
                             "{a:1}",
                             "'a'",
                             "[1 2]",
                             "nul",
                             "NaN",
                             "Infinity",
                             "\"\t\"",
                             "\"\\x\"",
                             "\"\\ud80\"",
                             "\"",
                             "[",
                             "]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "1 2",
                             "// x",
                             "\xef\xbb\xbf"
                             "1",
                             "[1]]",
                             "{\"a\":1]",
                             "\"\\u12 4\"",
                             "-",
                             "\"\\u+123\"",
                             "\x0b"
                             "1",
                             "[1e400",
                             "[\"\\ud800\",]"})
    {
        EXPECT_EQ(error_of(text), errc::invalid_json) << text;
    }
    EXPECT_EQ(error_of("\"\xff\""), errc::invalid_utf8);
    EXPECT_EQ(error_of("\"\xed\xa0\x80\""), errc::invalid_utf8);
}

TEST(json_document, limits_depth_not_counting_an_empty_innermost_one)
{
    EXPECT_EQ(error_of(nested(128)), errc{});
    EXPECT_EQ(error_of(nested(129)), errc::too_deep);
    EXPECT_EQ(error_of(nested(129, "")), errc{});
    EXPECT_EQ(error_of(nested(130, "")), errc::too_deep);
    EXPECT_EQ(error_of("[1e400," + nested(128) + "]"), errc::too_deep);
    EXPECT_EQ(error_of("[[1]]", 1), errc::too_deep);
    EXPECT_EQ(error_of("[1]", 1), errc{});
    EXPECT_EQ(error_of(nested(450'000)), errc::too_deep);
    EXPECT_NE(error_of(std::string(900'000, '[')), errc{});
}

TEST(json_document, goes_as_deep_as_it_is_told)
{
    json_document document(500'000);
    ASSERT_TRUE(document.parse(nested(100'000)));
    value v;
    ASSERT_TRUE(decode(document.root(), v));
    EXPECT_EQ(v.to_json(), nested(100'000));
}

TEST(json_document, reads_the_same_text_twice_and_many_texts_one_after_the_other)
{
    json_document document;
    for (char const* text : {"[1,2]", "[\"\\ud800\"]", "{\"a\":[true]}"}) {
        ASSERT_TRUE(document.parse(text));
        for (int i = 0; i < 2; ++i) {
            value v;
            EXPECT_TRUE(decode(document.root(), v));
            EXPECT_EQ(v, *value::parse_json(text));
        }
    }
    EXPECT_FALSE(document.parse("[1"));
    EXPECT_TRUE(document.parse("[1]"));
}

TEST(json_document, gives_memory_back_after_one_huge_text)
{
    json_document document;
    ASSERT_TRUE(document.parse("[\"" + std::string(20 << 20, 'x') + "\"]"));
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(document.parse("[1]"));
        EXPECT_EQ(document.size(), 1U);
    }
}

TEST(json_document, does_not_look_at_the_padding)
{
    json_document document;
    std::string text = "[1,2]" + std::string(json_document::padding, '"');
    EXPECT_TRUE(document.parse_padded(std::string_view(text).substr(0, 5)));
    text = "1" + std::string(json_document::padding, '7');
    ASSERT_TRUE(document.parse_padded(std::string_view(text).substr(0, 1)));
    int number = 0;
    EXPECT_TRUE(decode(document.root(), number));
    EXPECT_EQ(number, 1);
}

TEST(json_document, knows_the_size_of_the_outermost)
{
    for (auto const& [text, size] :
         {std::pair("[1,[2,3],{}]", 3), {"{\"a\":1,\"b\":[1,2,3]}", 2}, {"[]", 0}, {"7", 0}, {"[1e400,2]", 2}})
    {
        json_document document;
        ASSERT_TRUE(document.parse(text));
        EXPECT_EQ(document.size(), static_cast<std::size_t>(size)) << text;
    }
}

TEST(json_document, reads_step_by_step)
{
    json_document document;
    ASSERT_TRUE(document.parse(R"(["name",{"a":[1,2],"b":true},null,2.5])"));
    auto& in = document.root();
    std::string_view text;
    ASSERT_TRUE(in.enter_array());
    ASSERT_TRUE(in.next_element());
    EXPECT_FALSE(in.enter_object());
    EXPECT_EQ(in.failure(), errc::type_mismatch);
    EXPECT_EQ(in.peek(), value_kind::string);
    ASSERT_TRUE(in.read_string(text));
    EXPECT_EQ(text, "name");
    ASSERT_TRUE(in.next_element());
    ASSERT_TRUE(in.enter_object());
    ASSERT_TRUE(in.next_key(text));
    EXPECT_EQ(text, "a");
    in.skip();
    ASSERT_TRUE(in.next_key(text));
    auto const twin = in.clone();
    bool flag = false;
    EXPECT_TRUE(in.read_bool(flag));
    EXPECT_FALSE(in.next_key(text));
    EXPECT_TRUE(twin->read_bool(flag)) << "the clone stayed where it was";
    ASSERT_TRUE(in.next_element());
    EXPECT_TRUE(in.read_null());
    ASSERT_TRUE(in.next_element());
    EXPECT_EQ(in.peek(), value_kind::real);
    std::int64_t number = 0;
    EXPECT_FALSE(in.read_int64(number));
    in.skip();
    EXPECT_FALSE(in.next_element());
}

// ── placeholders ────────────────────────────────────────────────────────────────────────────────────────────────────

TEST(json_document, resolves_placeholders_where_there_are_attachments)
{
    std::vector<binary> const attachments = {binary::from_text("zero"), binary::from_text("one")};
    // the second text is refused by simdjson, so it is read as a tree
    for (std::string const last : {"1", "1e400"}) {
        json_document document;
        ASSERT_TRUE(document.parse(R"([{"_placeholder":true,"num":1},{"x":{"num":0,"_placeholder":true,"more":[]}},)" +
                                   last + "]"));
        EXPECT_EQ(*document.check_placeholders(2), 2U);
        EXPECT_EQ(document.check_placeholders(1).error(), errc::invalid_attachment);
        auto& in = document.root(attachments);
        binary bytes;
        std::string_view key;
        ASSERT_TRUE(in.enter_array() && in.next_element());
        EXPECT_EQ(in.peek(), value_kind::binary);
        EXPECT_FALSE(in.enter_object());
        ASSERT_TRUE(in.read_binary(bytes));
        EXPECT_EQ(bytes.data(), attachments[1].data()) << "shared, not copied";
        ASSERT_TRUE(in.next_element() && in.enter_object() && in.next_key(key));
        ASSERT_TRUE(in.read_binary(bytes));
        EXPECT_EQ(bytes.text(), "zero");
    }
}

TEST(json_document, takes_placeholders_as_plain_data_without_attachments)
{
    EXPECT_EQ(rewritten(R"({"_placeholder":true,"num":0})"), R"({"_placeholder":true,"num":0})");
}

TEST(json_document, finds_every_bad_placeholder)
{
    for (std::string const bad : {"-1", "2", "0.5", "\"0\"", "\"splice\"", "null", "true", "[]", "1e20",
                                  "18446744073709551615", "99999999999999999999"})
    {
        for (std::string const shape :
             {"[{\"_placeholder\":true,\"num\":#}]", "{\"a\":[1,{\"num\":#,\"_placeholder\":true}]}",
              "[1e400,{\"_placeholder\":true,\"num\":#}]"})
        {
            std::string text = shape;
            text.replace(text.find('#'), 1, bad);
            json_document document;
            ASSERT_TRUE(document.parse(text)) << text;
            EXPECT_FALSE(document.check_placeholders(2)) << text;
        }
    }
    json_document document;
    ASSERT_TRUE(document.parse(R"([{"_placeholder":true}])"));
    EXPECT_FALSE(document.check_placeholders(2)) << "no number at all";
}

TEST(json_document, counts_only_what_is_a_placeholder)
{
    for (auto const& [text, count] : {std::pair(R"([{"_placeholder":false,"num":9}])", 0),
                                      {R"([{"_placeholder":1,"num":9}])", 0},
                                      {R"(["_placeholder"])", 0},
                                      {R"([{"_placeholder":false,"_placeholder":true,"num":9,"num":1.0}])", 1},
                                      {R"([{"_placeholder":true,"_placeholder":null,"num":9}])", 0},
                                      {R"([{"_placeholder":true,"num":0,"inner":{"_placeholder":true,"num":7}}])", 1}})
    {
        json_document document;
        ASSERT_TRUE(document.parse(text));
        auto const found = document.check_placeholders(2);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(*found, static_cast<std::size_t>(count)) << text;
    }
}
