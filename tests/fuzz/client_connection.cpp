// Random sequences of everything that a server, a user, the clock and a network can do to a client's connection. Whatever
// happens: each acknowledgement is told once at most, and never for an event that was not taken; every buffer stays within
// its limits; and after the end nothing is under way and no deadline is left but those of acknowledgements.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "unit/client/connection_world.hpp"

using namespace partyline;
using namespace std::chrono_literals;
using testing::connection_world;

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
            testing::open_packet,
            R"(40{"sid":"abc"})",
            R"(40{"sid":"abc","pid":"p"})",
            R"(40/a,{"sid":"a"})",
            "41",
            "41/a,",
            R"(42["event",1])",
            R"(42["event","offset"])",
            R"(427["event"])",
            R"(42/a,["event"])",
            R"(451-["event",{"_placeholder":true,"num":0},"offset"])",
            "430[]",
            R"(431["answer"])",
            R"(44{"message":"no"})",
            R"(44/a,{"message":"no","data":1})",
            "2",
            "1",
            "6",
            "3probe",
            R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":9000,"pingTimeout":9000,"maxPayload":30})",
            R"(42["close"])",
            R"(42["leave"])",
            "432[]",
            R"(461-3[{"_placeholder":true,"num":0}])",
            "40",
        };
        auto const choice = byte();
        if (choice < std::size(known)) return std::string(known[choice]);
        std::string out;
        for (auto left = choice % 48; left > 0 && !empty(); --left) out += static_cast<char>(byte());
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

connection_options options(std::uint8_t bits)
{
    using engineio::transport;
    connection_options out;
    if ((bits & 1) != 0)
        out.engine.transports = {transport::websocket};
    else
        out.engine.transports = {transport::polling, transport::websocket};
    out.engine.try_all_transports = (bits & 2) != 0;
    out.engine.remember_upgrade = (bits & 4) != 0;
    if ((bits & 8) != 0) out.reconnection.attempts = 2;
    out.send_queue = {.bytes = 400, .packets = 4};
    out.max_closing_sessions = 2;
    return out;
}

client_nsp_options nsp_options(std::uint8_t bits)
{
    client_nsp_options out;
    if ((bits & 16) != 0) {
        out.retries = 1;
        if ((bits & 32) != 0) out.ack_timeout = 2s;
    }
    out.asks_auth = (bits & 64) != 0;
    out.send_buffer = {.bytes = 300, .packets = 3};
    out.on_overflow = (bits & 128) != 0 ? buffer_overflow::drop_oldest : buffer_overflow::refuse;
    out.retry_queue = {.bytes = 600, .packets = 3};
    out.receive_buffer = {.bytes = 300, .packets = 3};
    out.max_pending_acks = 4;
    return out;
}

/// Which emissions may still be answered.
class ack_ledger
{
public:
    std::uint64_t next() { return ++last_; }
    /// An answer may come before `emit` has returned.
    void emitted_with(std::uint64_t token, emitted what)
    {
        if (what == emitted::refused) require(!told_.contains(token), "what was refused is not answered");
    }
    void check(connection_world& world)
    {
        for (auto const& line : world.seen()) {
            require(line != "the cursor is elsewhere", "cursor and view agree");
            auto const at = line.starts_with("ack ") ? 4U : line.starts_with("no ack ") ? 7U : 0U;
            if (at == 0) continue;
            auto const token = std::stoull(line.substr(at));
            require(token <= last_, "nobody waits for this answer");
            require(told_.insert(token).second, "an answer was told twice");
        }
    }

private:
    std::uint64_t last_ = 0;
    std::set<std::uint64_t> told_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    input in(data, size);
    auto const bits = in.byte();
    connection_world world(options(bits), json_codec(), {.max_attachments = 2, .max_depth = 8, .max_bytes = 200});
    world.nsp("/", nsp_options(bits));
    world.nsp("/a", nsp_options(in.byte()));
    ack_ledger ledger;
    world.on("event /: close", [&] { world->close(world.now()); });
    world.on("event /: leave", [&] { world.nsp().disconnect(world.now()); });
    world.on("left /: transport close", [&] { world.nsp().connect(world.now()); });
    world.on("joined / as abc", [&] { world.emit("in a handler"); });

    while (!in.empty()) {
        auto const which = in.byte();
        std::string_view const nsp = (which & 64) != 0 ? "/a" : "/";
        switch (which % 16) {
        case 0:
            world.connect(nsp);
            break;
        case 1:
            if ((which & 16) != 0 && world.nsp("/a").idle()) {
                world->forget(world.nsp("/a"));
                world.nsp("/a", nsp_options(bits));
            } else {
                world.disconnect(nsp);
            }
            break;
        case 2:
        case 3: {
            connection_world::emission_options with{.nsp = nsp, .is_volatile = which % 16 == 3};
            if ((which & 32) != 0) with.token = ledger.next();
            if ((which & 128) != 0) with.timeout = 1s;
            with.shown = (which & 16) != 0;
            value::array arguments;
            if (in.byte() % 4 == 0) arguments.push_back(std::string(100, 'x'));
            auto const what = world.emit("e", std::move(arguments), with);
            ledger.check(world);
            if (with.token) ledger.emitted_with(*with.token, what);
            break;
        }
        case 4:
            world->link_opened(world.link(), world.now());
            world.settle();
            break;
        case 5:
        case 6:
            world.ws(in.text());
            break;
        case 7:
            world.ws_binary(in.text());
            break;
        case 8:
            world.lose({(which & 16) != 0 ? errc{} : errc::refused});
            break;
        case 9:
            world.after(std::chrono::milliseconds(in.byte()) * 50);
            break;
        case 10:
            world.answer(world.get(), in.text(), in.byte() % 8 == 0 ? 500 : 200);
            break;
        case 11:
            world.answer(world.post(), "ok");
            break;
        case 12:
            if ((which & 32) != 0) {
                auto how = world->options().reconnection;
                how.enabled = !how.enabled;
                world->set_reconnection(how);
            }
            (which & 16) != 0 ? world.close() : world.open();
            break;
        case 13:
            (which & 16) != 0 ? world.stop_reading() : world.read_again();
            break;
        case 14:
            world.authenticate(value::object{{"a", 1}}, nsp);
            break;
        case 15:
            (which & 16) != 0 ? world.sleep(10s) : (void)world.acknowledge({1}, nsp);
            break;
        }
        ledger.check(world);
        for (auto const* const name : {"/", "/a"}) {
            auto& each = world.nsp(name);
            require(each.buffered_packets() <= 3 && each.buffered_bytes() <= 300, "the send buffer keeps its limit");
            require(each.queued_for_retry() <= 3, "the retry queue keeps its limit");
            require(each.pending_acks() <= 5, "acknowledgements keep their limit");
            require(!each.is_connected() || (each.is_active() && world->is_open()), "connected without a connection");
            require(each.is_connected() == !each.id().empty(), "an id while connected, and none otherwise");
        }
        require(world->sessions().size() <= 3, "sessions that say goodbye keep their limit");
    }

    world.read_again();
    world.close();
    world.after(31s); // goodbyes have their time
    ledger.check(world);
    require(world->sessions().empty() && world.under_way() == 0, "nothing is under way");
    require(!world->is_open() && !world->is_reconnecting(), "the end is the end");
    for (auto const* const name : {"/", "/a"}) require(!world.nsp(name).is_connected(), "nobody is connected");
    return 0;
}
