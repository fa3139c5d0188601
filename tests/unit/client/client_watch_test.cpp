// What a program may look at beside its events: packets on the wire, the change to a WebSocket, who wants an answer.
#include <partyline/client.hpp>

#include <algorithm>
#include <optional>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

class watching : public testing::TestWithParam<way>
{};
INSTANTIATE_TEST_SUITE_P(client, watching, testing::ValuesIn(all_ways()),
                         [](auto const& each) { return std::string(each.param.name); });

TEST_P(watching, sees_each_packet_of_both_directions_in_order)
{
    auto const how = GetParam();
    server_options serving;
    serving.parser = how.parser();
    line_server served([](server& io) { io.on("echo", [](args all) { return all; }); }, serving);
    notes sent;
    notes received;
    auto options = how.options();
    options.upgrade = false;
    options.on_packet = [&](client_packet const& packet) {
        EXPECT_EQ(packet.transport, how.transports.front());
        EXPECT_TRUE(!packet.is_binary || packet.transport == transport_kind::websocket);
        (packet.outgoing ? sent : received).add(packet.is_binary ? "binary" : std::string(packet.data));
    };
    client line(served.url(), options);
    line.connect();
    EXPECT_EQ(line.emit_with_ack("echo", "hello").get(), value("hello"));
    EXPECT_EQ(line.emit_with_ack("echo", binary::from_text("hi")).get(), value(binary::from_text("hi")));
    line.close().get();

    bool const polls = how.transports.front() == transport_kind::polling;
    auto const in = received.all();
    ASSERT_FALSE(in.empty());
    EXPECT_EQ(in.front().substr(0, 9), R"(0{"sid":")");
    EXPECT_EQ(std::count(in.begin(), in.end(), "ok"), 0);
    if (how.msgpack) return;
    std::string const bytes = polls ? "baGk=" : "binary";
    lines out{"40", R"(420["echo","hello"])", R"(451-1["echo",{"_placeholder":true,"num":0}])", bytes};
    if (polls) out.emplace_back("1");
    EXPECT_EQ(sent.all(), out);
    ASSERT_GE(in.size(), 5u);
    EXPECT_EQ(in[1].substr(0, 9), R"(40{"sid":)");
    EXPECT_EQ(in[2], R"(430["hello"])");
    EXPECT_EQ(in[3], R"(461-1[{"_placeholder":true,"num":0}])");
    EXPECT_EQ(in[4], bytes);
}

TEST_P(watching, may_emit_and_leave_while_it_watches)
{
    auto const how = GetParam();
    if (how.msgpack && how.transports.front() == transport_kind::polling) return; // names cannot be read on the wire
    server_options serving;
    serving.parser = how.parser();
    std::atomic<int> heard{0};
    line_server served([&](server& io) { io.on("more", [&] { ++heard; }); }, serving);
    auto options = how.options();
    options.upgrade = false;
    std::optional<client> line;
    int seen = 0;
    options.on_packet = [&](client_packet const& packet) {
        if (!packet.outgoing || packet.data.find("go") == std::string_view::npos || ++seen > 3) return;
        for (int i = 0; i < 50; ++i) line->emit("more");
        if (seen == 3) line->disconnect();
    };
    line.emplace(served.url(), options);
    line->on_connect([&] {
        for (int i = 0; i < 3; ++i) line->emit("go");
    });
    line->connect();
    EXPECT_TRUE(until([&] { return heard == 150; })) << heard;
    EXPECT_TRUE(until([&] { return !line->connected(); }));
    line->close().get();
}

TEST(client_watch, hears_of_the_upgrade)
{
    line_server served([](server&) {});
    notes seen;
    notes packets;
    client_options options;
    options.on_packet = [&](client_packet const& packet) { packets.add(std::string(packet.data)); };
    client line(served.url(), options);
    line.on_upgrade([&] {
        line.statistics().then(
            [&](result<client_statistics> const& now) { seen.add("upgraded to " + now->transport); });
    });
    line.on_upgrade_error([&](client_error const&) { seen.add("not upgraded"); });
    line.connect();
    EXPECT_TRUE(seen.has("upgraded to websocket"));
    for (auto const* const each : {"2probe", "3probe", "5"}) EXPECT_TRUE(packets.has(each)) << each;
    line.close().get();
    EXPECT_EQ(seen.all(), lines{"upgraded to websocket"});
}

TEST(client_watch, hears_why_there_was_no_upgrade_and_goes_on_polling)
{
    line_server served([](server& io) {
        io.use_http([](http_call const& call, http_continue go_on) {
            if (call.request.target.find("transport=websocket") == std::string_view::npos) return go_on({});
            go_on(http::response::text(503, "no WebSockets here"));
        });
        io.on("echo", [](args all) { return all; });
    });
    notes seen;
    client line(served.url());
    line.on_upgrade([&] { seen.add("upgraded"); });
    line.on_upgrade_error([&](client_error const& why) { seen.add(why.message + " " + std::to_string(why.status)); });
    line.connect();
    EXPECT_TRUE(seen.has("websocket error 503"));
    EXPECT_EQ(line.emit_with_ack("echo", 5).get(), value(5));
    EXPECT_EQ(line.statistics().get().transport, "polling");
    line.close().get();
}

TEST(client_watch, a_listener_to_anything_may_take_the_answer_over)
{
    line_server served([](server& io) {
        io.on("ask", [](socket s, std::string what) {
            s.emit(what, 1, 2,
                   [s](result<args> const& answer) { s.emit("told", answer ? answer->values().size() : 99u); });
        });
        io.on("tell", [](socket s) { s.emit("plain"); });
    });
    notes seen;
    client line(served.url());
    line.on("told", [&](int count) { seen.add("told " + std::to_string(count)); });
    line.on("typed", [&] {
        seen.add("typed");
        return 7;
    });
    ack<args> kept;
    line.on_any([&](std::string_view name, args const& all, ack<args> answer) {
        if (name == "later") kept = answer; // before this is noted: the test waits for the note
        seen.add(std::string(name) + (answer ? " asks" : ""));
        if (name == "at once" || name == "typed") answer(all);
    });
    line.connect();
    line.emit("ask", "at once");
    EXPECT_TRUE(seen.has("told 2"));
    line.emit("ask", "later");
    EXPECT_TRUE(seen.has("later asks"));
    EXPECT_TRUE(kept(args::of(1, "two", nullptr)));
    EXPECT_FALSE(kept(args::of(1)));
    EXPECT_TRUE(seen.has("told 3"));
    line.emit("ask", "typed"); // its handler's own answer comes second
    EXPECT_EQ(seen.when(10).size(), 10u);
    line.emit("tell");
    EXPECT_TRUE(seen.has("plain"));
    EXPECT_EQ(seen.all(), (lines{"at once asks", "told", "told 2", "later asks", "told", "told 3", "typed asks",
                                 "typed", "told", "told 2", "plain"}));
    line.close().get();
}

} // namespace
} // namespace partyline::test
