#include <socketio/header_reader.hpp>

#include <string>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

struct expected
{
    char const* text;
    packet_type type;
    std::size_t attachments;
    char const* nsp;
    std::optional<std::uint64_t> id;
    char const* payload;
};

TEST(header_reader, takes_the_front_of_every_kind_of_packet_apart)
{
    expected const table[] = {
        {"0", packet_type::connect, 0, "/", {}, ""},
        {R"(0{"token":1})", packet_type::connect, 0, "/", {}, R"({"token":1})"},
        {R"(0/admin,{"a":"b,c"})", packet_type::connect, 0, "/admin", {}, R"({"a":"b,c"})"},
        {"0/admin,", packet_type::connect, 0, "/admin", {}, ""},
        {"0/admin", packet_type::connect, 0, "/admin", {}, ""},
        {"0/dyn?x=1,", packet_type::connect, 0, "/dyn?x=1", {}, ""},
        {"1", packet_type::disconnect, 0, "/", {}, ""},
        {"1/a,", packet_type::disconnect, 0, "/a", {}, ""},
        {R"(2["x"])", packet_type::event, 0, "/", {}, R"(["x"])"},
        {R"(20["x"])", packet_type::event, 0, "/", 0, R"(["x"])"},
        {R"(2/a,12["x"])", packet_type::event, 0, "/a", 12, R"(["x"])"},
        {"313[]", packet_type::ack, 0, "/", 13, "[]"},
        {"30", packet_type::ack, 0, "/", 0, ""},
        {R"(4{"message":"m"})", packet_type::connect_error, 0, "/", {}, R"({"message":"m"})"},
        {R"(51-["x"])", packet_type::event, 1, "/", {}, R"(["x"])"},
        {R"(510-/a,7["x"])", packet_type::event, 10, "/a", 7, R"(["x"])"},
        {"62-/a,9[1]", packet_type::ack, 2, "/a", 9, "[1]"},
        {"218446744073709551615[]", packet_type::event, 0, "/", UINT64_MAX, "[]"},
    };
    for (auto const& row : table) {
        auto const header = read_header(row.text, 10);
        ASSERT_TRUE(header) << row.text;
        EXPECT_EQ(header->type, row.type) << row.text;
        EXPECT_EQ(header->attachments, row.attachments) << row.text;
        EXPECT_EQ(header->nsp, row.nsp) << row.text;
        EXPECT_EQ(header->id, row.id) << row.text;
        EXPECT_EQ(header->payload, row.payload) << row.text;
    }
}

TEST(header_reader, refuses_what_does_not_follow_the_grammar)
{
    struct
    {
        char const* text;
        errc why;
    } const table[] = {
        {"", errc::invalid_packet},
        {"7", errc::invalid_packet},
        {"9[]", errc::invalid_packet},
        {"x", errc::invalid_packet},
        {" 2[]", errc::invalid_packet},
        {"5", errc::invalid_packet},
        {"5[\"x\"]", errc::invalid_packet},
        {"5-[\"x\"]", errc::invalid_packet},
        {"51[\"x\"]", errc::invalid_packet},
        {"51", errc::invalid_packet},
        {"5+1-[\"x\"]", errc::invalid_packet},
        {"5-1-[\"x\"]", errc::invalid_packet},
        {"51e0-[\"x\"]", errc::invalid_packet},
        {"50x1-[\"x\"]", errc::invalid_packet},
        {"5 1-[\"x\"]", errc::invalid_packet},
        {"51.0-[\"x\"]", errc::invalid_packet},
        {"50-[\"x\"]", errc::invalid_attachment},
        {"60-[]", errc::invalid_attachment},
        {"511-[\"x\"]", errc::too_many_attachments},
        {"5999999999-[\"x\"]", errc::too_many_attachments},
        {"599999999999999999999999999-[\"x\"]", errc::too_many_attachments},
        {"218446744073709551616[]", errc::invalid_packet},
        {"2 [\"x\"]", errc::invalid_packet},
        {"2\n[\"x\"]", errc::invalid_packet},
        {"21 [\"x\"]", errc::invalid_packet},
        {"0 {}", errc::invalid_packet},
        {"0/a, {}", errc::invalid_packet},
    };
    for (auto const& row : table) {
        auto const header = read_header(row.text, 10);
        ASSERT_FALSE(header) << row.text;
        EXPECT_EQ(header.error(), row.why) << row.text;
    }
}

TEST(header_reader, every_front_of_a_packet_is_read_or_refused_without_looking_behind_its_end)
{
    std::string const whole = R"(612-/some/room,1234567[{"a":[1,2]}])";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::vector<char> const exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        auto const header = read_header({exact.data(), exact.size()}, 12);
        EXPECT_EQ(header.has_value(), size >= std::string("612-").size()) << size;
    }
}

} // namespace
} // namespace partyline::socketio
