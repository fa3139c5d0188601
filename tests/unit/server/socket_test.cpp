// The handle of a client: listeners of its own, data, rooms, threads, and what is left of it when the client has gone.
#include <algorithm>
#include <atomic>

#include "running_server.hpp"

namespace partyline::test {

struct counter
{
    int value = 0;
};

struct socket_handle : ::testing::Test
{
    std::promise<socket> arrived;
    std::promise<disconnect_reason> gone;
    std::atomic<int> any{0};

    void declare(server& io)
    {
        io.on_connection([this, first = std::make_shared<std::atomic_flag>()](socket s) {
            s.on("own", [n = 0]() mutable { return ++n; });
            s.once("once", [] { return "once"; });
            if (!first->test_and_set()) arrived.set_value(s);
        });
        io.on_disconnect([this, first = std::make_shared<std::atomic_flag>()](socket, disconnect_reason why) {
            if (!first->test_and_set()) gone.set_value(why);
        });
        io.on("sync", [] { return 0; });
        io.on("count", [](socket s) { return ++s.data<counter>().value; });
        io.on("note", [](socket s, value v) {
            s.data()["note"] = v;
            return s.data();
        });
        io.on("two", [](socket s) { s.emit("first"); });
        io.on("two", [](socket s) { s.emit("second"); });
        io.on("remove", [&io] { io.off("two"); });
        io.on("remove own", [](socket s) { s.off("own"); });
        io.on("join", [](socket s, std::string room) {
            s.join(room);
            return s.rooms().size();
        });
        io.on("leave", [](socket s, std::string room) {
            s.leave(room);
            return s.rooms().size();
        });
        io.on("leave two of three", [](socket s) {
            s.join({"a", "b", "c"});
            s.leave({"a", "b"});
            return s.rooms();
        });
        io.on("tell", [](socket s, std::string room) { s.to(room).emit("told", room); });
        io.on("others", [](socket s) { s.broadcast().emit("other"); });
        io.on("everybody but", [&io](std::string room) { io.except(room).emit("news"); });
        io.on("facts", [](socket s) {
            return std::tuple(s.connected(), std::string(s.transport()), s.recovered(), s.handshake().auth()["name"]);
        });
        io.on("goodbye", [](socket s) { s.disconnect(); });
        io.on("goodbye to all", [](socket s) { s.disconnect(true); });
        io.on("catch all", [this](socket s) {
            s.on_any([this](std::string_view, args const& all) { any += static_cast<int>(all.size()) + 1; });
            s.on_any_outgoing([this](std::string_view name, args const&) { any += name == "first" ? 100 : 0; });
        });
        io.use_event([](socket, incoming_event& incoming, next go_on) {
            if (incoming.name == "forbidden") return go_on(refusal("no", value::object{{"code", 1}}));
            if (incoming.name == "renamed") incoming.name = "sync";
            go_on();
        });
        io.on_error([](socket s, refusal const& why) { s.emit("refused", why.what(), why.data()); });
    }

    running_server line{[this](server& io) { declare(io); }};
    wire_client client{line.port, R"({"name":"Ada"})"};
    socket handle = arrived.get_future().get();
};

TEST(empty_socket, says_so_whatever_it_is_asked)
{
    socket const nobody;
    EXPECT_FALSE(nobody);
    EXPECT_EQ(nobody.id(), "");
    EXPECT_FALSE(nobody.recovered());
    EXPECT_THROW((void)nobody.handshake(), error);
    EXPECT_THROW((void)nobody.nsp(), error);
    EXPECT_THROW((void)nobody.connected(), error);
    EXPECT_THROW((void)nobody.data(), error);
    EXPECT_THROW((void)nobody.broadcast(), error);
    EXPECT_THROW(nobody.emit("x"), error);
    EXPECT_THROW(nobody.join("x"), error);
    EXPECT_THROW(nobody.leave("x"), error);
    EXPECT_THROW(nobody.disconnect(), error);
}

TEST_F(socket_handle, has_an_id_that_the_client_knows)
{
    EXPECT_EQ(handle.id(), client.id());
    EXPECT_EQ(client.ask(R"("facts")"), R"([true,"websocket",false,"Ada"])");
}

TEST_F(socket_handle, has_listeners_of_its_own_with_state)
{
    wire_client other(line.port);
    EXPECT_EQ(client.ask(R"("own")"), "1");
    EXPECT_EQ(client.ask(R"("own")"), "2");
    EXPECT_EQ(other.ask(R"("own")"), "1");
    client.emit(R"("remove own")");
    client.send(R"(429["own"])");
    EXPECT_EQ(client.ask(R"("sync")"), "0");
    EXPECT_EQ(other.ask(R"("own")"), "2");
}

TEST_F(socket_handle, once_is_heard_once)
{
    EXPECT_EQ(client.ask(R"("once")"), R"("once")");
    client.send(R"(429["once"])");
    EXPECT_EQ(client.ask(R"("sync")"), "0");
}

TEST_F(socket_handle, handlers_run_in_the_order_of_declaration_until_they_are_taken_off)
{
    client.emit(R"("two")");
    EXPECT_EQ(client.receive(), R"(42["first"])");
    EXPECT_EQ(client.receive(), R"(42["second"])");
    client.emit(R"("remove")");
    client.emit(R"("two")");
    EXPECT_EQ(client.ask(R"("sync")"), "0");
}

TEST_F(socket_handle, catch_all_listeners_see_events_both_ways)
{
    client.emit(R"("catch all")");
    client.emit(R"("two",1,2)");
    EXPECT_EQ(client.receive(), R"(42["first"])");
    EXPECT_EQ(client.receive(), R"(42["second"])");
    EXPECT_EQ(any, 103);
}

TEST_F(socket_handle, an_event_middleware_refuses_and_renames)
{
    client.emit(R"("forbidden")");
    EXPECT_EQ(client.receive(), R"(42["refused","no",{"code":1}])");
    EXPECT_EQ(client.ask(R"("renamed")"), "0");
}

TEST_F(socket_handle, carries_data_of_any_type)
{
    wire_client other(line.port);
    EXPECT_EQ(client.ask(R"("count")"), "1");
    EXPECT_EQ(client.ask(R"("count")"), "2");
    EXPECT_EQ(other.ask(R"("count")"), "1");
    EXPECT_EQ(client.ask(R"("note",[1])"), R"({"note":[1]})");
}

TEST_F(socket_handle, rooms_reach_their_members)
{
    wire_client other(line.port);
    EXPECT_EQ(client.ask(R"("join","garden")"), "2");
    EXPECT_EQ(other.ask(R"("join","garden")"), "2");
    other.emit(R"("tell","garden")");
    EXPECT_EQ(client.receive(), R"(42["told","garden"])");
    EXPECT_EQ(other.ask(R"("sync")"), "0"); // not the sender
    EXPECT_EQ(client.ask(R"("leave","garden")"), "1");
    other.emit(R"("tell","garden")");
    other.emit(R"("others")");
    EXPECT_EQ(client.receive(), R"(42["other"])");
    other.emit(R"("everybody but","garden")");
    EXPECT_EQ(client.receive(), R"(42["news"])");
    EXPECT_EQ(other.ask(R"("sync")"), "0");
}

TEST_F(socket_handle, leaves_several_rooms_at_once)
{
    EXPECT_EQ(client.ask(R"("leave two of three")"), "[\"" + std::string(handle.id()) + "\",\"c\"]");
}

TEST_F(socket_handle, what_belongs_to_its_thread_throws_elsewhere)
{
    auto const refuses = [](auto call) {
        try {
            call();
        } catch (error const& why) {
            return why.code() == errc::wrong_thread;
        }
        return false;
    };
    EXPECT_TRUE(refuses([&] { (void)handle.rooms(); }));
    EXPECT_TRUE(refuses([&] { (void)handle.connected(); }));
    EXPECT_TRUE(refuses([&] { (void)handle.transport(); }));
    EXPECT_TRUE(refuses([&] { (void)handle.data<counter>(); }));
    EXPECT_TRUE(refuses([&] { (void)handle.data(); }));
    EXPECT_TRUE(refuses([&] { handle.on("late", [] {}); }));
    EXPECT_TRUE(refuses([&] { handle.on_any([](std::string_view, args const&) {}); }));
}

TEST_F(socket_handle, works_from_any_thread_in_the_order_of_each)
{
    constexpr int count = 500;
    auto const talk = [&](std::string const& name) {
        for (int i = 0; i < count; ++i) ASSERT_TRUE(handle.emit(name, i));
    };
    std::thread a(talk, "a");
    std::thread b(talk, "b");
    int next_a = 0;
    int next_b = 0;
    for (int i = 0; i < 2 * count; ++i) {
        auto const text = client.receive();
        auto& expected = text.starts_with(R"(42["a")") ? next_a : next_b;
        auto const name = &expected == &next_a ? "a" : "b";
        ASSERT_EQ(text, std::string(R"(42[")") + name + "\"," + std::to_string(expected++) + "]");
    }
    a.join();
    b.join();
    handle.join("garden"); // takes effect before what follows on this thread
    line.io.to("garden").emit("rose");
    EXPECT_EQ(client.receive(), R"(42["rose"])");
}

TEST_F(socket_handle, is_harmless_when_the_client_has_gone)
{
    client.abort();
    auto const why = gone.get_future().get();
    EXPECT_TRUE(why == disconnect_reason::transport_close || why == disconnect_reason::transport_error);
    (void)line.when_empty();
    EXPECT_EQ(handle.id().size(), 20U);
    EXPECT_EQ(handle.handshake().auth()["name"], value("Ada"));
    std::promise<bool> sent;
    line.io.after(0ms, [&] { sent.set_value(handle.emit("hello", 1)); }); // where it is known to be gone
    EXPECT_FALSE(sent.get_future().get());
    handle.emit("hello", 2); // elsewhere it may not be known yet
    handle.join("garden");
    handle.leave("garden");
    handle.disconnect(true);
    handle.broadcast().emit("hello");
    std::promise<errc> answer;
    handle.emit("question", [&](result<int> given) { answer.set_value(given ? errc{} : given.error()); });
    EXPECT_EQ(answer.get_future().get(), errc::disconnected);
    EXPECT_EQ(line.when_empty().rooms, 0U);
}

TEST_F(socket_handle, is_disconnected_by_the_server)
{
    client.emit(R"("goodbye")");
    EXPECT_EQ(client.receive(), "41");
    EXPECT_EQ(gone.get_future().get(), disconnect_reason::server_namespace_disconnect);
    wire_client other(line.port);
    other.emit(R"("goodbye to all")");
    other.expect_close();
}

} // namespace partyline::test
