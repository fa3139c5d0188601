// Connection state recovery beside an adapter that keeps a log of its own: its offsets are the ones that clients see and name.
#include "running_server.hpp"

namespace partyline::test {

namespace {

/// Names events as a stream does. Volatile and unnamed ones get no name.
class naming_adapter final : public adapter
{
public:
    explicit naming_adapter(local_node& node) : node_(node) {}
    void broadcast(args const& event, broadcast_options const& options, deliver_here deliver) override
    {
        if (event.at(0) == value("unnamed")) return deliver({});
        auto const name = "stream-" + std::to_string(++last_) + "-0";
        if (event.at(0) != value("from afar")) return deliver(name);
        // as if another process had sent it
        deliver(name);
        node_.broadcast(args::of("news from afar"), options, "stream-" + std::to_string(++last_) + "-0");
    }
    void broadcast_with_ack(args const&, broadcast_options const&, std::function<void(std::size_t)> count,
                            std::function<void(args)>) override
    {
        count(0);
    }
    void sockets_join(broadcast_options const&, std::vector<std::string> const&) override {}
    void sockets_leave(broadcast_options const&, std::vector<std::string> const&) override {}
    void disconnect_sockets(broadcast_options const&, bool) override {}
    void fetch_sockets(broadcast_options const&,
                       std::function<void(result<std::vector<socket_description>>)> done) override
    {
        done(std::vector<socket_description>{});
    }
    void server_side_emit(args const&, std::function<void(server_responses)>) override {}
    void server_count(std::function<void(result<std::size_t>)> done) override { done(std::size_t{1}); }

private:
    local_node& node_;
    int last_ = 0;
};

server_options options_of(std::size_t max_packets = 1000)
{
    server_options options{.connection_state_recovery = recovery_options{.max_packets = max_packets}};
    options.adapter = [](std::string_view, local_node& node) { return std::make_unique<naming_adapter>(node); };
    return options;
}

std::string pid_of(wire_client const& client)
{
    auto const at = client.joined().find("pid\":\"") + 6;
    return client.joined().substr(at, client.joined().find('"', at) - at);
}

/// What somebody misses who names this offset; the last is the answer to CONNECT.
std::vector<std::string> missed(running_server const& line, std::string const& pid, std::string const& offset)
{
    wire_client back(line.port, "", false);
    back.send(R"(40{"pid":")" + pid + R"(","offset":")" + offset + "\"}");
    std::vector<std::string> all;
    do all.push_back(back.receive());
    while (!all.back().starts_with("40"));
    return all;
}

} // namespace

struct adapter_offset : ::testing::Test
{
    static void declare(server& io)
    {
        io.on("tell", [&io](std::string what) { io.emit(what); });
    }
};

TEST_F(adapter_offset, is_what_clients_see_and_name)
{
    running_server line(declare, options_of());
    wire_client client(line.port);
    auto const sid = client.id();
    client.emit(R"("tell","one")");
    EXPECT_EQ(client.receive(), R"(42["one","stream-1-0"])");
    client.emit(R"("tell","from afar")");
    EXPECT_EQ(client.receive(), R"(42["from afar","stream-2-0"])");
    EXPECT_EQ(client.receive(), R"(42["news from afar","stream-3-0"])");
    client.emit(R"("tell","unnamed")");
    auto const unnamed = client.receive();
    EXPECT_TRUE(unnamed.starts_with(R"(42["unnamed",")") && unnamed.find("stream") == unnamed.npos) << unnamed;
    client.abort();
    auto const all = missed(line, pid_of(client), "stream-1-0");
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0], R"(42["from afar","stream-2-0"])");
    EXPECT_EQ(all[1], R"(42["news from afar","stream-3-0"])");
    EXPECT_EQ(all[2], unnamed);
    EXPECT_NE(all[3].find(sid), std::string::npos);
}

TEST_F(adapter_offset, is_the_only_name_of_its_event)
{
    running_server line(declare, options_of());
    wire_client client(line.port);
    client.emit(R"("tell","one")");
    (void)client.receive();
    client.abort();
    auto const all = missed(line, pid_of(client), "0"); // as this process would have written the number 1
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].find(client.id()), std::string::npos);
}

TEST_F(adapter_offset, is_forgotten_with_its_event)
{
    running_server line(declare, options_of(2));
    wire_client client(line.port);
    for (int i = 0; i < 5; ++i) {
        client.emit(R"("tell","one")");
        (void)client.receive();
    }
    client.abort();
    auto const all = missed(line, pid_of(client), "stream-1-0");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].find(client.id()), std::string::npos);
}

} // namespace partyline::test
