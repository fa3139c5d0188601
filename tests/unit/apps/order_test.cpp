// Lines of standard input.
#include "apps/partyline/order.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace partyline_tool {
namespace {

using partyline::binary;
using partyline::value;
using values = std::vector<value>;
using lines = std::vector<std::string>;

order good(std::string_view line)
{
    auto const read = read_order(line);
    if (auto const* const wrong = std::get_if<std::string>(&read)) {
        ADD_FAILURE() << line << ": " << *wrong;
        return {};
    }
    return std::get<order>(read);
}

TEST(order, as_an_array_is_a_name_and_arguments)
{
    auto const read = good(R"(  ["chat","hello",42,{"base64":"aGk="}] )");
    EXPECT_EQ(read.event, "chat");
    EXPECT_EQ(read.args, (values{"hello", 42, binary::from_text("hi")}));
    EXPECT_FALSE(read.ack || read.nsp || read.answers || read.is_volatile);
    EXPECT_TRUE(good(R"(["bye"])").args.empty());
}

TEST(order, as_an_object_says_everything)
{
    auto const read = good(R"({"event":"e","args":[[1]],"ack":true,"nsp":"/admin","id":{"n":1},"volatile":true})");
    EXPECT_EQ(read.event, "e");
    EXPECT_EQ(read.args, values{value::array{1}});
    EXPECT_EQ(read.ack, true);
    EXPECT_EQ(read.nsp, "/admin");
    EXPECT_EQ(read.id, value(value::object{{"n", 1}}));
    EXPECT_TRUE(read.is_volatile);
    EXPECT_EQ(good(R"({"event":"e","ack":false})").ack, false);
}

TEST(order, may_be_a_line_that_was_printed)
{
    auto const read = good(R"({"event":"e","args":[1],"nsp":"/","ack":3,"answered":[2],"time":1764061200000})");
    EXPECT_EQ(read.args, values{1});
    EXPECT_EQ(read.nsp, "/");
    EXPECT_EQ(read.ack, true);
}

TEST(order, may_answer)
{
    auto const read = good(R"({"answer":3,"args":["yes",2]})");
    EXPECT_EQ(read.answers, 3U);
    EXPECT_EQ(read.args, (values{"yes", 2}));
}

TEST(order, may_be_a_name_alone)
{
    EXPECT_EQ(good("hello\r").event, "hello");
    EXPECT_EQ(good(R"("two words")").event, "two words");
}

TEST(order, that_is_wrong_is_explained)
{
    for (auto const* const each :
         {"", "two words", "[", "[]", "[1]", "{}", R"({"event":1})", R"({"event":"e","args":1})",
          R"({"event":"e","agrs":[]})", R"({"event":"e","ack":"yes"})", R"({"event":"e","nsp":1})",
          R"({"event":"e","volatile":1})", R"({"answer":"sum"})", R"({"answer":-1})", R"({"life":"connect"})",
          R"({"base64":"AAEC"})", R"(["e",{"base64":"*"}])", "\xff"})
    {
        auto const read = read_order(each);
        auto const* const wrong = std::get_if<std::string>(&read);
        ASSERT_TRUE(wrong) << each;
        EXPECT_GT(wrong->size(), 5U) << each;
    }
    EXPECT_EQ(std::get<std::string>(read_order(R"({"event":"e","agrs":[]})")),
              "there is no member \"agrs\"; there are event, args, ack, nsp, id, volatile and answer");
}

TEST(line_splitter, cuts_at_each_place_the_same)
{
    std::string const text = "one\n\n  \r\ntwo\r\nthree";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        line_splitter splitter;
        auto all = splitter.take(std::string_view(text).substr(0, cut));
        for (auto& each : splitter.take(std::string_view(text).substr(cut))) all.push_back(std::move(each));
        for (auto& each : splitter.finish()) all.push_back(std::move(each));
        EXPECT_EQ(all, (lines{"one", "two\r", "three"})) << cut;
        EXPECT_TRUE(splitter.finish().empty());
    }
}

TEST(line_splitter, keeps_no_line_without_end)
{
    line_splitter splitter;
    std::string const piece(line_splitter::longest / 4, 'x');
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(splitter.take(piece).empty());
    EXPECT_THROW((void)splitter.take("x"), std::length_error);
}

} // namespace
} // namespace partyline_tool
