#include <partyline/struct.hpp>

#include <gtest/gtest.h>

#include <partyline/args.hpp>

using namespace partyline;

namespace game {

struct point
{
    double x = 0;
    double y = 0;
    friend bool operator==(point const&, point const&) = default;
};
PARTYLINE_STRUCT(point, x, y)

struct player
{
    std::string name;
    std::optional<int> age = 18;
    std::vector<point> path;
    value extra;
    friend bool operator==(player const&, player const&) = default;
};
PARTYLINE_STRUCT(player, name, age, path, extra)

struct tree
{
    int leaf = 0;
    std::vector<tree> branches;
};
PARTYLINE_STRUCT(tree, leaf, branches)

struct nothing
{};
PARTYLINE_STRUCT(nothing)

struct wide
{
    int a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3,
        d4, d5, d6, d7;
    int e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3, f4, f5, f6, f7, g0, g1, g2, g3, g4, g5, g6, g7, h0, h1, h2, h3,
        h4, h5, h6, h7;
};
PARTYLINE_STRUCT(wide, a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, c5, c6, c7,
                 d0, d1, d2, d3, d4, d5, d6, d7, e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3, f4, f5, f6, f7, g0, g1,
                 g2, g3, g4, g5, g6, g7, h0, h1, h2, h3, h4, h5, h6, h7)

struct pixel : point
{
    int colour = 0;
};

} // namespace game

namespace {

template <class T>
result<T> from(std::string_view text)
{
    // through args: the text is read as it came, duplicates too
    return args::borrow(args::format::json, text, 1, {}).get<T>(0);
}

} // namespace

TEST(partyline_struct, is_written_in_the_order_named)
{
    EXPECT_EQ(value::of(game::point{1.5, 2}).to_json(), R"({"x":1.5,"y":2})");
    EXPECT_EQ(value::of(game::nothing{}).to_json(), "{}");
    EXPECT_EQ(value::of(game::player{"ann", std::nullopt, {{0, 1}}, "x"}).to_json(),
              R"({"name":"ann","age":null,"path":[{"x":0,"y":1}],"extra":"x"})");
}

TEST(partyline_struct, is_read_in_any_order_with_unknown_keys_skipped)
{
    EXPECT_EQ(*from<game::point>(R"({"y":2,"z":{"x":[9]},"x":1.5})"), (game::point{1.5, 2}));
    EXPECT_TRUE(from<game::nothing>(R"({"a":1})"));
}

TEST(partyline_struct, takes_the_last_duplicate)
{
    EXPECT_EQ(*from<game::point>(R"({"x":1,"y":2,"x":3})"), (game::point{3, 2}));
    EXPECT_EQ(from<game::player>(R"({"name":"a","path":[{"x":1,"y":1}],"path":[]})")->path.size(), 0U);
}

TEST(partyline_struct, misses_only_what_may_be_missing)
{
    auto const p = from<game::player>(R"({"name":"ann","path":[]})");
    ASSERT_TRUE(p);
    EXPECT_EQ(p->age, 18) << "as it was";
    EXPECT_TRUE(p->extra.is_null());
    EXPECT_EQ(from<game::player>(R"({"path":[]})").error(), errc::missing_argument);
    EXPECT_EQ(from<game::player>("{}").error(), errc::missing_argument);
}

TEST(partyline_struct, refuses_what_does_not_fit)
{
    EXPECT_EQ(from<game::point>(R"({"x":"1","y":2})").error(), errc::type_mismatch);
    EXPECT_EQ(from<game::point>("[1,2]").error(), errc::type_mismatch);
    EXPECT_EQ(from<game::point>("null").error(), errc::type_mismatch);
}

TEST(partyline_struct, may_contain_itself)
{
    auto const t = from<game::tree>(R"({"leaf":1,"branches":[{"leaf":2,"branches":[]},{"leaf":3,"branches":[]}]})");
    ASSERT_TRUE(t);
    EXPECT_EQ(t->branches[1].leaf, 3);
    EXPECT_EQ(value::of(*t).to_json(), R"({"leaf":1,"branches":[{"leaf":2,"branches":[]},{"leaf":3,"branches":[]}]})");
}

TEST(partyline_struct, takes_sixty_four_fields)
{
    game::wide w{};
    w.a0 = 1;
    w.h7 = 64;
    auto const v = value::of(w);
    EXPECT_EQ(v.size(), 64U);
    EXPECT_EQ(v.to<game::wide>()->h7, 64);
}

TEST(partyline_struct, stands_anywhere_in_other_types)
{
    using map = std::map<std::string, std::optional<game::point>>;
    EXPECT_EQ(*from<map>(R"({"a":{"x":1,"y":2},"b":null})"), (map{{"a", game::point{1, 2}}, {"b", std::nullopt}}));
    using some = std::variant<game::player, game::point>;
    EXPECT_EQ(from<some>(R"({"x":1,"y":2})")->index(), 1U);
    static_assert(encodable<game::tree> && decodable<game::tree>);
}

TEST(partyline_struct, derived_from_one_is_not_named_by_it)
{
    static_assert(!encodable<game::pixel> && !decodable<game::pixel>, "its own field would be lost in silence");
}
