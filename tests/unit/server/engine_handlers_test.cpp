// Engine.IO without Socket.IO.
#include "running_server.hpp"

namespace partyline::test {

TEST(engine_handlers, learn_the_first_request_of_a_session)
{
    server_options options;
    options.engine.on_open = [](std::shared_ptr<engine_socket> const& s) {
        auto const& first = s->handshake();
        s->send(std::string(first.url()) + " " + std::string(first.header("host")) + " " +
                first.query("transport").value_or("?") + " " + std::string(first.address()) +
                (first.secure() ? " secure" : " plain"));
    };
    options.engine.on_text = [](engine_socket& s, std::string_view text) {
        s.send(std::string(text) + " " + s.handshake().query("EIO").value_or("?"));
    };
    running_server line([](server&) {}, std::move(options));
    wire_client client(line.port, "", false);
    EXPECT_EQ(client.receive(), "4/socket.io/?EIO=4&transport=websocket x websocket 127.0.0.1 plain");
    client.send("4later");
    EXPECT_EQ(client.receive(), "4later 4");
}

} // namespace partyline::test
