// A client against servers that break the rules: each limit is reached, the client says why, lets go, and works with the next good server.
#include <partyline/client.hpp>

#include "unit/client/hostile_world.hpp"

namespace partyline::test {
namespace {

constexpr std::string_view chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

struct attack
{
    char const* name;
    std::vector<transport_kind> transports;
    hostile_server::script play;
    /// What the client says: the cause of an error, or the reason of a close with its description.
    std::string told;
};

std::string cause(errc why) { return "error: " + std::string(describe(why)); }

std::vector<attack> const& attacks()
{
    static std::vector<attack> const all{
        // the head of an answer
        {"endless_headers", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\n");
             line.flood("X-Filler: " + std::string(100, 'x') + "\r\n");
         },
         cause(errc::limit_exceeded)},
        {"a_header_without_end", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\nX-Filler: ");
             line.flood(std::string(1000, 'x'));
         },
         cause(errc::limit_exceeded)},
        {"interim_answers_without_end", only_polling,
         [](hostile_line& line) {
             line.request();
             line.flood("HTTP/1.1 100 Continue\r\n\r\n");
         },
         cause(errc::limit_exceeded)},
        {"a_head_byte_by_byte", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\nX: ");
             line.drip("x");
         },
         cause(errc::timed_out)},
        {"a_redirection_to_itself", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 302 Found\r\nLocation: /socket.io/\r\nContent-Length: 0\r\n\r\n");
             line.hold();
         },
         "error: 302"},
        // its body
        {"a_body_without_end", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\n\r\n");
             line.flood(std::string(1000, 'x'));
         },
         cause(errc::message_too_big)},
        {"chunks_without_end", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send(chunked);
             line.flood("3e8\r\n" + std::string(1000, 'x') + "\r\n");
         },
         cause(errc::message_too_big)},
        {"chunks_of_one_byte", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send(chunked);
             line.flood(repeated("1\r\nx\r\n", 100));
         },
         cause(errc::message_too_big)},
        {"a_body_of_terabytes", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
             line.be_silent();
         },
         cause(errc::message_too_big)},
        {"a_body_that_inflates", only_polling,
         [](hostile_line& line) {
             line.request();
             line.answer(bomb_for_http(), "Content-Encoding: gzip\r\n");
             line.hold();
         },
         cause(errc::message_too_big)},
        {"a_body_byte_by_byte", only_polling,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
             line.drip("x");
         },
         cause(errc::timed_out)},
        {"silence_after_the_request", only_polling,
         [](hostile_line& line) {
             line.request();
             line.be_silent();
         },
         cause(errc::timed_out)},
        // Engine.IO while polling
        {"a_handshake_of_nonsense", only_polling,
         [](hostile_line& line) {
             line.request();
             line.answer(R"(0{"sid":)");
             line.hold();
         },
         cause(errc::invalid_handshake)},
        {"a_session_id_without_end", only_polling,
         [](hostile_line& line) {
             line.request();
             line.answer(R"(0{"sid":")" + std::string(300, 'x') +
                         R"(","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1})");
             line.hold();
         },
         cause(errc::invalid_handshake)},
        {"more_packets_than_a_payload_may_have", only_polling,
         [](hostile_line& line) {
             line.request();
             line.answer(std::string(open_long) + repeated("\x1e"
                                                           "6",
                                                           70'000));
             line.hold();
         },
         cause(errc::invalid_payload)},
        {"a_poll_byte_by_byte", only_polling,
         [](hostile_line& line) {
             if (!begin_polling(line, open_short)) return line.be_silent(); // the POST
             if (!line.request().starts_with("GET")) return line.be_silent();
             line.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
             line.drip("6");
         },
         "closed: ping timeout"},
        // the handshake of a WebSocket
        {"a_handshake_with_endless_headers", only_websocket,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 101 Switching Protocols\r\n");
             line.flood("X-Filler: " + std::string(100, 'x') + "\r\n");
         },
         cause(errc::limit_exceeded)},
        {"a_handshake_byte_by_byte", only_websocket,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 101 Switching Protocols\r\nX: ");
             line.drip("x");
         },
         cause(errc::timed_out)},
        {"a_refusal_without_end", only_websocket,
         [](hostile_line& line) {
             line.request();
             line.send("HTTP/1.1 400 Bad Request\r\n\r\n");
             line.flood(std::string(1000, 'x'));
         },
         cause(errc::message_too_big)},
        {"a_websocket_that_never_opens_a_session", only_websocket,
         [](hostile_line& line) {
             line.upgrade();
             line.be_silent();
         },
         cause(errc::timed_out)},
        // its frames
        {"fragments_without_end", only_websocket,
         [](hostile_line& line) {
             if (!begin(line) || !line.frame(0x01, "4")) return;
             line.flood(hostile_line::head_of(0x00, 1000) + std::string(1000, 'x'));
         },
         cause(errc::message_too_big)},
        {"empty_fragments_without_end", only_websocket,
         [](hostile_line& line) {
             if (!begin(line) || !line.frame(0x01, "4")) return;
             line.flood(repeated(hostile_line::head_of(0x00, 0), 1000));
         },
         cause(errc::limit_exceeded)},
        {"a_frame_of_exabytes", only_websocket,
         [](hostile_line& line) {
             if (!begin(line)) return;
             line.send(hostile_line::head_of(0x81, std::uint64_t{1} << 62));
             line.be_silent();
         },
         cause(errc::message_too_big)},
        {"a_message_that_inflates", only_websocket,
         [](hostile_line& line) {
             if (!begin(line, true, open_long, true)) return;
             line.frame(0xc1, bomb_for_websocket());
             line.hold();
         },
         cause(errc::message_too_big)},
        {"a_message_byte_by_byte", only_websocket,
         [](hostile_line& line) {
             if (!begin(line, true, open_short)) return;
             line.send(hostile_line::head_of(0x81, 50'000));
             line.drip("4");
         },
         "closed: ping timeout"},
        {"masked_frames", only_websocket,
         [](hostile_line& line) {
             if (!begin(line)) return;
             line.send(std::string("\x81\x81\0\0\0\0"
                                   "6",
                                   7));
             line.hold();
         },
         cause(errc::invalid_frame)},
        {"text_that_is_none", only_websocket,
         [](hostile_line& line) {
             if (!begin(line)) return;
             line.text("4\xff\xfe");
             line.hold();
         },
         cause(errc::invalid_utf8)},
        // Socket.IO
        {"broken_json", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text(R"(42["x",)");
             line.hold();
         },
         "closed: parse error"},
        {"json_deeper_than_the_limit", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text(R"(42["x",)" + std::string(20'000, '[') + std::string(20'000, ']') + "]");
             line.hold();
         },
         "closed: parse error"},
        {"a_packet_of_an_unknown_type", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text("49");
             line.hold();
         },
         "closed: parse error"},
        {"more_attachments_than_the_limit", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text(R"(4511-["x"])");
             line.hold();
         },
         "closed: parse error"},
        {"attachments_counted_in_billions", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text(R"(4599999999999-["x"])");
             line.hold();
         },
         "closed: parse error"},
        {"attachments_that_are_large_together", only_websocket,
         [](hostile_line& line) {
             if (begin(line)) line.text(R"(4510-["x",{"_placeholder":true,"num":0}])");
             for (int i = 0; i < 10 && line.bytes(std::string(100'000, 'x')); ++i) {
             }
             line.hold();
         },
         "closed: parse error"},
        {"a_text_among_attachments", only_websocket,
         [](hostile_line& line) {
             if (begin(line) && line.text(R"(451-["x",{"_placeholder":true,"num":0}])")) line.text(R"(42["y"])");
             line.hold();
         },
         "closed: parse error"},
        {"bytes_that_nobody_announced", only_websocket,
         [](hostile_line& line) {
             begin(line) && line.bytes("bytes");
             line.hold();
         },
         "closed: parse error"},
        {"events_before_the_namespace_is_joined", only_websocket,
         [](hostile_line& line) {
             if (!begin(line, false)) return;
             line.flood(hostile_line::head_of(0x81, 107) + R"(42["early")" + std::string(96, ' ') + "]");
         },
         "closed: parse error (too many events before the CONNECT reply)"},
    };
    return all;
}

class client_against : public testing::TestWithParam<attack>
{};
INSTANTIATE_TEST_SUITE_P(hostile, client_against, testing::ValuesIn(attacks()),
                         [](auto const& each) { return std::string(each.param.name); });

TEST_P(client_against, a_hostile_server_says_why_lets_go_and_works_with_a_good_one)
{
    line_server good([](server& io) { io.on("echo", [](args all) { return all; }); });
    hostile_server bad(GetParam().play);
    notes seen;
    [[maybe_unused]] auto const before = memory();
    auto options = wary(GetParam().transports);
    if (GetParam().told != cause(errc::timed_out)) options.timeout = 10s;
    client line(bad.url(), options);
    line.on_error([&](client_error const& why) {
        seen.add("error: " + (why.status != 0 ? std::to_string(why.status) : std::string(describe(why.cause))));
    });
    line.on_close([&](client_disconnect_reason why, std::string_view detail) {
        seen.add("closed: " + std::string(to_string(why)));
        seen.add("closed: " + std::string(to_string(why)) + " (" + std::string(detail) + ")");
    });
    line.connect();
    EXPECT_TRUE(seen.has(GetParam().told)) << ::testing::PrintToString(seen.all());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(memory() - before, 16L << 20) << "bytes are held that no limit allows";
#endif
    bad.be_good(good.port);
    // the first may still reach the hostile one
    EXPECT_TRUE(until([&] {
        try {
            return line.timeout(10s).emit_with_ack<std::string>("echo", "still here").get() == "still here";
        } catch (error const&) {
            return false;
        }
    }));
    auto const now = line.statistics().get();
    EXPECT_EQ(now.buffered_packets + now.early_packets + now.queued_bytes + now.pending_acks, 0U);
    line.close().get();
}

} // namespace
} // namespace partyline::test
