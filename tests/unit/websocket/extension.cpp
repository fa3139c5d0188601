#include "websocket/extension.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

std::string print(std::string_view header)
{
    auto const parsed = parse_extensions(header);
    if (!parsed) return parsed.error() == errc::limit_exceeded ? "limit" : "invalid";
    std::string out;
    for (auto const& one : *parsed) {
        out.append("[").append(one.name);
        for (auto const& [name, value] : one.parameters) {
            out.append(" ").append(name);
            if (value) out.append("=").append(*value);
        }
        out.append("]");
    }
    return out;
}

TEST(extension, lists_parameters_and_values_are_read)
{
    EXPECT_EQ(print(""), "");
    EXPECT_EQ(print("  "), "");
    EXPECT_EQ(print("foo"), "[foo]");
    EXPECT_EQ(print("foo, bar,baz"), "[foo][bar][baz]");
    EXPECT_EQ(print("foo;a;b=1;c=two, foo ; a = 1\t; b"), "[foo a b=1 c=two][foo a=1 b]");
    EXPECT_EQ(print("permessage-deflate; client_max_window_bits"), "[permessage-deflate client_max_window_bits]");
}

TEST(extension, quoted_values_are_unquoted_and_have_to_be_tokens)
{
    EXPECT_EQ(print("foo; a=\"1\""), "[foo a=1]");
    EXPECT_EQ(print("foo; a=\"1\\2\" ; b"), "[foo a=12 b]");
    EXPECT_EQ(print("foo; a=\"\""), "invalid");
    EXPECT_EQ(print("foo; a=\"1 2\""), "invalid");
    EXPECT_EQ(print("foo; a=\"1"), "invalid");
    EXPECT_EQ(print("foo; a=\"1\\"), "invalid");
    EXPECT_EQ(print("foo; a=\"1\\\""), "invalid");
    EXPECT_EQ(print("foo; a=\"1\"b"), "invalid");
    EXPECT_EQ(print("foo; a=\"1\", bar"), "[foo a=1][bar]");
}

TEST(extension, broken_headers_are_refused)
{
    for (auto header : {",",      "foo,",    ",foo",        "foo,,bar", "foo;",       "foo;;a",     ";a",
                        "foo;=1", "foo;a=",  "foo;a==1",    "foo a",    "foo=1",      "foo;a b",    "foo;a=1 2",
                        "foo;a,", "\"foo\"", "foo;\"a\"=1", "foo\x01",  "f\xc3\xb6o", "foo;a=\x7f", "foo\n"})
        EXPECT_EQ(print(header), "invalid") << header;
    EXPECT_EQ(print(std::string_view("foo\0", 4)), "invalid");
}

TEST(extension, names_that_mean_something_in_javascript_mean_nothing_here)
{
    EXPECT_EQ(print("constructor; __proto__=1, toString, __proto__"), "[constructor __proto__=1][toString][__proto__]");
}

TEST(extension, their_number_is_limited)
{
    std::string list = "x";
    for (std::size_t i = 1; i != max_extensions; ++i) list += ",x";
    EXPECT_NE(print(list), "limit");
    EXPECT_EQ(print(list + ",x"), "limit");
    std::string one = "x";
    for (std::size_t i = 0; i != max_extension_parameters; ++i) one += ";a";
    EXPECT_NE(print(one), "limit");
    EXPECT_EQ(print(one + ";a"), "limit");
}

} // namespace
} // namespace partyline::websocket
