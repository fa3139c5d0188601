// The hot paths of the pure floors, counted by callgrind without any server. Prints a line `NAME COUNT` for each, as the client of the
// counted server does.
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <valgrind/callgrind.h>

#include <partyline/codec.hpp>
#include <partyline/convert.hpp>

#include "adapter/room_index.hpp"
#include "base/base64.hpp"
#include "engineio/payload_reader.hpp"
#include "engineio/payload_writer.hpp"
#include "http/request_reader.hpp"
#include "value/json_document.hpp"
#include "value/json_writer.hpp"
#include "websocket/message_reader.hpp"

namespace {

using namespace partyline;

void count(char const* name, int times, std::function<void()> const& walk)
{
    for (int i = 0; i < 5; ++i) walk();
    CALLGRIND_ZERO_STATS;
    for (int i = 0; i < times; ++i) walk();
    CALLGRIND_DUMP_STATS_AT(name);
    std::cout << name << ' ' << times << std::endl;
}

void must(bool right, char const* what)
{
    if (right) return;
    std::cerr << what << " went wrong\n";
    std::exit(1);
}

/// Text with the readable bytes behind it that readers need.
struct padded
{
    explicit padded(std::string const& text) : bytes(text + std::string(64, '\0')), size(text.size()) {}
    [[nodiscard]] std::string_view view() const { return std::string_view(bytes).substr(0, size); }
    std::string bytes;
    std::size_t size;
};

std::string chat_json()
{
    std::string text = R"([{"id":"7","name":"somebody","away":false,"scores":[1,2.5,-3,1e3],"text":"grüße an alle"})";
    for (int i = 0; i < 9; ++i) text += ',' + std::to_string(i * 7919) + ",null,true,\"words and words\"";
    return text + ']';
}

void json()
{
    padded const text(chat_json());
    json_document document;
    count("json_read", 1'000, [&] {
        must(document.parse_padded(text.view()).has_value(), "json_read");
        auto& cursor = document.root();
        must(cursor.enter_array(), "json_read");
        while (cursor.next_element()) cursor.skip();
    });
    std::string out;
    std::vector<binary> attachments;
    json_writer writer(out, attachments);
    count("json_write", 1'000, [&] {
        out.clear();
        writer.restart();
        writer.begin_array(4);
        writer.string("updated_chat");
        writer.begin_object(3);
        writer.key("id");
        writer.integer(123'456);
        writer.key("name");
        writer.string("some\"body with a name");
        writer.key("at");
        writer.real(12.75);
        writer.end_object();
        writer.boolean(true);
        writer.string(std::string_view(text.bytes).substr(0, 200));
        writer.end_array();
    });
}

void packets(char const* name, codec_factory const& factory)
{
    auto const made = factory(codec_limits{});
    encoded_packet sent;
    std::unique_ptr<partial_packet> partial;
    bool const binary_frame = std::strcmp(name, "msgpack_packet") == 0;
    count(name, 1'000, [&] {
        auto& out = made->begin();
        out.begin_array(4);
        out.string("new_text");
        out.string("somebody");
        out.integer(42);
        out.string("a line of text, as long as lines of chat are wont to be");
        out.end_array();
        auto body = made->end();
        must(body.has_value(), name);
        sent = made->seal({packet_type::event, "/", {}}, std::move(*body));
        padded const wire(sent.first.buffer.substr(sent.first.begin));
        auto const got = made->decode(binary_frame, wire.view(), partial);
        must(got.has_value() && got->has_value() && (**got).event == "new_text", name);
        auto& cursor = made->arguments();
        std::string_view who;
        std::int64_t number = 0;
        must(cursor.next_element() && cursor.read_string(who) && cursor.next_element() && cursor.read_int64(number) &&
                 number == 42,
             name);
    });
}

void frames()
{
    std::string wire;
    for (int i = 0; i < 16; ++i)
        websocket::append_frame(wire, {.code = websocket::opcode::text, .mask = websocket::mask_key{1, 2, 3, 4}},
                                R"(42["echo","a line of text, as long as lines of chat are wont to be"])");
    websocket::message_limits const limits;
    websocket::message_reader reader(websocket::role::server, limits);
    std::vector<char> bytes;
    count("read_16_frames", 500, [&] {
        bytes.assign(wire.begin(), wire.end()); // unmasked in place: fresh ones each time
        bytes.resize(wire.size() + 64);
        reader.receive({bytes.data(), wire.size()});
        int seen = 0;
        while (reader.next_event()) ++seen;
        must(seen == 16, "read_16_frames");
    });
}

void requests()
{
    std::string const request =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:3000\r\nConnection: Upgrade\r\n"
        "Pragma: no-cache\r\nCache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) "
        "Chrome/120.0.0.0\r\n"
        "Upgrade: websocket\r\nOrigin: http://localhost:3000\r\nSec-WebSocket-Version: 13\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    http::request_reader reader;
    count("http_request", 500, [&] {
        must(reader.receive(request) == request.size() && reader.complete(), "http_request");
        reader.next();
    });
}

void payloads()
{
    std::string body;
    engineio::payload_writer writer(body);
    for (int i = 0; i < 8; ++i) writer.add(R"(42["echo","a line of text"])");
    body += std::string(64, '\0');
    std::string scratch;
    count("polling_payload_of_8", 500, [&] {
        engineio::payload_reader reader(std::string_view(body).substr(0, body.size() - 64), 100);
        int seen = 0;
        while (reader.more()) seen += reader.next(scratch).has_value() ? 1 : 0;
        must(seen == 8, "polling_payload_of_8");
    });
    std::vector<std::byte> const bytes(1'000, std::byte{0x5a});
    count("base64_1000", 500, [&] {
        auto const back = base::decode_base64(base::encode_base64(bytes));
        must(back.has_value() && back->size() == 1'000, "base64_1000");
    });
}

void rooms()
{
    adapters::room_index index({17, 4}, 100'000);
    for (adapters::member who = 0; who < 1'000; ++who) {
        auto const digits = std::to_string(who);
        index.add(who, *base::id20::parse(std::string(base::id20::size - digits.size(), 'i') + digits));
        must(index.join(who, "everybody").has_value(), "rooms");
    }
    count("rooms_join_and_leave", 1'000, [&] {
        must(index.join(500, "another room").has_value() && index.leave(500, "another room").was_in,
             "rooms_join_and_leave");
    });
    std::vector<std::string> const chosen{"everybody"};
    std::size_t reached = 0;
    count("rooms_walk_1000", 200, [&] { index.for_each({chosen, {}}, [&](adapters::member who) { reached += who; }); });
    must(reached == 205 * 499'500, "rooms_walk_1000");
}

} // namespace

int main()
{
    json();
    packets("json_packet", json_codec());
    packets("msgpack_packet", msgpack_codec());
    frames();
    requests();
    payloads();
    rooms();
}
