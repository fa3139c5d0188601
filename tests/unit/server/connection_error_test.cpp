// What a server is told of requests that it refuses.
#include <mutex>

#include "running_server.hpp"
#include "support/http_client.hpp"

namespace partyline::test {

struct connection_errors : ::testing::Test
{
    std::mutex mutex;
    std::vector<std::string> heard;

    running_server line{[](server& io) {
                            io.use_http([](http_call const& call, http_continue go_on) {
                                if (!call.request.header("x-broken").empty()) throw std::runtime_error("broken");
                                go_on({});
                            });
                        },
                        {.allow_request =
                             [](http_call const& call, std::function<void(std::optional<std::string>)> accept) {
                                 if (call.request.header("x-stranger").empty()) return accept({});
                                 accept("who are you");
                             },
                         .on_connection_error =
                             [this](connection_error const& why) {
                                 std::lock_guard const lock(mutex);
                                 heard.push_back(std::to_string(why.code) + " " + std::string(why.message) + " " +
                                                 std::string(why.context) + " " +
                                                 std::string(why.call.request.method_text()));
                             }}};

    /// What is heard of one request.
    std::vector<std::string> told(std::string_view head)
    {
        (void)ask_http(line.port, head);
        std::lock_guard const lock(mutex);
        return std::exchange(heard, {});
    }
    static std::vector<std::string> once(std::string text) { return {std::move(text)}; }
};

TEST_F(connection_errors, are_told_with_code_message_and_context)
{
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=telegraph HTTP/1.1\r\n"), once("0 Transport unknown  GET"));
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=polling&sid=nobody HTTP/1.1\r\n"),
              once("1 Session ID unknown  GET"));
    EXPECT_EQ(told("HEAD /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n"), once("2 Bad handshake method  HEAD"));
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"),
              once("3 Bad request TRANSPORT_HANDSHAKE_ERROR GET"));
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nX-Broken: 1\r\n"),
              once("3 Bad request MIDDLEWARE_FAILURE GET"));
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nX-Stranger: 1\r\n"),
              once("4 who are you  GET"));
    EXPECT_EQ(told("GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\n"),
              once("5 Unsupported protocol version  GET"));
    EXPECT_TRUE(told("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n").empty());
}

TEST_F(connection_errors, are_not_what_a_living_session_is_asked_in_an_odd_way)
{
    auto const opened = ask_http(line.port, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n");
    auto const sid = opened.substr(opened.find("sid\":\"") + 6, 20);
    auto const target = "/socket.io/?EIO=4&transport=polling&sid=" + sid;
    EXPECT_TRUE(told("PUT " + target + " HTTP/1.1\r\nContent-Length: 0\r\n").empty());
    EXPECT_EQ(told("GET /socket.io/?EIO=3&transport=polling&sid=" + sid + " HTTP/1.1\r\n"),
              once("3 Bad request PROTOCOL_MISMATCH GET"));
    EXPECT_EQ(told("GET /socket.io/?EIO=4&transport=websocket&sid=" + sid + " HTTP/1.1\r\n"),
              once("3 Bad request TRANSPORT_MISMATCH GET"));
}

} // namespace partyline::test
