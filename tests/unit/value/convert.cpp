#include <partyline/convert.hpp>

#include <limits>

#include <gtest/gtest.h>

#include <partyline/args.hpp>

using namespace partyline;
using namespace std::chrono_literals;

namespace {

enum class colour : std::uint8_t
{
    red,
    green
};

class celsius // converts itself, see below
{
public:
    double degrees = 0;
};

template <class T>
std::string json(T const& v)
{
    return value::of(v).to_json();
}

// the errc where it does not fit
template <class T>
result<T> from(std::string_view text)
{
    auto const v = value::parse_json(text);
    return v ? v->to<T>() : result<T>(v.error());
}

template <class T>
concept sendable = encodable<T>;

} // namespace

template <>
struct partyline::convert<celsius>
{
    static void encode(writer& out, celsius const& v) { out.real(v.degrees); }
    static bool decode(reader& in, celsius& v)
    {
        return in.read_double(v.degrees) && (v.degrees > -273.15 || in.fail(errc::out_of_range));
    }
};

TEST(convert, scalars)
{
    EXPECT_EQ(json(true), "true");
    EXPECT_EQ(json(nullptr), "null");
    EXPECT_EQ(json(-5), "-5");
    EXPECT_EQ(json(std::uint8_t{200}), "200");
    EXPECT_EQ(json(2.0F), "2");
    EXPECT_EQ(json(colour::green), "1");
    EXPECT_EQ(*from<bool>("true"), true);
    EXPECT_EQ(*from<std::int8_t>("-128"), -128);
    EXPECT_EQ(*from<colour>("1"), colour::green);
    EXPECT_EQ(*from<float>("0.5"), 0.5F);
    EXPECT_TRUE(from<std::nullptr_t>("null"));
}

TEST(convert, refuses_what_does_not_fit)
{
    EXPECT_EQ(from<bool>("1").error(), errc::type_mismatch);
    EXPECT_EQ(from<int>("true").error(), errc::type_mismatch);
    EXPECT_EQ(from<int>("\"1\"").error(), errc::type_mismatch);
    EXPECT_EQ(from<int>("null").error(), errc::type_mismatch);
    EXPECT_EQ(from<int>("1.5").error(), errc::type_mismatch);
    EXPECT_EQ(*from<int>("5.0"), 5);
    EXPECT_EQ(from<int>("2147483648").error(), errc::out_of_range);
    EXPECT_EQ(from<int>("5e9").error(), errc::out_of_range);
    EXPECT_EQ(from<unsigned>("-1").error(), errc::out_of_range);
    EXPECT_EQ(from<std::uint8_t>("256").error(), errc::out_of_range);
    EXPECT_EQ(from<colour>("256").error(), errc::out_of_range);
    EXPECT_EQ(from<float>("1e39").error(), errc::out_of_range);
    EXPECT_EQ(from<std::string>("1").error(), errc::type_mismatch);
    EXPECT_EQ(from<binary>("\"x\"").error(), errc::type_mismatch);
    EXPECT_EQ(from<std::string>("null").error(), errc::type_mismatch);
    EXPECT_EQ(from<std::vector<int>>("{}").error(), errc::type_mismatch);
}

TEST(convert, text)
{
    char const* const none = nullptr;
    char buffer[8] = "ab";
    EXPECT_EQ(json("literal"), "\"literal\"");
    EXPECT_EQ(json(none), "null");
    EXPECT_EQ(json(buffer), "\"ab\"");
    EXPECT_EQ(json(static_cast<char*>(buffer)), "\"ab\"");
    EXPECT_EQ(json(std::string("a\0b", 3)), "\"a\\u0000b\"");
    EXPECT_EQ(json(std::string_view("view")), "\"view\"");
    EXPECT_EQ(*from<std::string>("\"a\\u0000b\""), std::string("a\0b", 3));
}

TEST(convert, bytes)
{
    std::vector<std::byte> const bytes = {std::byte{1}, std::byte{2}};
    EXPECT_EQ(value::of(bytes).as_binary()->text(), "\1\2");
    EXPECT_EQ(value::of(std::span(bytes)).as_binary()->text(), "\1\2");
    EXPECT_EQ(value::of(std::span(bytes).first<1>()).as_binary()->text(), "\1");
    EXPECT_EQ(*value(binary::from_text("\1\2")).to<std::vector<std::byte>>(), bytes);
    EXPECT_EQ((*value(value::array{binary::from_text("x")}).to<std::vector<binary>>())[0].text(), "x");
}

TEST(convert, optional_is_the_value_or_null)
{
    EXPECT_EQ(json(std::optional<int>(3)), "3");
    EXPECT_EQ(json(std::optional<int>()), "null");
    EXPECT_EQ(from<std::optional<int>>("3").value(), 3);
    EXPECT_EQ(from<std::optional<int>>("null").value(), std::nullopt);
    EXPECT_EQ(from<std::optional<int>>("\"x\"").error(), errc::type_mismatch);
}

TEST(convert, arrays)
{
    EXPECT_EQ(json(std::vector<bool>{true, false}), "[true,false]");
    EXPECT_EQ(json(std::array<int, 2>{1, 2}), "[1,2]");
    EXPECT_EQ(json(std::set<std::string>{"b", "a"}), R"(["a","b"])");
    EXPECT_EQ(json(std::pair(1, "x")), R"([1,"x"])");
    EXPECT_EQ(json(std::tuple()), "[]");
    EXPECT_EQ(*from<std::vector<bool>>("[true,false]"), (std::vector<bool>{true, false}));
    EXPECT_EQ(*from<std::set<int>>("[2,1,2]"), (std::set<int>{1, 2}));
    EXPECT_EQ((*from<std::array<int, 2>>("[1,2]")), (std::array<int, 2>{1, 2}));
    EXPECT_EQ((from<std::array<int, 2>>("[1]").error()), errc::missing_argument);
    EXPECT_EQ((from<std::array<int, 2>>("[1,2,3]").error()), errc::type_mismatch);
    EXPECT_EQ(*from<std::vector<std::vector<int>>>("[[1],[],[2,3]]"), (std::vector<std::vector<int>>{{1}, {}, {2, 3}}));
}

TEST(convert, tuples_read_as_arguments_do)
{
    using some = std::tuple<int, std::optional<std::string>>;
    EXPECT_EQ(*from<some>(R"([1,"x"])"), some(1, "x"));
    EXPECT_EQ(*from<some>(R"([1])"), some(1, std::nullopt));
    EXPECT_EQ(*from<some>(R"([1,null,"extra",{}])"), some(1, std::nullopt));
    EXPECT_EQ(from<some>("[]").error(), errc::missing_argument);
    EXPECT_EQ(from<some>(R"(["x"])").error(), errc::type_mismatch);
    EXPECT_EQ((*from<std::vector<std::pair<int, int>>>("[[1,2,3],[4,5]]"))[1].second, 5)
        << "the cursor is behind the extra ones";
}

TEST(convert, maps_with_the_last_duplicate_winning)
{
    using map = std::map<std::string, int>;
    EXPECT_EQ(json(map{{"a", 1}}), R"({"a":1})");
    EXPECT_EQ(*from<map>(R"({"a":1,"b":2})"), (map{{"a", 1}, {"b", 2}}));
    EXPECT_EQ((*from<std::unordered_map<std::string, int>>(R"({"a":1})")).at("a"), 1);
    auto const list = args::borrow(args::format::json, R"({"a":1,"a":2})", 1, {});
    EXPECT_EQ(*list.get<map>(0), (map{{"a", 2}}));
}

TEST(convert, variant_takes_the_first_alternative_that_fits)
{
    using some = std::variant<std::monostate, int, std::string, std::vector<int>, std::vector<std::string>,
                              std::map<std::string, int>>;
    for (auto const& [text, index] :
         {std::pair("null", 0), {"1", 1}, {"\"x\"", 2}, {"[1,2]", 3}, {"[\"x\"]", 4}, {"{\"a\":1}", 5}})
    {
        auto const v = from<some>(text);
        ASSERT_TRUE(v) << text;
        EXPECT_EQ(v->index(), static_cast<std::size_t>(index)) << text;
        EXPECT_EQ(json(*v), text);
    }
    EXPECT_EQ(from<some>("true").error(), errc::type_mismatch);
    EXPECT_EQ((from<std::variant<std::int8_t, std::string>>("1000").error()), errc::type_mismatch);
    // the cursor is behind what was tried
    EXPECT_EQ(
        (from<std::vector<std::variant<std::vector<int>, std::vector<std::string>>>>(R"([["a"],[1],["b"]])")->size()),
        3U);
}

TEST(convert, durations_are_numbers_of_their_units)
{
    EXPECT_EQ(json(1500ms), "1500");
    EXPECT_EQ(json(2s), "2");
    EXPECT_EQ(json(std::chrono::duration<double>(0.5)), "0.5");
    EXPECT_EQ(*from<std::chrono::milliseconds>("25000"), 25s);
    EXPECT_EQ(from<std::chrono::seconds>("\"1\"").error(), errc::type_mismatch);
}

TEST(convert, values_pass_as_they_are)
{
    auto const v = *value::parse_json(R"({"a":[1,{"b":null}]})");
    EXPECT_EQ(json(v), R"({"a":[1,{"b":null}]})");
    EXPECT_EQ(*from<value>(R"({"a":[1,{"b":null}]})"), v);
    EXPECT_EQ(json(value::object{{"a", 1}}), R"({"a":1})");
    EXPECT_EQ(json(std::vector<value>{1, "x"}), R"([1,"x"])");
}

TEST(convert, is_open_to_types_of_ones_own)
{
    EXPECT_EQ(json(celsius{21.5}), "21.5");
    EXPECT_EQ(json(std::vector{celsius{1}, celsius{2}}), "[1,2]");
    EXPECT_EQ(from<celsius>("20")->degrees, 20);
    EXPECT_EQ(from<celsius>("-300").error(), errc::out_of_range);
    static_assert(encodable<celsius> && decodable<celsius>);
}

TEST(convert, knows_what_it_does_not_take)
{
    struct unknown
    {};
    static_assert(sendable<std::string> && sendable<char const*> && sendable<char[5]> &&
                  sendable<std::span<std::byte const>> && sendable<value::object>);
    static_assert(!sendable<char> && !sendable<wchar_t> && !sendable<char8_t> && !sendable<int*> && !sendable<void*> &&
                  !sendable<unknown>);
    static_assert(!sendable<std::vector<char>> && !sendable<std::byte> && !sendable<std::vector<unknown>> &&
                  !sendable<std::optional<int*>>);
    static_assert(!sendable<std::map<std::string, unknown>> && !sendable<std::map<int, int>>);
    static_assert(sendable<args> && !sendable<std::vector<args>> && !sendable<std::tuple<int, args>>);
    static_assert(!decodable<char const*> && !decodable<std::span<std::byte const>> && !decodable<args>);
    static_assert(decodable<std::string_view> && decodable<std::optional<std::vector<binary>>>);
    static_assert(may_be_missing<std::optional<int>> && may_be_missing<value> && !may_be_missing<int>);
    static_assert(argument_count("x") == 1);
}
