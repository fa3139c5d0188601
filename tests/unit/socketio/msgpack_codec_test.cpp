#include "connection.hpp"

#include <value/msgpack_writer.hpp>

namespace partyline::socketio {
namespace {

std::string packed(value const& content)
{
    std::string out;
    msgpack_writer writer(out);
    encode(writer, content);
    return out;
}

value map(int type, value nsp, value data)
{
    return value::object{{"type", type}, {"nsp", std::move(nsp)}, {"data", std::move(data)}};
}

struct msgpack_codec_test : testing::Test
{
    connection line{msgpack_codec()};

    encoded_packet sealed(packet_header const& header, value const& body, std::optional<std::string_view> offset = {})
    {
        return line.codec().seal(header, encoded(line.codec(), body), offset);
    }
};

TEST_F(msgpack_codec_test, writes_a_packet_as_one_binary_message)
{
    auto const packet = line.codec().seal({packet_type::connect, "/", {}}, {});
    EXPECT_TRUE(packet.first.is_binary);
    EXPECT_TRUE(packet.attachments.empty());
    EXPECT_EQ(content(packet), std::string_view("\x82\xa4type\x00\xa3nsp\xa1/", 13));

    auto const event = sealed({packet_type::event, "/a", 1}, value::array{"x", bytes("b")});
    EXPECT_EQ(content(event), std::string_view("\x84\xa4type\x02\xa3nsp\xa2/a\xa2id\x01\xa4"
                                               "data\x92\xa1x\xc4\x01"
                                               "b",
                                               29));
    EXPECT_TRUE(event.attachments.empty());
}

TEST_F(msgpack_codec_test, what_is_written_is_read_back)
{
    value::array const payload{"event", nullptr, true, -1, 1.5, "ü", bytes("bin"), value::object{{"k", bytes("")}}};
    auto const packet = sealed({packet_type::event, "/ünï", 1'000'000}, value(payload), "offset");
    auto const read = line.packet(content(packet), true);
    EXPECT_EQ(read.type, packet_type::event);
    EXPECT_EQ(read.nsp, "/ünï");
    EXPECT_EQ(read.id, 1'000'000U);
    EXPECT_EQ(read.event, "event");
    std::vector<value> expected(payload.begin() + 1, payload.end());
    expected.emplace_back("offset");
    EXPECT_EQ(read.arguments, expected);
}

TEST_F(msgpack_codec_test, reads_each_kind_of_packet)
{
    auto const connect = line.packet(packed(map(0, "/admin", value::object{{"token", "t"}})), true);
    EXPECT_EQ(connect.type, packet_type::connect);
    EXPECT_EQ(connect.nsp, "/admin");
    EXPECT_EQ(connect.arguments, (std::vector<value>{value::object{{"token", "t"}}}));
    EXPECT_TRUE(line.packet(packed(value::object{{"type", 0}, {"nsp", "/"}}), true).arguments.empty());
    EXPECT_EQ(line.packet(packed(value::object{{"type", 1}, {"nsp", "/"}}), true).type, packet_type::disconnect);
    auto const ack =
        line.packet(packed(value::object{{"data", value::array{1, 2}}, {"id", 0}, {"nsp", "/"}, {"type", 3}}), true);
    EXPECT_EQ(ack.type, packet_type::ack);
    EXPECT_EQ(ack.id, 0U);
    EXPECT_EQ(ack.arguments, (std::vector<value>{1, 2}));
    EXPECT_EQ(line.packet(packed(map(4, "/", "no")), true).arguments, (std::vector<value>{"no"}));
    EXPECT_EQ(line.packet(packed(map(2, "/", value::array{7, "a"})), true).event, "7");
}

TEST_F(msgpack_codec_test, keys_that_are_not_ours_are_passed_over_and_null_is_nothing)
{
    auto const packet = line.packet(packed(value::object{{"options", value::object{{"compress", true}}},
                                                         {"type", 0},
                                                         {"data", nullptr},
                                                         {"nsp", "/"},
                                                         {"id", nullptr},
                                                         {"attachments", value::array{1, 2, 3}}}),
                                    true);
    EXPECT_EQ(packet.type, packet_type::connect);
    EXPECT_TRUE(packet.arguments.empty());
    EXPECT_EQ(packet.id, std::nullopt);
}

TEST_F(msgpack_codec_test, refuses_what_is_no_packet)
{
    struct
    {
        value content;
        errc why;
    } const table[] = {
        {value::array{}, errc::invalid_packet},
        {"text", errc::invalid_packet},
        {value::object{}, errc::invalid_packet},
        {value::object{{"type", 0}}, errc::invalid_packet},
        {value::object{{"nsp", "/"}}, errc::invalid_packet},
        {map(5, "/", value::array{"x"}), errc::invalid_packet},
        {map(-1, "/", value::array{"x"}), errc::invalid_packet},
        {value::object{{"type", "2"}, {"nsp", "/"}, {"data", value::array{"x"}}}, errc::invalid_packet},
        {value::object{{"type", 2.5}, {"nsp", "/"}, {"data", value::array{"x"}}}, errc::invalid_packet},
        {map(2, 1, value::array{"x"}), errc::invalid_packet},
        {map(2, nullptr, value::array{"x"}), errc::invalid_packet},
        {value::object{{"type", 2}, {"nsp", "/"}, {"id", "1"}, {"data", value::array{"x"}}}, errc::invalid_packet},
        {value::object{{"type", 2}, {"nsp", "/"}, {"id", 0.5}, {"data", value::array{"x"}}}, errc::invalid_packet},
        {value::object{{"type", 2}, {"nsp", "/"}}, errc::invalid_packet},
        {map(2, "/", value::object{}), errc::invalid_packet},
        {map(2, "/", value::array{}), errc::invalid_packet},
        {map(2, "/", value::array{value::object{{"toString", 1}}}), errc::invalid_packet},
        {map(2, "/", value::array{nullptr}), errc::invalid_packet},
        {map(2, "/", value::array{bytes("x")}), errc::invalid_packet},
        {map(2, "/", value::array{"disconnect"}), errc::reserved_event},
        {map(3, "/", value::object{}), errc::invalid_packet},
        {value::object{{"type", 3}, {"nsp", "/"}}, errc::invalid_packet},
        {map(0, "/", value::array{}), errc::invalid_packet},
        {map(0, "/", "x"), errc::invalid_packet},
        {map(1, "/", value::object{}), errc::invalid_packet},
        {map(4, "/", 1), errc::invalid_packet},
    };
    for (auto const& row : table) {
        EXPECT_EQ(line.refusal(packed(row.content), true), row.why) << row.content.to_json();
        EXPECT_EQ(line.packet(packed(map(2, "/", value::array{"x"})), true).event, "x");
    }
    EXPECT_EQ(line.refusal("2[\"x\"]"), errc::invalid_packet) << "text";
    EXPECT_EQ(line.refusal("", true), errc::invalid_msgpack);
    EXPECT_EQ(line.refusal(packed(map(2, "/", value::array{"x"})) + "!", true), errc::invalid_msgpack);
}

TEST_F(msgpack_codec_test, limits_hold_as_they_do_in_json)
{
    connection tight(msgpack_codec(), {.max_depth = 16, .max_nsp_length = 8, .max_event_length = 8, .max_bytes = 2000});
    EXPECT_FALSE(tight.packet(packed(map(2, "/1234567", value::array{"12345678"})), true).name_too_long);
    EXPECT_TRUE(tight.packet(packed(map(2, "/12345678", value::array{"x"})), true).name_too_long);
    EXPECT_TRUE(tight.packet(packed(map(2, "/", value::array{"123456789"})), true).name_too_long);
    value deep = 1;
    for (int i = 0; i < 16; ++i) deep = value(value::array{std::move(deep)});
    EXPECT_EQ(tight.refusal(packed(map(2, "/", value::array{"x", deep})), true), errc::too_deep);
    EXPECT_EQ(tight.refusal(packed(map(2, "/", value::array{"x", std::string(2000, 'x')})), true),
              errc::message_too_big);
}

TEST_F(msgpack_codec_test, the_offset_becomes_the_last_argument_however_many_there_are)
{
    for (std::size_t const count : {1U, 2U, 14U, 15U, 16U, 17U, 65534U, 65535U}) {
        value::array payload(count, value(1));
        payload[0] = "x";
        auto const packet = sealed({packet_type::event, "/some/room", 1}, value(payload), "-off");
        EXPECT_GE(packet.first.begin, encoded_message::wire_head_room);
        auto const read = line.packet(content(packet), true);
        ASSERT_EQ(read.arguments.size(), count) << "one for the name, one more for the offset";
        EXPECT_EQ(read.arguments.back(), value("-off"));
    }
}

TEST_F(msgpack_codec_test, room_is_left_for_lower_floors_however_long_the_name)
{
    for (std::size_t length = 1; length < 100; ++length) {
        auto const nsp = "/" + std::string(length, 'n');
        auto const packet = sealed({packet_type::event, nsp, UINT64_MAX}, value::array{"x"});
        EXPECT_GE(packet.first.begin, encoded_message::wire_head_room);
        EXPECT_EQ(line.packet(content(packet), true).nsp, nsp);
    }
}

TEST_F(msgpack_codec_test, each_front_of_a_packet_is_refused)
{
    auto const whole = packed(map(2, "/a", value::array{"name", value::object{{"k", bytes("b")}}, 1.5}));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(line.receive(std::string_view(whole).substr(0, size), true)) << size;
    EXPECT_TRUE(line.receive(whole, true));
}

TEST_F(msgpack_codec_test, arguments_are_relayed_as_they_came)
{
    auto const text = packed(map(2, "/", value::array{"x", value::array{1, "two"}, bytes("three")}));
    std::unique_ptr<partial_packet> none;
    auto const packet = line.codec().decode(true, text, none);
    ASSERT_TRUE(packet && *packet);
    connection other(msgpack_codec());
    auto const arguments = (*packet)->arguments.borrow();
    auto& out = other.codec().begin();
    out.begin_array(arguments.size() + 1);
    out.string("x");
    out.splice(arguments);
    out.end_array();
    auto body = other.codec().end();
    ASSERT_TRUE(body);
    EXPECT_EQ(content(other.codec().seal({packet_type::event, "/", {}}, std::move(*body))), text);
}

} // namespace
} // namespace partyline::socketio
