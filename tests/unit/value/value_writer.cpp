#include "value/value_writer.hpp"

#include <gtest/gtest.h>

#include <partyline/args.hpp>

using namespace partyline;

TEST(value_writer, builds_what_is_written)
{
    value_writer out;
    out.begin_object(3);
    out.key("list");
    out.begin_array(4);
    out.integer(1);
    out.splice(args::of("two", binary::from_text("x")));
    out.null();
    out.end_array();
    out.key("real");
    out.real(1.5);
    out.key("list");
    out.begin_array(0);
    out.end_array();
    out.end_object();
    auto const v = std::move(out).take();
    EXPECT_EQ(v.to_json(), R"({"list":[],"real":1.5})") << "the last duplicate wins";
}

TEST(value_writer, splices_binary_leaves)
{
    value_writer out;
    out.begin_array(2);
    out.splice(args::of(1, binary::from_text("x")));
    out.end_array();
    EXPECT_EQ(std::move(out).take()[1].as_binary()->text(), "x");
}

TEST(value_writer, mends_text)
{
    value_writer out;
    out.string("\xff");
    EXPECT_EQ(*std::move(out).take().as_string(), "\xef\xbf\xbd");
}
