// Drives the counted server with more and more of one thing: receivers, rooms, members, namespaces, questions. Prints a line
// `FAMILY_N COUNT` for each: how many items were dealt with while there were N. tools/guard compares the instructions of one item with
// those of one item where there were a tenth as many: what grows faster than the work shows there. With `deliveries` as second word
// only broadcasts to more and more receivers: what several threads do with each other's memory is counted then.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "guard/counter.hpp"

namespace {

using partyline::test::counter;
using partyline::test::heard;
using partyline::test::wire_client;
using crowd = std::vector<std::unique_ptr<wire_client>>;

std::string number(std::size_t n) { return std::to_string(n); }
std::string quoted(std::string const& text) { return '"' + text + '"'; }

/// As a JSON array.
std::string ids_of(crowd const& all, std::size_t count)
{
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) list += (i > 0 ? "," : "") + quoted(all[i]->id());
    return list + "]";
}

std::string crowd_of(std::size_t count) { return quoted("crowd" + number(count)); }

void deliveries(counter& counting, wire_client& line, crowd& all, std::size_t count)
{
    auto const room = crowd_of(count);
    for (std::size_t i = 0; i < count; ++i) all[i]->ask(R"("join",)" + room);
    auto const hear = [&] {
        line.emit(R"("room",)" + room + R"(,"all of you")");
        for (std::size_t i = 0; i < count; ++i) heard(all[i]->receive(), R"(42["room","all of you"])");
    };
    hear();
    hear();
    counting.count_once("deliver_" + number(count), static_cast<int>(count), hear);
}

/// What concerns the members of a room: the more members, the same for each.
void members(counter& counting, wire_client& line, crowd const& all, std::size_t count)
{
    auto const room = crowd_of(count);
    auto const ids = ids_of(all, count);
    auto const spare = [&](std::string const& rooms) { line.ask(R"("except",)" + room + ',' + rooms); };
    spare(ids);
    counting.count_once("except_sockets_" + number(count), static_cast<int>(count), [&] { spare(ids); });
    counting.count_once("except_room_" + number(count), static_cast<int>(count), [&] { spare("[" + room + "]"); });

    auto const to_hall = "," + room + R"(,"hall)" + number(count) + '"';
    counting.count_once("all_join_" + number(count), static_cast<int>(count),
                        [&] { line.ask(R"("all_join")" + to_hall); });
    // one comes and goes while the others stay
    counting.count("come_and_go_" + number(count), 20, [&] {
        line.ask(R"("join","hall)" + number(count) + '"');
        line.ask(R"("leave","hall)" + number(count) + '"');
    });
    counting.count_once("all_leave_" + number(count), static_cast<int>(count),
                        [&] { line.ask(R"("all_leave")" + to_hall); });
}

/// One socket in many rooms.
void rooms(counter& counting, wire_client& line, std::uint16_t port, std::size_t count)
{
    wire_client guest(port);
    auto const n = number(count);
    auto const items = static_cast<int>(count);
    counting.count_once("join_rooms_" + n, items, [&] { guest.ask(R"("join_rooms",)" + n); });
    counting.count("another_room_" + n, 20, [&] {
        guest.ask(R"("leave","room1")");
        guest.ask(R"("join","room1")");
    });
    counting.count_once("leave_rooms_" + n, items, [&] { guest.ask(R"("leave_rooms",)" + n); });
    guest.ask(R"("join_rooms",)" + n);
    counting.count_once("disconnect_in_rooms_" + n, items,
                        [&] { line.ask(R"("disconnect_socket",)" + quoted(guest.id())); });
}

/// One connection in many namespaces, all of them made when it comes.
void namespaces(counter& counting, std::uint16_t port, std::size_t count)
{
    wire_client guest(port);
    auto const n = number(count);
    auto const items = static_cast<int>(count);
    auto const name = [&](std::size_t i) { return "/of" + n + "-" + number(i); };
    counting.count_once("join_namespaces_" + n, items, [&] {
        for (std::size_t i = 0; i < count; ++i) {
            guest.send("40" + name(i) + ",");
            guest.receive();
        }
    });
    counting.count("echo_in_namespaces_" + n, 20, [&] {
        for (auto const i : {std::size_t{0}, count / 2, count - 1}) {
            guest.send("42" + name(i) + R"(,["echo","x"])");
            heard(guest.receive(), "42" + name(i) + R"(,["echo","x"])");
        }
    });
    counting.count("listen_in_namespaces_" + n, 20, [&] { guest.ask(R"("listen",)" + quoted(name(count / 2))); });
    // to the ten children of another parent
    counting.count("tell_family_" + n, 20, [&] { guest.ask(R"("tell_family")"); });
    // the first half one by one, the rest with the connection
    counting.count_once("leave_namespaces_" + n, items / 2, [&] {
        for (std::size_t i = 0; i < count / 2; ++i) guest.send("41" + name(i) + ",");
        guest.ask(R"("ack")");
    });
    counting.count_once("lose_namespaces_" + n, items - items / 2, [&] {
        guest.send("1");
        guest.expect_close();
    });
}

/// Questions to one client that answers when all have come.
void questions(counter& counting, std::uint16_t port, std::size_t count)
{
    wire_client guest(port);
    auto const items = static_cast<int>(count);
    counting.count_once("acknowledgements_" + number(count), items, [&] {
        guest.emit(R"("ask_me",)" + number(count));
        std::vector<wire_client::question> asked;
        while (asked.size() < count) asked.push_back(guest.receive_question());
        for (auto const& each : asked) guest.answer(each, "");
        guest.ask(R"("ack")");
    });
}

void sizes(counter& counting, std::uint16_t port)
{
    wire_client line(port);
    crowd all;
    for (std::size_t const count : {100, 1'000, 10'000}) {
        // the last tenth is counted
        while (all.size() < count - count / 10) all.push_back(std::make_unique<wire_client>(port));
        counting.count_once("connect_" + number(count), static_cast<int>(count / 10), [&] {
            while (all.size() < count) all.push_back(std::make_unique<wire_client>(port));
        });
        deliveries(counting, line, all, count);
        members(counting, line, all, count);
        rooms(counting, line, port, count);
        questions(counting, port, count);
    }
    for (std::size_t const count : {10, 100, 1'000}) namespaces(counting, port, count);
    // the server has seen all of it when it answers a line that was silent before
    for (std::size_t const count : {10'000, 1'000, 100})
        counting.count_once("disconnect_" + number(count), static_cast<int>(count - count / 10), [&] {
            while (all.size() > count / 10) all.pop_back();
            line.ask(R"("ack")");
        });
}

void deliveries_only(counter& counting, std::uint16_t port)
{
    wire_client line(port);
    counting.count("message_1", 200, [&] {
        line.emit(R"("echo","x")");
        heard(line.receive(), R"(42["echo","x"])");
    });
    crowd all;
    for (std::size_t const count : {100, 1'000, 10'000}) {
        while (all.size() < count) all.push_back(std::make_unique<wire_client>(port));
        deliveries(counting, line, all, count);
    }
}

} // namespace

int main(int count, char** words)
{
    try {
        auto const port = static_cast<std::uint16_t>(std::strtoul(words[1], nullptr, 10));
        counter counting(port);
        counting.count("nothing", 1, [] {});
        if (count > 2)
            deliveries_only(counting, port);
        else
            sizes(counting, port);
    } catch (std::exception const& why) {
        std::cerr << why.what() << '\n';
        return 1;
    }
}
