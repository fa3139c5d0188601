// Random sequences of everything that a server, a program, the clock and a network can do to a client's session. Whatever
// happens: one GET and one POST at a time at most, nothing follows the end, messages leave in the order in which they were
// sent and none is left out before the end, and after it nothing is under way.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "unit/engineio/client_session_world.hpp"

using namespace partyline;
using namespace std::chrono_literals;
using testing::client_session_world;

namespace {

class input
{
public:
    input(std::uint8_t const* data, std::size_t size) : data_(data), size_(size) {}
    [[nodiscard]] bool empty() const { return size_ == 0; }
    std::uint8_t byte()
    {
        if (size_ == 0) return 0;
        --size_;
        return *data_++;
    }
    std::string text()
    {
        static constexpr std::string_view known[] = {
            testing::open_text,
            testing::upgradable_text,
            "3probe",
            "4hello",
            "2",
            "1",
            "6",
            "",
            "4a|4b",
            "4|2",
            "bAQID",
            "4a|xyz",
            "4x|2|4y",
            "\xff",
            "2|2|2|1|4late",
            R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":1,"pingTimeout":1,"maxPayload":9})"};
        auto const choice = byte();
        if (choice < std::size(known)) return std::string(known[choice]);
        std::string out;
        for (auto left = choice % 64; left > 0 && !empty(); --left) out += static_cast<char>(byte());
        return out;
    }

private:
    std::uint8_t const* data_;
    std::size_t size_;
};

void require(bool condition, char const* what)
{
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

/// Follows the numbered messages through whatever carries them.
class order
{
public:
    unsigned next_to_send() { return sent_++; }
    void take_back() { --sent_; }
    void check(client_session_world& world)
    {
        for (auto const& line : world.seen()) {
            if (!line.starts_with("wire: ") && !line.starts_with("post ")) continue;
            for (auto at = line.find("4#"); at != line.npos; at = line.find("4#", at + 1)) {
                require(std::stoul(line.substr(at + 2)) == seen_, "messages leave in order, none is lost");
                ++seen_;
            }
        }
    }
    [[nodiscard]] bool all_seen() const { return seen_ == sent_; }

private:
    unsigned sent_ = 0;
    unsigned seen_ = 0;
};

engineio::client_options options(std::uint8_t bits)
{
    using engineio::transport;
    static std::vector<transport> const lists[] = {{transport::polling, transport::websocket},
                                                   {transport::websocket, transport::polling},
                                                   {transport::polling},
                                                   {transport::websocket}};
    return {.transports = lists[bits & 3],
            .upgrade = (bits & 4) == 0,
            .remember_upgrade = (bits & 8) != 0,
            .try_all_transports = (bits & 16) != 0,
            .force_base64 = (bits & 32) != 0,
            .max_message_bytes = 150,
            .max_payload_packets = 8};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    input in(data, size);
    auto const bits = in.byte();
    client_session_world world(options(bits), {.websocket_worked = (bits & 64) != 0});
    order order;
    world.on_message("hello", [&] { world.send("answer"); });
    world.on_message("y", [&] { world.close((bits & 128) != 0); });

    while (!in.empty()) {
        auto const which = in.byte();
        auto const older = [&](std::uint64_t newest) { return newest - std::min<std::uint64_t>(newest, which >> 6); };
        switch (which % 16) {
        case 0:
        case 1:
            world.answer(older(world.poll()), in.text());
            break;
        case 2:
            world.answer(older(world.post()), "ok");
            break;
        case 3:
            world.answer(older(world.poll()), "", in.byte() % 3 == 0 ? 400 : 200);
            break;
        case 4:
            if (in.byte() % 4 == 0) world.fail(older((which & 16) != 0 ? world.poll() : world.post()));
            break;
        case 5:
            world.link_open(older(world.link()));
            break;
        case 6:
            world.ws(in.text(), older(world.link()));
            break;
        case 7:
            world.ws_binary(in.text(), older(world.link()));
            break;
        case 8:
            if (in.byte() % 4 == 0)
                world.lose_link(older(world.link()), {(which & 16) != 0 ? errc{} : errc::invalid_frame});
            break;
        case 9:
            world.after(std::chrono::milliseconds(in.byte()) * 100);
            break;
        case 10:
            if (world.send("#" + std::to_string(order.next_to_send())) != engineio::send_result::sent)
                order.take_back();
            break;
        case 11:
            world.send("volatile", true);
            break;
        case 12:
            if (in.byte() % 8 == 0) world.close((which & 16) != 0);
            break;
        case 13:
            world.stop_reading(in.byte() % 4);
            break;
        case 14:
            world.read_again();
            break;
        case 15:
            if ((which & 32) != 0)
                world.send(testing::binary_delivery("51-[]", {"bytes", "more"}));
            else
                (which & 16) != 0 ? world.hold() : world.release();
            break;
        }
        order.check(world);
        if (!world.violations().empty()) require(false, world.violations().front().c_str());
        require(world->queued_messages() != 0 || world->queued_bytes() == 0, "an empty queue has no bytes");
        require(!world->is_closed() || world->queued_messages() == 0, "nothing is queued behind the end");
    }

    world.release();
    world.read_again();
    if (world->is_open() && world->current_transport() == engineio::transport::websocket) {
        order.check(world);
        require(order.all_seen(), "everything sent has left");
    }
    world.close(true);
    order.check(world);
    if (!world.violations().empty()) require(false, world.violations().front().c_str());
    require(world->is_closed() && world.closed_events() == 1, "closed exactly once");
    require(world.requests_under_way() == 0, "every request is answered or aborted");
    require(world.links_under_way() == 0, "every WebSocket is closed");
    require(world->queued_messages() == 0 && world->queued_bytes() == 0, "the queue is empty");
    require(world->next_deadline() == engineio::time_point::max(), "no deadline is left");
    require(!world->next_event(), "no event is left");
    return 0;
}
