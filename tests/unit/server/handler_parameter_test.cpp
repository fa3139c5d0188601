// What a handler may ask for in its parameter list.
#include <partyline/struct.hpp>

#include "running_server.hpp"

namespace partyline::test {

struct dish
{
    std::string name;
    int count = 0;
    std::optional<std::string> note;
    std::vector<binary> pictures;
};
PARTYLINE_STRUCT(dish, name, count, note, pictures)

inline constexpr event<"weigh", std::string, double, reply<double>> weigh;

std::string free_function(socket, std::string text) { return text + "!"; }

struct handler_parameter : ::testing::Test
{
    running_server line{[](server& io) {
        io.on("none", [] { return "none"; });
        io.on("socket", [](socket s) { return std::string(s.id()); });
        io.on("socket and more", [](socket const& s, int a, int b) { return s ? a + b : 0; });
        io.on("sum", [](int a, int b) { return a + b; });
        io.on("text", [](std::string const& text) { return text.size(); });
        io.on("view", [](std::string_view text) { return std::string(text); });
        io.on("maybe", [](std::optional<int> n) { return n.value_or(-1); });
        io.on("all", [](args all) { return all.size(); });
        io.on("all and ack", [](socket, args all, ack<args> reply) { reply(all); });
        io.on("either", [](std::variant<int, std::string, std::vector<int>> v) { return v.index(); });
        io.on("dish", [](dish d) { return d.name + "*" + std::to_string(d.count) + d.note.value_or("-"); });
        io.on("dishes", [](std::map<std::string, dish> all) {
            std::size_t bytes = 0;
            for (auto const& [name, each] : all)
                for (auto const& picture : each.pictures) bytes += picture.size();
            return std::tuple(all.size(), bytes);
        });
        io.on("wait", [](std::chrono::milliseconds time) { return time * 2; });
        io.on("when",
              [](std::chrono::sys_time<std::chrono::milliseconds> time) { return time + std::chrono::hours(1); });
        io.on("value", [](value v) { return v; });
        io.on("pair", [](std::pair<int, bool> p) { return std::vector<int>{p.first, p.second ? 1 : 0}; });
        io.on("function", free_function);
        io.on("generic", handler<int(int)>([](auto n) { return n + 1; }));
        io.on(weigh, [](socket, std::string const& what, double grams) { return what.empty() ? 0 : grams * 2; });
        io.on("still there", [] {});
    }};
    wire_client client{line.port};

    /// The event is dropped, counted, and the connection lives.
    void expect_unfit(std::string_view event)
    {
        auto const before = line.statistics().handler_errors;
        client.send("4299[" + std::string(event) + "]");
        EXPECT_EQ(client.ask(R"("sum",1,2)"), "3") << event; // and no answer to number 99 before it
        EXPECT_EQ(line.statistics().handler_errors, before + 1) << event;
    }
};

TEST_F(handler_parameter, the_socket_may_stand_first_or_not_at_all)
{
    EXPECT_EQ(client.ask(R"("none")"), "\"none\"");
    EXPECT_EQ(client.ask(R"("socket")"), '"' + client.id() + '"');
    EXPECT_EQ(client.ask(R"("socket and more",1,2)"), "3");
    EXPECT_EQ(client.ask(R"("sum",1,2)"), "3");
}

TEST_F(handler_parameter, text_comes_as_string_reference_or_view)
{
    EXPECT_EQ(client.ask(R"("text","ab\u00e9")"), "4");
    EXPECT_EQ(client.ask(R"("view","a\"b")"), R"("a\"b")");
}

TEST_F(handler_parameter, extra_arguments_are_ignored) { EXPECT_EQ(client.ask(R"("sum",1,2,3,{"x":[]})"), "3"); }

TEST_F(handler_parameter, what_is_missing_or_null_fits_an_optional)
{
    EXPECT_EQ(client.ask(R"("maybe")"), "-1");
    EXPECT_EQ(client.ask(R"("maybe",null)"), "-1");
    EXPECT_EQ(client.ask(R"("maybe",7)"), "7");
}

TEST_F(handler_parameter, what_does_not_fit_is_dropped_and_counted)
{
    expect_unfit(R"("sum",1)");
    expect_unfit(R"("sum",1,"2")");
    expect_unfit(R"("sum",1,2.5)");
    expect_unfit(R"("sum",1,2147483648)");
    expect_unfit(R"("sum",1,null)");
    expect_unfit(R"("dish",{"name":"soup"})");
    expect_unfit(R"("either",{})");
    expect_unfit(R"("when","yesterday")");
    expect_unfit(R"("weigh","flour")");
}

TEST_F(handler_parameter, an_integral_double_fits_an_integer) { EXPECT_EQ(client.ask(R"("sum",1.0,2e0)"), "3"); }

TEST_F(handler_parameter, args_takes_all_and_gives_all_back)
{
    EXPECT_EQ(client.ask(R"("all")"), "0");
    EXPECT_EQ(client.ask(R"("all",1,"2",[3],{"4":5})"), "4");
    EXPECT_EQ(client.ask(R"("all and ack",1,"2",[3],{"4":5})"), R"(1,"2",[3],{"4":5})");
}

TEST_F(handler_parameter, a_variant_takes_the_first_alternative_that_fits)
{
    EXPECT_EQ(client.ask(R"("either",1)"), "0");
    EXPECT_EQ(client.ask(R"("either","1")"), "1");
    EXPECT_EQ(client.ask(R"("either",[1])"), "2");
}

TEST_F(handler_parameter, a_struct_reads_its_fields_in_any_order)
{
    EXPECT_EQ(client.ask(R"("dish",{"pictures":[],"count":2,"more":0,"name":"soup"})"), R"("soup*2-")");
    EXPECT_EQ(client.ask(R"("dish",{"name":"soup","count":1,"count":3,"pictures":[],"note":"hot"})"), R"("soup*3hot")");
}

TEST_F(handler_parameter, binary_lies_anywhere_inside)
{
    client.send(
        R"(452-5["dishes",{"a":{"name":"x","count":1,"pictures":[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]}}])");
    client.send_binary("abc");
    client.send_binary("de");
    EXPECT_EQ(client.receive(), "435[[1,5]]");
}

TEST_F(handler_parameter, time_is_a_number_or_an_iso_text)
{
    EXPECT_EQ(client.ask(R"("wait",250)"), "500");
    EXPECT_EQ(client.ask(R"("when","2026-11-23T09:00:00.000Z")"), R"("2026-11-23T10:00:00.000Z")");
}

TEST_F(handler_parameter, anything_fits_a_value)
{
    EXPECT_EQ(client.ask(R"("value",{"a":[1,null,"x"]})"), R"({"a":[1,null,"x"]})");
    EXPECT_EQ(client.ask(R"("value")"), "null");
}

TEST_F(handler_parameter, pairs_and_tuples_are_arrays) { EXPECT_EQ(client.ask(R"("pair",[3,true])"), "[3,1]"); }

TEST_F(handler_parameter, functions_and_picked_signatures_are_handlers_too)
{
    EXPECT_EQ(client.ask(R"("function","hi")"), R"("hi!")");
    EXPECT_EQ(client.ask(R"("generic",1)"), "2");
}

TEST_F(handler_parameter, a_contract_says_what_is_decoded) { EXPECT_EQ(client.ask(R"("weigh","flour",1.5)"), "3"); }

} // namespace partyline::test
