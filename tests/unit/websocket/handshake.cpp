#include "websocket/handshake.hpp"

#include <gtest/gtest.h>

namespace partyline::websocket {
namespace {

constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";

upgrade_request request()
{
    return {.method = "GET", .upgrade = "websocket", .connection = "Upgrade", .key = sample_key, .version = "13"};
}

int refused(upgrade_request const& asked)
{
    auto const answer = accept_upgrade(asked, nullptr);
    auto const* refusal = std::get_if<upgrade_refusal>(&answer);
    return refusal ? refusal->status : 101;
}

TEST(accept_upgrade, answers_the_example_of_rfc_6455_section_1_3)
{
    EXPECT_EQ(accept_for(sample_key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    auto const answer = std::get<upgrade_answer>(accept_upgrade(request(), nullptr));
    EXPECT_EQ(answer.head, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    EXPECT_TRUE(answer.protocol.empty());
    EXPECT_FALSE(answer.deflate);
}

TEST(accept_upgrade, header_values_are_read_as_lists_without_case)
{
    auto asked = request();
    asked.upgrade = "WebSocket";
    asked.connection = "keep-alive, UPGRADE";
    EXPECT_EQ(refused(asked), 101);
    asked.upgrade = "h2c, websocket";
    EXPECT_EQ(refused(asked), 101);
}

TEST(accept_upgrade, says_what_is_wrong)
{
    auto asked = request();
    asked.method = "POST";
    EXPECT_EQ(refused(asked), 405);
    asked = request();
    asked.http_minor = 0;
    EXPECT_EQ(refused(asked), 400);
    for (auto value : {"", "h2c", "websockets"}) {
        asked = request();
        asked.upgrade = value;
        EXPECT_EQ(refused(asked), 400) << value;
    }
    for (auto value : {"", "keep-alive", "upgraded"}) {
        asked = request();
        asked.connection = value;
        EXPECT_EQ(refused(asked), 400) << value;
    }
    for (auto value :
         {"", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
          "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZ-==", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="})
    {
        asked = request();
        asked.key = value;
        EXPECT_EQ(refused(asked), 400) << value;
    }
}

TEST(accept_upgrade, another_version_is_told_ours)
{
    for (auto value : {"", "8", "12", "14", "013", "13, 8", "thirteen"}) {
        auto asked = request();
        asked.version = value;
        auto const answer = accept_upgrade(asked, nullptr);
        auto const* refusal = std::get_if<upgrade_refusal>(&answer);
        ASSERT_TRUE(refusal) << value;
        EXPECT_EQ(refusal->status, 426);
        EXPECT_EQ(refusal->header, "Sec-WebSocket-Version: 13");
    }
}

TEST(accept_upgrade, the_first_subprotocol_is_chosen)
{
    auto asked = request();
    asked.protocols = "chat , superchat";
    auto const answer = std::get<upgrade_answer>(accept_upgrade(asked, nullptr));
    EXPECT_EQ(answer.protocol, "chat");
    EXPECT_NE(answer.head.find("Sec-WebSocket-Protocol: chat\r\n"), std::string::npos);
    for (auto value : {",", "chat,", ",chat", "chat,,superchat", "chat,chat", "chat superchat", "ch@t", "chat\r\nX: y"})
    {
        asked.protocols = value;
        EXPECT_EQ(refused(asked), 400) << value;
    }
}

TEST(accept_upgrade, a_long_list_of_subprotocols_is_refused_at_its_limit)
{
    std::string list = "p0";
    for (int i = 1; i != 32; ++i) list += ",p" + std::to_string(i);
    auto asked = request();
    asked.protocols = list;
    EXPECT_EQ(refused(asked), 101);
    list += ",p32";
    asked.protocols = list;
    EXPECT_EQ(refused(asked), 400);
}

TEST(accept_upgrade, compression_is_agreed_only_where_it_is_on)
{
    auto asked = request();
    asked.extensions = "permessage-deflate; client_max_window_bits";
    EXPECT_FALSE(std::get<upgrade_answer>(accept_upgrade(asked, nullptr)).deflate);
    deflate_options const options;
    auto const answer = std::get<upgrade_answer>(accept_upgrade(asked, &options));
    EXPECT_TRUE(answer.deflate);
    EXPECT_NE(answer.head.find("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"),
              std::string::npos);
    asked.extensions = "permessage-deflate; nonsense;;";
    EXPECT_FALSE(std::get<upgrade_answer>(accept_upgrade(asked, &options)).deflate);
}

TEST(asks_for_websocket, looks_at_the_upgrade_header_alone)
{
    EXPECT_TRUE(asks_for_websocket("WebSocket"));
    EXPECT_FALSE(asks_for_websocket(""));
    EXPECT_FALSE(asks_for_websocket("h2c"));
}

class confirm_upgrade_test : public testing::Test
{
protected:
    confirm_upgrade_test()
    {
        std::string_view const text = "the sample nonce";
        for (std::size_t i = 0; i != nonce.size(); ++i) nonce[i] = static_cast<std::byte>(text[i]);
    }
    upgrade_response good() const
    {
        return {
            .status = 101, .upgrade = "websocket", .connection = "Upgrade", .accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="};
    }
    errc failed(upgrade_response const& response, deflate_options const* deflate = nullptr) const
    {
        auto const agreed = confirm_upgrade(response, nonce, protocols, deflate);
        return agreed ? errc{} : agreed.error();
    }

    std::array<std::byte, 16> nonce{};
    std::vector<std::string_view> protocols{"chat", "superchat"};
};

TEST_F(confirm_upgrade_test, the_request_carries_the_key)
{
    deflate_options const options{takeover::as_asked, takeover::as_asked, {}, {}};
    EXPECT_EQ(request_upgrade(nonce, protocols, &options),
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    EXPECT_EQ(request_upgrade(nonce, {}, nullptr).find("Protocol"), std::string::npos);
}

TEST_F(confirm_upgrade_test, a_good_answer_is_accepted)
{
    EXPECT_EQ(failed(good()), errc{});
    auto response = good();
    response.protocol = "superchat";
    auto const agreed = confirm_upgrade(response, nonce, protocols, nullptr);
    ASSERT_TRUE(agreed);
    EXPECT_EQ(agreed->protocol, "superchat");
}

TEST_F(confirm_upgrade_test, each_departure_is_found)
{
    auto response = good();
    response.status = 200;
    EXPECT_EQ(failed(response), errc::refused);
    response = good();
    response.upgrade = "h2c";
    EXPECT_EQ(failed(response), errc::invalid_handshake);
    response = good();
    response.connection = "close";
    EXPECT_EQ(failed(response), errc::invalid_handshake);
    response = good();
    response.accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=";
    EXPECT_EQ(failed(response), errc::invalid_handshake);
    response = good();
    response.protocol = "other";
    EXPECT_EQ(failed(response), errc::invalid_handshake);
}

TEST_F(confirm_upgrade_test, compression_is_accepted_only_where_offered)
{
    auto response = good();
    response.extensions = "permessage-deflate";
    EXPECT_EQ(failed(response), errc::invalid_handshake);
    deflate_options const options{takeover::as_asked, takeover::as_asked, {}, {}};
    EXPECT_EQ(failed(response, &options), errc{});
    response.extensions = "permessage-deflate; nonsense";
    EXPECT_EQ(failed(response, &options), errc::invalid_handshake);
}

} // namespace
} // namespace partyline::websocket
