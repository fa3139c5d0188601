// The decoder's table of refusals, line by line, and beside it what looks odd and is accepted. The texts are those of the
// Socket.IO packet, behind the '4' of Engine.IO's message.
#include "connection.hpp"

#include <functional>

namespace partyline::socketio {
namespace {

TEST(packet_error, each_line_of_the_table_is_refused)
{
    struct
    {
        std::string text;
        errc why;
    } const table[] = {
        {"", errc::invalid_packet},
        {"7", errc::invalid_packet},
        {"9[\"x\"]", errc::invalid_packet},
        {"2[\"x\"", errc::invalid_json},
        {"2[\"x\",]", errc::invalid_json},
        {"2[\"x\"]]", errc::invalid_json},
        {"2[\"x\"][\"y\"]", errc::invalid_json},
        {"2[\"x\",\"\xff\"]", errc::invalid_utf8},
        {"2{}", errc::invalid_packet},
        {"2\"x\"", errc::invalid_packet},
        {"2null", errc::invalid_packet},
        {"2[]", errc::invalid_packet},
        {"2[ ]", errc::invalid_packet},
        {"2[{\"toString\":1}]", errc::invalid_packet},
        {"2[{\"toString\":\"x\"}]", errc::invalid_packet},
        {"2[null]", errc::invalid_packet},
        {"2[true]", errc::invalid_packet},
        {"2[[\"x\"]]", errc::invalid_packet},
        {"2[\"connect\"]", errc::reserved_event},
        {"2[\"connect_error\"]", errc::reserved_event},
        {"2[\"disconnect\"]", errc::reserved_event},
        {"2[\"disconnecting\"]", errc::reserved_event},
        {"2[\"newListener\"]", errc::reserved_event},
        {"2[\"removeListener\"]", errc::reserved_event},
        {"2[\"\\u0063onnect\"]", errc::reserved_event},
        {"1{}", errc::invalid_packet},
        {"1[]", errc::invalid_packet},
        {"1/a,null", errc::invalid_packet},
        {"2abc[\"x\"]", errc::invalid_packet},
        {"0[]", errc::invalid_packet},
        {"0null", errc::invalid_packet},
        {"0\"x\"", errc::invalid_packet},
        {"0{},{}", errc::invalid_packet},
        {"0{}],[{}", errc::invalid_json},
        {"3{}", errc::invalid_packet},
        {"30{}", errc::invalid_packet},
        {"4[]", errc::invalid_packet},
        {"4null", errc::invalid_packet},
        {"50-[\"x\"]", errc::invalid_attachment},
        {"60-1[]", errc::invalid_attachment},
        {"511-[\"x\"]", errc::too_many_attachments},
        {"5999999999-[\"x\"]", errc::too_many_attachments},
        // stricter than the official decoder
        {"2", errc::invalid_packet},
        {"21", errc::invalid_packet},
        {"2 [\"x\"]", errc::invalid_packet},
    };
    for (auto const& row : table) {
        connection line(json_codec());
        auto const why = line.refusal(row.text);
        // simdjson and we may see bad UTF-8 and bad JSON in either order
        EXPECT_EQ(why, row.why) << row.text << ": " << describe(why);
        EXPECT_FALSE(line.partial);
        // and the codec serves the next connection
        EXPECT_EQ(line.packet("2[\"x\"]").event, "x") << "after " << row.text;
    }
}

TEST(packet_error, a_placeholder_that_points_nowhere_is_refused)
{
    for (char const* number :
         {"1", "-1", "0.5", "\"0\"", "\"splice\"", "null", "1e9", "18446744073709551616", "[0]", "{}", "true"})
    {
        connection line(json_codec());
        auto const text = std::string(R"(51-["x",{"_placeholder":true,"num":)") + number + "}]";
        auto const first = line.receive(text);
        if (!first) {
            EXPECT_EQ(first.error(), errc::invalid_attachment) << text;
            continue;
        }
        EXPECT_EQ(line.refusal("bytes", true), errc::invalid_attachment) << text;
        EXPECT_FALSE(line.partial);
    }
    connection line(json_codec());
    EXPECT_EQ(line.refusal(R"(51-["x",{"_placeholder":true}])"), errc::invalid_attachment) << "no number at all";
}

TEST(packet_error, text_while_attachments_are_awaited_is_refused)
{
    for (char const* text : {"2[\"y\"]", "0", "1", "51-[\"y\",{\"_placeholder\":true,\"num\":0}]"}) {
        connection line(json_codec());
        ASSERT_TRUE(line.receive(R"(51-["x",{"_placeholder":true,"num":0}])"));
        EXPECT_EQ(line.refusal(text), errc::invalid_packet) << text;
        EXPECT_FALSE(line.partial);
    }
}

TEST(packet_error, binary_that_nobody_announced_is_refused)
{
    connection line(json_codec());
    EXPECT_EQ(line.refusal("bytes", true), errc::invalid_packet);
    ASSERT_TRUE(line.receive(R"(51-["x",{"_placeholder":true,"num":0}])"));
    ASSERT_TRUE(line.receive("bytes", true));
    EXPECT_EQ(line.refusal("more", true), errc::invalid_packet) << "one was announced";
}

TEST(packet_error, what_looks_odd_is_accepted)
{
    connection line(json_codec());
    auto const error = line.packet(R"(2["error","boom"])");
    EXPECT_EQ(error.event, "error");
    EXPECT_EQ(error.arguments, (std::vector<value>{"boom"}));

    auto const number = line.packet("2[1,2]");
    EXPECT_EQ(number.event, "1");
    EXPECT_EQ(number.arguments, (std::vector<value>{2}));
    EXPECT_EQ(line.packet("2[1.50]").event, "1.5");
    EXPECT_EQ(line.packet("2[\"\"]").event, "");

    auto const plain = line.packet(R"(2["x",{"_placeholder":true,"num":0}])");
    EXPECT_EQ(plain.arguments, (std::vector<value>{value::object{{"_placeholder", true}, {"num", 0}}}));

    EXPECT_TRUE(line.packet("30").arguments.empty()) << "an acknowledgement without a payload";
    EXPECT_EQ(line.packet("0/admin").nsp, "/admin");
    EXPECT_EQ(line.packet(R"(2["x",{"a":1,"a":2}])").arguments[0]["a"], value(2)) << "the last duplicate wins";
    EXPECT_EQ(line.packet(R"(2["x",{"__proto__":1}])").arguments[0]["__proto__"], value(1));
    EXPECT_EQ(line.packet("2[\"x\"] \n").event, "x");
    EXPECT_EQ(line.packet("2[ \"x\" , 1 ]").arguments, (std::vector<value>{1}));
}

TEST(packet_error, a_name_that_is_too_long_is_flagged_not_refused)
{
    codec_limits const limits{.max_nsp_length = 8, .max_event_length = 8};
    connection line(json_codec(), limits);
    EXPECT_FALSE(line.packet("0/1234567,").name_too_long);
    EXPECT_TRUE(line.packet("0/12345678,").name_too_long);
    EXPECT_FALSE(line.packet("2[\"12345678\"]").name_too_long);
    EXPECT_TRUE(line.packet("2[\"123456789\"]").name_too_long);
    EXPECT_TRUE(line.packet("2[\"" + std::string(900'000, 'e') + "\"]").name_too_long);
    EXPECT_TRUE(line.packet("0/" + std::string(900'000, 'n') + ",").name_too_long);
}

TEST(packet_error, nesting_beyond_the_limit_is_refused)
{
    connection line(json_codec(), {.max_depth = 16});
    auto const nested = [](std::size_t depth) {
        return "2[\"x\"," + std::string(depth, '[') + "1" + std::string(depth, ']') + "]";
    };
    EXPECT_TRUE(line.receive(nested(15)));
    EXPECT_EQ(line.refusal(nested(16)), errc::too_deep);
    EXPECT_EQ(line.refusal(nested(400'000)), errc::too_deep);
    EXPECT_FALSE(line.receive("2[\"x\"," + std::string(400'000, '[')));
}

} // namespace
} // namespace partyline::socketio
