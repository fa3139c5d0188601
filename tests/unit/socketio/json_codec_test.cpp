#include "connection.hpp"

namespace partyline::socketio {
namespace {

struct json_codec_test : testing::Test
{
    connection line{json_codec()};
    connection other{json_codec()};

    std::string sealed(packet_header const& header, value const& body, std::optional<std::string_view> offset = {})
    {
        return std::string(content(line.codec().seal(header, encoded(line.codec(), body), offset)));
    }
};

// ---- out ----

TEST_F(json_codec_test, writes_each_kind_of_packet_as_the_official_encoder_does)
{
    EXPECT_EQ(sealed({packet_type::connect, "/", {}}, value::object{{"sid", "abc"}}), R"(0{"sid":"abc"})");
    EXPECT_EQ(sealed({packet_type::connect, "/admin", {}}, value::object{{"sid", "abc"}}), R"(0/admin,{"sid":"abc"})");
    EXPECT_EQ(sealed({packet_type::event, "/", {}}, value::array{"x", 1, nullptr}), R"(2["x",1,null])");
    EXPECT_EQ(sealed({packet_type::event, "/a", 12}, value::array{"x"}), R"(2/a,12["x"])");
    EXPECT_EQ(sealed({packet_type::ack, "/", 0}, value::array{}), R"(30[])");
    EXPECT_EQ(sealed({packet_type::connect_error, "/random", {}}, value::object{{"message", "Invalid namespace"}}),
              R"(4/random,{"message":"Invalid namespace"})");
}

TEST_F(json_codec_test, writes_a_packet_without_payload)
{
    EXPECT_EQ(content(line.codec().seal({packet_type::disconnect, "/", {}}, {})), "1");
    EXPECT_EQ(content(line.codec().seal({packet_type::disconnect, "/a", {}}, {})), "1/a,");
    EXPECT_EQ(content(line.codec().seal({packet_type::connect, "/a", {}}, {})), "0/a,");
}

TEST_F(json_codec_test, binary_travels_as_attachments_in_the_order_of_the_text)
{
    auto const packet = line.codec().seal(
        {packet_type::event, "/", 3},
        encoded(line.codec(), value::array{"x", bytes("one"), value::object{{"deep", value::array{bytes("two")}}}}));
    EXPECT_EQ(content(packet), R"(52-3["x",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}])");
    EXPECT_EQ(packet.attachments, (std::vector{bytes("one"), bytes("two")}));
    EXPECT_FALSE(packet.first.is_binary);

    auto const ack = line.codec().seal({packet_type::ack, "/a", 9}, encoded(line.codec(), value::array{bytes("b")}));
    EXPECT_EQ(content(ack), R"(61-/a,9[{"_placeholder":true,"num":0}])");
}

TEST_F(json_codec_test, a_refusal_has_no_attachments)
{
    auto const packet = line.codec().seal({packet_type::connect_error, "/", {}},
                                          encoded(line.codec(), value::object{{"message", "m"}, {"data", bytes("b")}}));
    EXPECT_TRUE(content(packet).starts_with(R"(4{"message":"m")"));
    EXPECT_TRUE(packet.attachments.empty());
}

TEST_F(json_codec_test, the_offset_becomes_the_last_argument)
{
    EXPECT_EQ(sealed({packet_type::event, "/", {}}, value::array{"x"}, "-0a"), R"(2["x","-0a"])");
    EXPECT_EQ(sealed({packet_type::event, "/a", {}}, value::array{"x", value::array{}}, "z"), R"(2/a,["x",[],"z"])");
    EXPECT_EQ(sealed({packet_type::event, "/", {}}, value::array{}, "z"), R"(2["z"])");
    EXPECT_EQ(sealed({packet_type::event, "/", {}}, value::array{"x", bytes("b")}, "z"),
              R"(51-["x",{"_placeholder":true,"num":0},"z"])");
}

TEST_F(json_codec_test, room_is_left_for_lower_floors_however_long_the_name)
{
    for (std::size_t length = 1; length < 200; ++length) {
        auto const nsp = "/" + std::string(length, 'n');
        auto const packet =
            line.codec().seal({packet_type::event, nsp, UINT64_MAX}, encoded(line.codec(), value::array{"x"}));
        EXPECT_GE(packet.first.begin, encoded_message::wire_head_room);
        EXPECT_EQ(content(packet), "2" + nsp + ",18446744073709551615[\"x\"]");
    }
}

TEST_F(json_codec_test, what_cannot_be_written_is_refused_and_the_next_payload_is_not_harmed)
{
    value deep;
    for (int i = 0; i < 200; ++i) deep = value(value::array{std::move(deep)});
    encode(line.codec().begin(), deep);
    auto const failed = line.codec().end();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), errc::too_deep);
    EXPECT_EQ(sealed({packet_type::event, "/", {}}, value::array{"x"}), R"(2["x"])");
}

TEST_F(json_codec_test, packets_may_be_sealed_while_another_is_being_written)
{
    auto first = encoded(line.codec(), value::array{"first"});
    auto& out = line.codec().begin();
    out.begin_array(1);
    EXPECT_EQ(content(line.codec().seal({packet_type::event, "/", {}}, std::move(first))), R"(2["first"])");
    out.string("second");
    out.end_array();
    auto second = line.codec().end();
    ASSERT_TRUE(second);
    EXPECT_EQ(content(line.codec().seal({packet_type::event, "/", {}}, std::move(*second))), R"(2["second"])");
}

// ---- in ----

TEST_F(json_codec_test, reads_each_kind_of_packet)
{
    auto const connect = line.packet(R"(0/admin,{"token":"t"})");
    EXPECT_EQ(connect.type, packet_type::connect);
    EXPECT_EQ(connect.nsp, "/admin");
    EXPECT_EQ(connect.arguments, (std::vector<value>{value::object{{"token", "t"}}}));

    EXPECT_TRUE(line.packet("0").arguments.empty());
    EXPECT_EQ(line.packet("1/a,").type, packet_type::disconnect);

    auto const event = line.packet(R"(2/a,7["say","hi",{"n":1}])");
    EXPECT_EQ(event.type, packet_type::event);
    EXPECT_EQ(event.id, 7U);
    EXPECT_EQ(event.event, "say");
    EXPECT_EQ(event.arguments, (std::vector<value>{"hi", value::object{{"n", 1}}}));

    auto const ack = line.packet("37[1,[2]]");
    EXPECT_EQ(ack.type, packet_type::ack);
    EXPECT_EQ(ack.id, 7U);
    EXPECT_EQ(ack.arguments, (std::vector<value>{1, value::array{2}}));
    EXPECT_TRUE(line.packet("37[]").arguments.empty());

    auto const error = line.packet(R"(4{"message":"no"})");
    EXPECT_EQ(error.type, packet_type::connect_error);
    EXPECT_EQ(error.arguments[0]["message"], value("no"));
    EXPECT_EQ(line.packet(R"(4"no")").arguments, (std::vector<value>{"no"}));
}

TEST_F(json_codec_test, an_event_s_name_is_unescaped)
{
    EXPECT_EQ(line.packet(R"(2["sm\u00f6rg\u00e5s \"x\""])").event, "smörgås \"x\"");
}

TEST_F(json_codec_test, arguments_are_the_untouched_text_behind_the_name)
{
    EXPECT_EQ(line.packet(R"(2["x",1.0,"\ud800",1e400,{"a":1, "a":2}])").text, R"(1.0,"\ud800",1e400,{"a":1, "a":2})");
    EXPECT_EQ(line.packet(R"(2["a,]\"",[1,"]"]])").text, R"([1,"]"])");
    EXPECT_EQ(line.packet(R"(2["x"])").text, "");
    EXPECT_EQ(line.packet(R"(30[1,"]"])").text, R"(1,"]")");
}

TEST_F(json_codec_test, a_packet_with_attachments_is_complete_with_the_last)
{
    auto const text = R"(52-/a,5["x",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]])";
    for (int round = 0; round < 3; ++round) {
        auto const first = line.receive(text);
        ASSERT_TRUE(first);
        EXPECT_FALSE(*first);
        ASSERT_TRUE(line.partial);
        EXPECT_GE(line.partial->bytes(), std::string_view(text).size());
        auto const second = line.receive("one", true);
        ASSERT_TRUE(second);
        EXPECT_FALSE(*second);
        auto const whole = line.packet("two", true);
        EXPECT_EQ(whole.type, packet_type::event);
        EXPECT_EQ(whole.nsp, "/a");
        EXPECT_EQ(whole.id, 5U);
        EXPECT_EQ(whole.event, "x");
        EXPECT_EQ(whole.arguments, (std::vector<value>{bytes("two"), value::array{bytes("one")}}));
        EXPECT_FALSE(line.partial);
    }
}

TEST_F(json_codec_test, one_attachment_may_be_used_twice_or_not_at_all)
{
    ASSERT_TRUE(line.receive(R"(62-4[{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])"));
    ASSERT_TRUE(line.receive("one", true));
    auto const ack = line.packet("two", true);
    EXPECT_EQ(ack.type, packet_type::ack);
    EXPECT_EQ(ack.arguments, (std::vector<value>{bytes("one"), bytes("one")}));
}

TEST_F(json_codec_test, connections_take_turns_between_a_packet_and_its_attachments)
{
    std::unique_ptr<partial_packet> second;
    ASSERT_TRUE(line.receive(R"(51-["mine",{"_placeholder":true,"num":0}])"));
    std::swap(line.partial, second);
    ASSERT_TRUE(line.receive(R"(51-["yours",[{"_placeholder":true,"num":0}]])"));
    EXPECT_EQ(line.packet("bytes", true).event, "yours");
    std::swap(line.partial, second);
    EXPECT_EQ(line.packet("bytes", true).event, "mine");
}

TEST_F(json_codec_test, text_and_attachments_together_are_limited)
{
    auto const text = std::string(R"(52-["x",{"_placeholder":true,"num":0}])");
    connection tight(json_codec(), {.max_bytes = text.size() + 10});
    ASSERT_TRUE(tight.receive(text));
    ASSERT_TRUE(tight.receive("12345678", true));
    EXPECT_EQ(tight.refusal("123", true), errc::message_too_big);
    EXPECT_FALSE(tight.partial);
    EXPECT_EQ(tight.refusal("2[\"" + std::string(100, 'x') + "\"]"), errc::message_too_big);
}

TEST_F(json_codec_test, as_many_attachments_as_the_limit_says)
{
    connection generous(json_codec(), {.max_attachments = 3});
    EXPECT_EQ(generous.refusal(R"(54-["x"])"), errc::too_many_attachments);
    ASSERT_TRUE(generous.receive(R"(53-["x",{"_placeholder":true,"num":2}])"));
    ASSERT_TRUE(generous.receive("a", true));
    ASSERT_TRUE(generous.receive("b", true));
    EXPECT_EQ(generous.packet("c", true).arguments, (std::vector<value>{bytes("c")}));
}

TEST_F(json_codec_test, what_one_end_writes_the_other_reads)
{
    value::array const payload{"event",      nullptr,
                               true,         -1,
                               1.5,          "text \x01 \"\\ ü",
                               bytes("bin"), value::array{value::object{{"k", bytes("")}}, value::object{}}};
    auto const packet =
        line.codec().seal({packet_type::event, "/ünï", 42}, encoded(line.codec(), value(payload)), "offset");
    auto answer = other.receive(content(packet));
    for (auto const& attachment : packet.attachments) {
        ASSERT_TRUE(answer && !*answer);
        answer = other.receive(attachment.text(), true);
    }
    ASSERT_TRUE(answer && *answer);
    auto const& read = **answer;
    EXPECT_EQ(read.nsp, "/ünï");
    EXPECT_EQ(read.id, 42U);
    EXPECT_EQ(read.event, "event");
    std::vector<value> expected(payload.begin() + 1, payload.end());
    expected.emplace_back("offset");
    EXPECT_EQ(read.arguments, expected);
}

TEST_F(json_codec_test, what_arrived_is_relayed_without_parsing)
{
    char const* text = R"(2["x","\ud800",12345678901234567890123,{"a" : 1e400}])";
    ASSERT_TRUE(line.receive(text));
    std::unique_ptr<partial_packet> none;
    std::string const padded = text + std::string(64, ' ');
    auto const packet =
        line.codec().decode(false, std::string_view(padded).substr(0, std::string_view(text).size()), none);
    ASSERT_TRUE(packet && *packet);
    auto& out = other.codec().begin();
    auto const arguments = (*packet)->arguments.borrow();
    out.begin_array(arguments.size() + 1);
    out.string("x");
    out.splice(arguments);
    out.end_array();
    auto body = other.codec().end();
    ASSERT_TRUE(body);
    EXPECT_EQ(content(other.codec().seal({packet_type::event, "/", {}}, std::move(*body))), text);
}

TEST_F(json_codec_test, each_front_of_a_packet_is_refused_or_read_but_never_read_beyond)
{
    std::string const whole = R"(2/a,12["name",{"k":[1,"é",null]},-1.5e3])";
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(line.receive(std::string_view(whole).substr(0, size))) << whole.substr(0, size);
    EXPECT_TRUE(line.receive(whole));
}

} // namespace
} // namespace partyline::socketio
