#include "engineio/payload_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace partyline::engineio {

namespace {

/// Packets as "type:data", binary as "binary:data", an error as its name, then the end.
std::vector<std::string> read_all(std::string body, std::size_t max_packets = 100)
{
    for (auto& c : body)
        if (c == '|') c = payload_separator;
    std::vector<std::string> out;
    std::string scratch;
    for (payload_reader reader(body, max_packets); reader.more();) {
        auto const item = reader.next(scratch);
        if (!item)
            out.push_back(item.error() == errc::invalid_packet ? "invalid packet" : "invalid payload");
        else
            out.push_back((item->is_binary ? "binary" : std::string(1, type_character(item->type))) + ":" +
                          std::string(item->data));
    }
    return out;
}

using ::testing::ElementsAre;

} // namespace

TEST(payload_reader, reads_one_packet) { EXPECT_THAT(read_all("4hello"), ElementsAre("4:hello")); }

TEST(payload_reader, splits_at_the_separator)
{
    EXPECT_THAT(read_all("4hello|2|4€"), ElementsAre("4:hello", "2:", "4:€"));
}

TEST(payload_reader, b_and_base64_is_a_binary_message)
{
    EXPECT_THAT(read_all("4a|bAQIDBA==|4b"), ElementsAre("4:a", "binary:\x01\x02\x03\x04", "4:b"));
    EXPECT_THAT(read_all("b"), ElementsAre("binary:"));
}

TEST(payload_reader, a_binary_message_of_any_size_is_decoded_with_room_behind_it)
{
    for (std::size_t size : {1u, 15u, 64u, 1000u}) {
        std::string const bytes(size, '\xab');
        auto const body = "b" + base::encode_base64(std::as_bytes(std::span(bytes)));
        std::string scratch;
        payload_reader reader(body, 1);
        auto const item = reader.next(scratch);
        ASSERT_TRUE(item);
        EXPECT_EQ(item->data, bytes);
        EXPECT_GE(scratch.size(), size + 64);
    }
}

TEST(payload_reader, an_empty_body_is_an_empty_packet) { EXPECT_THAT(read_all(""), ElementsAre("invalid packet")); }

TEST(payload_reader, a_missing_body_is_an_empty_packet)
{
    std::string scratch;
    payload_reader reader(std::string_view(), 1);
    ASSERT_TRUE(reader.more());
    EXPECT_EQ(reader.next(scratch).error(), errc::invalid_packet);
}

TEST(payload_reader, packets_before_an_error_count_and_none_behind_it)
{
    EXPECT_THAT(read_all("4a||4b"), ElementsAre("4:a", "invalid packet"));
    EXPECT_THAT(read_all("4a|"), ElementsAre("4:a", "invalid packet"));
    EXPECT_THAT(read_all("4a|7|4b"), ElementsAre("4:a", "invalid packet"));
    EXPECT_THAT(read_all("4a|b?|4b"), ElementsAre("4:a", "invalid payload"));
    EXPECT_THAT(read_all("4a|bAQI|4b"), ElementsAre("4:a", "invalid payload")) << "padding is missing";
}

TEST(payload_reader, invalid_utf8_is_refused)
{
    EXPECT_THAT(read_all("4ok|4\xff"), ElementsAre("4:ok", "invalid packet"));
    EXPECT_THAT(read_all("4\xe2\x82|4\xac"), ElementsAre("invalid packet")) << "a character does not span packets";
    EXPECT_THAT(read_all("4\xed\xa0\x80"), ElementsAre("invalid packet")) << "a surrogate";
}

TEST(payload_reader, the_number_of_packets_is_limited)
{
    EXPECT_THAT(read_all("4a|4b|4c", 3), ElementsAre("4:a", "4:b", "4:c"));
    EXPECT_THAT(read_all("4a|4b|4c", 2), ElementsAre("4:a", "4:b", "invalid payload"));
}

TEST(payload_reader, a_body_cut_at_any_byte_gives_whole_packets_or_an_error_last)
{
    std::string const body = "4hello\x1e"
                             "2\x1e"
                             "4€uro\x1e"
                             "bAQIDBA==\x1e"
                             "4z";
    for (std::size_t size = 0; size <= body.size(); ++size) {
        auto const seen = read_all(body.substr(0, size));
        ASSERT_FALSE(seen.empty());
        for (std::size_t i = 0; i + 1 < seen.size(); ++i) EXPECT_FALSE(seen[i].starts_with("invalid")) << size;
    }
}

} // namespace partyline::engineio
