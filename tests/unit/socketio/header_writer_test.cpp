#include <socketio/header_writer.hpp>

#include <string>

#include <socketio/header_reader.hpp>

#include <gtest/gtest.h>

namespace partyline::socketio {
namespace {

std::string written(packet_header const& header, std::size_t attachments = 0)
{
    std::string text(header_size(header, attachments), '?');
    write_header(text.data(), header, attachments);
    return text;
}

TEST(header_writer, leaves_out_what_is_not_needed)
{
    EXPECT_EQ(written({packet_type::connect, "/", {}}), "0");
    EXPECT_EQ(written({packet_type::connect, "/admin", {}}), "0/admin,");
    EXPECT_EQ(written({packet_type::disconnect, "/", {}}), "1");
    EXPECT_EQ(written({packet_type::event, "/", {}}), "2");
    EXPECT_EQ(written({packet_type::event, "/", 0}), "20");
    EXPECT_EQ(written({packet_type::event, "/a", 12}), "2/a,12");
    EXPECT_EQ(written({packet_type::ack, "/", 9}), "39");
    EXPECT_EQ(written({packet_type::connect_error, "/a", {}}), "4/a,");
}

TEST(header_writer, an_event_or_ack_with_attachments_is_a_binary_one)
{
    EXPECT_EQ(written({packet_type::event, "/", {}}, 1), "51-");
    EXPECT_EQ(written({packet_type::event, "/a", 7}, 10), "510-/a,7");
    EXPECT_EQ(written({packet_type::ack, "/", 3}, 2), "62-3");
}

TEST(header_writer, what_is_written_is_read_back)
{
    for (char const* nsp : {"/", "/a", "/\xc3\xbcn\xc3\xaf"})
        for (std::optional<std::uint64_t> const id :
             {std::optional<std::uint64_t>{}, std::optional<std::uint64_t>{0}, std::optional<std::uint64_t>{9},
              std::optional<std::uint64_t>{10}, std::optional<std::uint64_t>{UINT64_MAX}})
            for (std::size_t const attachments : {0U, 1U, 9U, 10U, 100U}) {
                auto const text = written({packet_type::event, nsp, id}, attachments) + "[]";
                auto const header = read_header(text, 100);
                ASSERT_TRUE(header) << text;
                EXPECT_EQ(header->nsp, nsp);
                EXPECT_EQ(header->id, id);
                EXPECT_EQ(header->attachments, attachments);
                EXPECT_EQ(header->payload, "[]");
            }
}

} // namespace
} // namespace partyline::socketio
