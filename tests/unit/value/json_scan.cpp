#include "value/json_scan.hpp"

#include <gtest/gtest.h>

using namespace partyline;

namespace {

std::string renumbered(std::string_view text, std::size_t offset)
{
    std::string out;
    append_renumbered(out, text, offset);
    return out;
}

} // namespace

TEST(json_scan, splits_the_first_element_off)
{
    for (auto const& [text, first, rest] : {std::tuple(R"(["a",1,2])", R"("a")", "1,2"),
                                            {R"(["a"])", R"("a")", ""},
                                            {"[]", "", ""},
                                            {" [ \"a,]\" , [1,2] , 3 ] ", "\"a,]\"", " [1,2] , 3 "},
                                            {R"(["a\"b",{"c":[1,2]}])", R"("a\"b")", R"({"c":[1,2]})"},
                                            {"[1]", "1", ""},
                                            {R"(["\\",1])", R"("\\")", "1"}})
    {
        auto const list = split_first(text);
        EXPECT_EQ(list.first, first) << text;
        EXPECT_EQ(list.rest, rest) << text;
    }
}

TEST(json_scan, counts_and_finds_elements)
{
    std::string_view const list = R"(1, "a,b" ,[2,{"x":[3,4]}],{"k":"]"},null)";
    EXPECT_EQ(count_elements(list), 5U);
    EXPECT_EQ(element_at(list, 0), "1");
    EXPECT_EQ(element_at(list, 1), R"("a,b")");
    EXPECT_EQ(element_at(list, 2), R"([2,{"x":[3,4]}])");
    EXPECT_EQ(element_at(list, 4), "null");
    EXPECT_EQ(element_at(list, 5), "");
    EXPECT_EQ(count_elements(""), 0U);
    EXPECT_EQ(count_elements("  "), 0U);
    EXPECT_EQ(count_elements("7"), 1U);
}

TEST(json_scan, finds_the_end_of_a_value)
{
    EXPECT_EQ(value_end(R"("a\"b" ,1)", 0), 6U);
    EXPECT_EQ(value_end("  12  ,3", 0), 4U);
    EXPECT_EQ(value_end("[1,[2]],3", 0), 7U);
    EXPECT_EQ(value_end("{\"a\":1}]", 0), 7U);
}

TEST(json_scan, renumbers_placeholders_and_nothing_else)
{
    EXPECT_EQ(renumbered(R"({"_placeholder":true,"num":0},{"a":[{"num":1,"_placeholder":true}]})", 3),
              R"({"_placeholder":true,"num":3},{"a":[{"_placeholder":true,"num":4}]})");
    EXPECT_EQ(renumbered(R"({"_placeh\u006flder":true,"n\u0075m":12})", 1), R"({"_placeholder":true,"num":13})");
    for (char const* text : {R"({"num":0})", R"({"_placeholder":false,"num":0})",
                             R"("{\"_placeholder\":true,\"num\":0}")", R"(["_placeholder",true,"num",0])",
                             R"({ "a" : 1e400 , "b" : "\ud800" , "c":[ ] })", R"({"x":"_placeholder","y":"num"})",
                             R"({"_placeholder":"true","num":0})", R"({"_place\nholder":true,"num":0})"})
    {
        EXPECT_EQ(renumbered(text, 5), text);
    }
}

TEST(json_scan, stays_inside_of_text_that_is_cut_anywhere)
{
    std::string_view const text = R"(["a\"b",{"_placeholder":true,"num":0},[1,"\\"],{"n\u0075m":1}])";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        std::string const part(text.substr(0, cut)); // its own allocation: the sanitizer watches the end
        auto const list = split_first(part);
        EXPECT_LE(list.first.size() + list.rest.size(), part.size());
        EXPECT_LE(value_end(part, 0), part.size());
        static_cast<void>(element_at(part, 3));
        static_cast<void>(count_elements(part));
        EXPECT_FALSE(renumbered(part, 1).size() > part.size() + 64);
    }
}
