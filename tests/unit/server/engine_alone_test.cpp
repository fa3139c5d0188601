// Engine.IO without Socket.IO: what `engine_handlers` are told, and what the handle of a session can do.
#include <atomic>

#include "running_server.hpp"
#include "support/http_client.hpp"

namespace partyline::test {

namespace {

constexpr std::size_t megabyte = 1 << 20;

} // namespace

struct engine_alone : ::testing::Test
{
    std::promise<std::shared_ptr<engine_socket>> opened;
    std::promise<std::string> closed;
    std::atomic<int> connections{0}; // of Socket.IO

    running_server line{
        [this](server& io) { io.on_connection([this](socket) { ++connections; }); },
        {.send_queue = {.bytes = 16 * megabyte},
         .engine = {.on_open = [this](std::shared_ptr<engine_socket> s) { opened.set_value(s); },
                    .on_text =
                        [](engine_socket& s, std::string_view text) {
                            if (!text.starts_with("close")) return void(s.send("echo of " + std::string(text)));
                            for (auto i = text.size(); i > 5; --i) s.send(std::string(megabyte, 'x'));
                            s.close();
                            s.send("too late");
                        },
                    .on_binary = [](engine_socket& s, binary bytes) { s.send(bytes); },
                    .on_close = [this](engine_socket&, std::string_view why) { closed.set_value(std::string(why)); }}}};

    std::shared_ptr<engine_socket> handle() { return opened.get_future().get(); }
    std::string reason() { return closed.get_future().get(); }
};

TEST_F(engine_alone, on_open_gives_a_handle_that_works_from_any_thread)
{
    wire_client client(line.port, "", false);
    auto const session = handle();
    EXPECT_EQ(session->id(), sid_in(client.opened()));
    EXPECT_TRUE(session->send("hello"));
    EXPECT_EQ(client.receive(), "4hello");
    EXPECT_TRUE(session->send(binary::from_text(std::string_view("\0\1", 2))));
    EXPECT_EQ(client.receive(), std::string_view("\0\1", 2));
}

TEST_F(engine_alone, messages_travel_both_ways_as_they_are)
{
    wire_client client(line.port, "", false);
    client.send("40");
    EXPECT_EQ(client.receive(), "4echo of 0"); // and no CONNECT
    client.send_binary("\1\2\3");
    EXPECT_EQ(client.receive(), "\1\2\3");
    EXPECT_EQ(connections, 0);
}

TEST_F(engine_alone, messages_travel_over_polling_too)
{
    polling_client client(line.port);
    EXPECT_EQ(handle()->id(), client.sid());
    EXPECT_EQ(client
                  .post("4hi\x1e"
                        "bAQID")
                  .body,
              "ok");
    EXPECT_EQ(client.poll().body, "4echo of hi\x1e"
                                  "bAQID");
}

TEST_F(engine_alone, close_sends_what_is_queued_first_and_nothing_that_comes_later)
{
    wire_client client(line.port, "", false);
    client.send("4close............"); // twelve megabytes: more than the system takes
    for (int i = 0; i < 12; ++i) EXPECT_TRUE(client.receive() == "4" + std::string(megabyte, 'x')) << i;
    EXPECT_THROW(client.receive(), line_closed);
    EXPECT_EQ(reason(), "forced close");
    EXPECT_EQ(line.when_empty().connections, 0U);
}

TEST_F(engine_alone, close_sends_what_is_queued_over_polling_too)
{
    polling_client client(line.port);
    EXPECT_EQ(client.post("4close..").body, "ok");
    EXPECT_EQ(client.poll().body.size(), 2 * (megabyte + 2) - 1);
    EXPECT_EQ(client.poll().body.back(), '1'); // in a payload of its own
    EXPECT_EQ(reason(), "forced close");
    EXPECT_EQ(client.poll().status, 400);
}

TEST_F(engine_alone, on_close_says_why_and_the_handle_does_nothing_then)
{
    auto client = std::make_unique<wire_client>(line.port, "", false);
    auto const session = handle();
    client->send("1");
    client->expect_close();
    EXPECT_EQ(reason(), "transport close");
    session->send("into the void");
    session->close();
    EXPECT_EQ(line.when_empty().connections, 0U);
    EXPECT_EQ(session->id().size(), 20U);
}

} // namespace partyline::test
