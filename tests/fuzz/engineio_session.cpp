// Random sequences of everything that a peer, a program, the clock and a network can do to a session. Whatever happens:
// every exchange is answered or aborted at most once, nothing follows `closed`, messages leave in the order in which
// they were sent and none is left out before the end, and after a close everything is empty.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "unit/engineio/session_world.hpp"

using namespace partyline;
using namespace std::chrono_literals;
using testing::session_world;

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
        static constexpr std::string_view known[] = {"2probe", "5",      "4hello",  "3",     "2",
                                                     "1",      "6",      "",        "4a|4b", "4|1",
                                                     "bAQID",  "4a|xyz", "4x|3|4y", "\xff",  "3probe"};
        auto const choice = byte();
        if (choice < std::size(known)) return std::string(known[choice]);
        std::string out;
        for (auto left = choice % 32; left > 0 && !empty(); --left) out += static_cast<char>(byte());
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
    void check(session_world& world)
    {
        for (auto const& line : world.seen()) {
            if (!line.starts_with("wire: ") && !line.starts_with("poll ")) continue;
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

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    input in(data, size);
    bool const polling = (in.byte() & 1) != 0;
    session_world world(polling ? engineio::transport::polling : engineio::transport::websocket,
                        {.max_payload_packets = 8});
    order order;
    std::uint64_t exchange = 1;
    std::uint64_t link = session_world::first_link;
    world.on_message("hello", [&] { world.send("answer"); });

    while (!in.empty()) {
        auto const which = in.byte();
        auto const older = [&](std::uint64_t newest) {
            return newest - std::min<std::uint64_t>(newest - 1, which >> 6);
        };
        switch (which % 16) {
        case 0:
            world.get(++exchange);
            break;
        case 1:
            world.post_head(++exchange, in.byte() == 7);
            break;
        case 2:
            world.post(++exchange, in.text());
            break;
        case 3:
            world.post_body(older(exchange), in.text());
            break;
        case 4:
            world.lose(older(exchange));
            break;
        case 5:
            (void)world.open_link(++link);
            break;
        case 6:
            world.ws(in.text(), older(link));
            break;
        case 7:
            world.ws_binary(in.text(), older(link));
            break;
        case 8:
            if (in.byte() % 4 == 0) world.lose_link(older(link), (which & 16) != 0);
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
            (which & 16) != 0 ? world.hold() : world.release();
            break;
        }
        order.check(world);
        if (!world.violations().empty()) require(false, world.violations().front().c_str());
        require(world->queued_messages() != 0 || world->queued_bytes() == 0, "an empty queue has no bytes");
        require(world->queued_messages() < 4096, "the queue grows only by what is sent");
    }

    world.release();
    world.read_again();
    if (world->is_open() && world->current_transport() == engineio::transport::polling && !world->poll_waits()) {
        world.get(++exchange);
        if (!world->poll_waits()) world.get(++exchange); // the first took the open packet alone
    }
    order.check(world);
    if (world->is_open()) require(order.all_seen(), "everything sent has left");

    world.close(true);
    if (!world.violations().empty()) require(false, world.violations().front().c_str());
    require(world->is_closed() && world.closed_events() == 1, "closed exactly once");
    require(world.every_exchange_answered(), "every exchange is answered or aborted");
    require(world->queued_messages() == 0 && world->queued_bytes() == 0, "the queue is empty");
    require(world->link() == engineio::link_id::none && world->probing_link() == engineio::link_id::none,
            "no link is left");
    require(world->next_deadline() == engineio::time_point::max(), "no deadline is left");
    require(!world->next_event(), "no event is left");
    return 0;
}
