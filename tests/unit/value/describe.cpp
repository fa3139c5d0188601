#include <partyline/describe.hpp>

#include <gtest/gtest.h>

#include <boost/describe.hpp>

namespace shop {

struct thing
{
    int number = 0;
};
BOOST_DESCRIBE_STRUCT(thing, (), (number))

struct dish : thing
{
    std::string name;
};
BOOST_DESCRIBE_STRUCT(dish, (thing), (name))

} // namespace shop

TEST(describe, boost_described_structs_are_arguments_with_inherited_members)
{
    shop::dish d;
    d.number = 7;
    d.name = "soup";
    auto const v = partyline::value::of(d);
    EXPECT_EQ(*v["number"].as_int64(), 7);
    EXPECT_EQ(*v["name"].as_string(), "soup");
    EXPECT_EQ(v.to<shop::dish>()->name, "soup");
    EXPECT_EQ(v.to<shop::dish>()->number, 7);
    EXPECT_EQ(partyline::value::parse_json(R"({"name":"x"})")->to<shop::dish>().error(),
              partyline::errc::missing_argument);
}
