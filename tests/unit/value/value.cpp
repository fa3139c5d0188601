#include <partyline/value.hpp>

#include <limits>

#include <gtest/gtest.h>

#include <partyline/convert.hpp>
#include <partyline/struct.hpp>

using namespace partyline;

namespace {

value deep(std::size_t levels, bool objects)
{
    value v = 1;
    for (std::size_t i = 0; i < levels; ++i) {
        if (objects) {
            value::object outer;
            outer["next"] = std::move(v);
            v = std::move(outer);
        } else {
            value::array outer;
            outer.push_back(std::move(v));
            v = std::move(outer);
        }
    }
    return v;
}

struct dish
{
    std::string name;
    int count = 0;
};
PARTYLINE_STRUCT(dish, name, count)

} // namespace

TEST(value, is_made_from_what_it_can_hold)
{
    EXPECT_TRUE(value().is_null());
    EXPECT_TRUE(value(nullptr).is_null());
    EXPECT_TRUE(value(true).is_bool());
    EXPECT_TRUE(value(1).is_integer());
    EXPECT_TRUE(value(1U).is_number());
    EXPECT_EQ(value(1.5F).kind(), value_kind::real);
    EXPECT_TRUE(value("text").is_string());
    EXPECT_TRUE(value(std::string_view("text")).is_string());
    EXPECT_TRUE(value(static_cast<char const*>(nullptr)).is_null());
    EXPECT_TRUE(value(binary::from_text("x")).is_binary());
    EXPECT_TRUE((value(value::array{1, "two"}).is_array()));
    EXPECT_TRUE((value(value::object{{"a", 1}}).is_object()));
    static_assert(!std::is_constructible_v<value, char>);
    static_assert(!std::is_constructible_v<value, int*>);
    static_assert(!std::is_constructible_v<value, void const*>);
}

TEST(value, reads_like_javascript)
{
    value const order = value::object{{"dish", "soup"}, {"count", 2}, {"extras", value::array{"bread", true}}};
    EXPECT_EQ(*order["dish"].as_string(), "soup");
    EXPECT_EQ(*order["count"].as_int64(), 2);
    EXPECT_EQ(*order["extras"][0].as_string(), "bread");
    EXPECT_TRUE(*order["extras"][1].as_bool());
    EXPECT_TRUE(order["extras"][2].is_null());
    EXPECT_TRUE(order["table"]["number"].is_null());
    EXPECT_EQ(order.size(), 3U);
    EXPECT_EQ(order["dish"].size(), 0U);
    EXPECT_EQ(order.to_json(), R"({"dish":"soup","count":2,"extras":["bread",true]})");
}

TEST(value, is_written_by_key)
{
    value v;
    v["a"]["b"] = 1;
    v["c"] = "x";
    v["a"]["b"] = 2;
    EXPECT_EQ(v.to_json(), R"({"a":{"b":2},"c":"x"})");
    EXPECT_THROW(v["c"]["d"] = 1, error);
}

TEST(value, answers_scalars_only_where_they_fit)
{
    EXPECT_EQ(value("1").as_int64().error(), errc::type_mismatch);
    EXPECT_EQ(value(1).as_bool().error(), errc::type_mismatch);
    EXPECT_EQ(*value(5.0).as_int64(), 5);
    EXPECT_EQ(value(5.5).as_int64().error(), errc::type_mismatch);
    EXPECT_EQ(value(1e19).as_int64().error(), errc::out_of_range);
    EXPECT_EQ(*value(1e19).as_uint64(), 10'000'000'000'000'000'000U);
    EXPECT_EQ(value(-1).as_uint64().error(), errc::out_of_range);
    EXPECT_EQ(value(std::numeric_limits<std::uint64_t>::max()).as_int64().error(), errc::out_of_range);
    EXPECT_EQ(value(std::numeric_limits<double>::infinity()).as_int64().error(), errc::out_of_range);
    EXPECT_EQ(value(std::numeric_limits<double>::quiet_NaN()).as_int64().error(), errc::type_mismatch);
    EXPECT_EQ(value(0x1p63).as_int64().error(), errc::out_of_range);
    EXPECT_EQ(*value(-0x1p63).as_int64(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(*value(3).as_double(), 3.0);
    EXPECT_EQ(value(1).as_string(), nullptr);
    EXPECT_EQ(value("x").as_array(), nullptr);
}

TEST(value, compares_numbers_by_what_they_are_worth)
{
    EXPECT_EQ(value(1), value(1.0));
    EXPECT_EQ(value(1U), value(1));
    EXPECT_NE(value(1), value(true));
    EXPECT_NE(value(1), value("1"));
    EXPECT_NE(value((std::int64_t{1} << 53) + 1), value(0x1p53));
    EXPECT_EQ(value(0x1p63), value(std::uint64_t{1} << 63));
    EXPECT_NE(value(std::numeric_limits<std::uint64_t>::max()), value(-1));
    EXPECT_NE(value(std::numeric_limits<std::uint64_t>::max()), value(0x1p64));
}

TEST(value, compares_objects_without_regard_to_order)
{
    EXPECT_EQ(value(value::object({{"a", 1}, {"b", 2}})), value(value::object({{"b", 2}, {"a", 1}})));
    EXPECT_NE(value(value::object({{"a", 1}})), value(value::object({{"a", 2}})));
    EXPECT_NE(value(value::object({{"a", 1}})), value(value::object({{"b", 1}})));
    EXPECT_NE(value(value::array{1, 2}), value(value::array{2, 1}));
    EXPECT_NE(value(value::array{}), value(value::object{}));
    EXPECT_NE(value(value::array{1}), value(value::array{1, 1}));
}

TEST(value, keeps_the_last_duplicate_in_the_place_of_the_first)
{
    value const few = value::object{{"a", 1}, {"b", 2}, {"a", 3}};
    EXPECT_EQ(few.to_json(), R"({"a":3,"b":2})");
    std::vector<value::member> many;
    for (int i = 0; i < 100; ++i) many.push_back({"key" + std::to_string(i % 40), i});
    value::object const united(std::move(many));
    EXPECT_EQ(united.size(), 40U);
    EXPECT_EQ(united.begin()[0].key, "key0");
    EXPECT_EQ(*united.find("key0")->as_int64(), 80);
    EXPECT_EQ(*united.find("key39")->as_int64(), 79);
}

TEST(value, finds_and_erases_members)
{
    value::object o{{"a", 1}, {"b", 2}};
    EXPECT_TRUE(o.erase("a"));
    EXPECT_FALSE(o.erase("a"));
    EXPECT_EQ(o.find("a"), nullptr);
    o["c"] = 3;
    std::string keys;
    for (auto const& [key, content] : o) keys += key;
    EXPECT_EQ(keys, "bc");
}

TEST(value, copies_are_independent)
{
    value a = value::object{{"list", value::array{1, value::array{2}}}, {"text", "x"}};
    value const b = a;
    a["text"] = "changed";
    a["list"].as_array()->push_back(3);
    EXPECT_EQ(b.to_json(), R"({"list":[1,[2]],"text":"x"})");
    a = *a["list"].as_array(); // from a part of itself
    EXPECT_EQ(a.to_json(), "[1,[2],3]");
    value part = std::move((*a.as_array())[1]);
    a = std::move(part);
    EXPECT_EQ(a.to_json(), "[2]");
    a = std::move((*a.as_array())[0]);
    EXPECT_EQ(a.to_json(), "2");
    value const& self = a;
    a = self;
    EXPECT_EQ(a.to_json(), "2");
}

TEST(value, moved_from_is_null)
{
    value a = "x";
    value const b = std::move(a);
    EXPECT_TRUE(a.is_null()); // NOLINT: by contract
    EXPECT_EQ(*b.as_string(), "x");
}

TEST(value, takes_any_depth)
{
    for (bool const objects : {false, true}) {
        auto const a = deep(100'000, objects);
        auto const b = a;
        EXPECT_TRUE(a == b);
        EXPECT_FALSE(a == deep(99'999, objects));
        EXPECT_GT(b.to_json().size(), 200'000U);
    }
}

TEST(value, converts_to_and_from_types)
{
    auto const v = value::of(dish{"soup", 2});
    EXPECT_EQ(v.to_json(), R"({"name":"soup","count":2})");
    EXPECT_EQ(v.to<dish>()->name, "soup");
    EXPECT_EQ((value(value::array{1, 2}).to<std::vector<int>>().value()), (std::vector<int>{1, 2}));
    EXPECT_EQ(value("x").to<int>().error(), errc::type_mismatch);
    EXPECT_EQ(value::of(std::vector<std::string>{"a", "b"}).to_json(), R"(["a","b"])");
}

TEST(value, parses_json)
{
    auto const v =
        value::parse_json(R"( {"a":[1,-2.5,"\ud800",18446744073709551616,1e400],"b":null,"a2":{"a":1,"a":2}} )");
    ASSERT_TRUE(v);
    EXPECT_EQ(v->to_json(), "{\"a\":[1,-2.5,\"\xef\xbf\xbd\",18446744073709552000,null],\"b\":null,\"a2\":{\"a\":2}}");
    EXPECT_EQ(value::parse_json("[1").error(), errc::invalid_json);
    EXPECT_EQ(value::parse_json("").error(), errc::invalid_json);
    EXPECT_EQ(value::parse_json("\"\xff\"").error(), errc::invalid_utf8);
    EXPECT_EQ(value::parse_json("[[[1]]]", 2).error(), errc::too_deep);
}
