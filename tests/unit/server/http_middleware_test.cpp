// Middleware of the HTTP level: each request is answered once, whatever one does.
#include <atomic>

#include "running_server.hpp"
#include "support/http_client.hpp"

namespace partyline::test {

namespace {

constexpr std::string_view handshake_request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n";

std::size_t count(std::string_view in, std::string_view what)
{
    std::size_t found = 0;
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + what.size())) ++found;
    return found;
}

} // namespace

TEST(http_middleware, that_throws_before_it_has_spoken_refuses_that_request_alone)
{
    std::atomic<bool> throws{true};
    running_server line([&](server& io) {
        io.use_http([&](http_call const&, http_continue go_on) {
            if (throws.exchange(false)) throw std::runtime_error("before");
            go_on({});
        });
    });
    auto const refused = ask_http(line.port, handshake_request);
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 400 ")) << refused;
    EXPECT_NE(refused.find(R"({"code":3,"message":"Bad request"})"), refused.npos) << refused;
    EXPECT_TRUE(ask_http(line.port, handshake_request).starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(line.statistics().handler_errors, 1U);
}

TEST(http_middleware, that_throws_after_it_has_gone_on_changes_nothing_and_is_counted)
{
    std::atomic<int> errors{0};
    std::atomic<int> opened{0};
    server_options options;
    options.on_connection_error = [&](connection_error const&) { ++errors; };
    running_server line(
        [&](server& io) {
            io.use_http([&](http_call const&, http_continue go_on) {
                go_on({});
                throw std::runtime_error("after");
            });
            io.use_http([](http_call const&, http_continue go_on) { go_on({}); });
            io.on_connection([&](socket) { ++opened; });
        },
        std::move(options));
    auto const answer = ask_http(line.port, handshake_request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U) << answer;
    wire_client client(line.port); // an upgrade passes it as well
    EXPECT_EQ(client.id().size(), 20U);
    EXPECT_EQ(errors, 0);
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(line.statistics().handler_errors, 2U);
}

TEST(http_middleware, that_throws_after_it_has_answered_leaves_that_answer)
{
    running_server line([](server& io) {
        io.use_http([](http_call const&, http_continue go_on) {
            go_on(http::response::text(418, "short and stout"));
            throw std::runtime_error("after");
        });
    });
    auto const answer = ask_http(line.port, handshake_request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 418 ")) << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U) << answer;
    EXPECT_EQ(line.statistics().connections, 0U);
}

} // namespace partyline::test
