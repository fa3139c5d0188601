// Clients that travel on one connection: who shares, and that each of them stays its own master.
#include <partyline/client.hpp>

#include <future>
#include <memory>

#include "unit/client/line_world.hpp"

namespace partyline::test {
namespace {

std::size_t connections(line_server& served)
{
    std::promise<std::size_t> answer;
    served.io.statistics().then([&](result<server_statistics> now) { answer.set_value(now->connections); });
    return answer.get_future().get();
}

void declare(server& io)
{
    for (auto const* name : {"/", "/a", "/b"}) {
        auto const at = io.of(name);
        at.on("where", [name] { return std::string(name); });
        at.on("token", [](socket s) { return s.handshake().auth()["token"].to_json(); });
        at.on("say", [](socket s, std::string text) { s.emit("said", text); });
    }
}

client_options sharing(client_auth auth = {}) { return {.multiplex = true, .auth = std::move(auth)}; }

TEST(client_sharing, is_of_those_who_ask_for_it_in_different_namespaces)
{
    line_server served(declare);
    client root(served.url(), sharing(value::object{{"token", 1}}));
    client a(served.url("/a"), sharing(value::object{{"token", 2}}));
    client b(served.url("/b"), sharing());
    for (auto const* each : {&root, &a, &b}) each->connect();
    EXPECT_EQ(root.emit_with_ack<std::string>("where").get(), "/");
    EXPECT_EQ(a.emit_with_ack<std::string>("where").get(), "/a");
    EXPECT_EQ(b.emit_with_ack<std::string>("where").get(), "/b");
    EXPECT_EQ(root.emit_with_ack<std::string>("token").get(), "1");
    EXPECT_EQ(a.emit_with_ack<std::string>("token").get(), "2") << "auth is each client's own";
    EXPECT_EQ(connections(served), 1U);
}

TEST(client_sharing, is_not_of_those_who_do_not_ask_or_ask_for_a_connection_of_their_own)
{
    line_server served(declare);
    client root(served.url(), sharing());
    client silent(served.url("/a"));
    client alone(served.url("/b"), {.multiplex = true, .force_new = true});
    for (auto const* each : {&root, &silent, &alone}) {
        each->connect();
        (void)each->emit_with_ack<std::string>("where").get();
    }
    EXPECT_EQ(connections(served), 3U);
}

TEST(client_sharing, is_not_of_those_who_are_in_the_same_namespace_or_are_told_otherwise)
{
    line_server served(declare);
    client root(served.url(), sharing());
    client again(served.url(), sharing());
    auto const telling = [](auto change) {
        auto options = sharing();
        change(options);
        return options;
    };
    client other_headers(served.url("/a"), telling([](auto& o) { o.extra_headers = {{"X-Who", "me"}}; }));
    client other_query(served.url("/a?x=1"), sharing());
    client other_way(served.url("/a"), telling([](auto& o) { o.transports = only_polling; }));
    client other_parser(served.url("/a"), telling([](auto& o) { o.max_attachments = 3; }));
    client other_names(served.url("/a"),
                       telling([](auto& o) { o.resolver = [](std::string, auto answer) { answer({"127.0.0.1"}); }; }));
    client other_thread(served.url("/a"), telling([](auto& o) { o.pool = client_pool(); }));
    std::vector<client*> const all{&root,      &again,        &other_headers, &other_query,
                                   &other_way, &other_parser, &other_names,   &other_thread};
    for (auto* const each : all) {
        each->connect();
        (void)each->emit_with_ack<std::string>("where").get();
    }
    EXPECT_EQ(connections(served), all.size());
}

TEST(client_sharing, ends_for_one_and_goes_on_for_the_others)
{
    line_server served(declare);
    notes seen;
    auto root = std::make_unique<client>(served.url(), sharing());
    auto a = std::make_unique<client>(served.url("/a"), sharing());
    for (auto const& [name, each] : {std::pair("root", root.get()), std::pair("a", a.get())}) {
        each->on_disconnect([&seen, name = std::string(name)](client_disconnect_reason why) {
            seen.add(name + ": " + std::string(to_string(why)));
        });
        each->connect();
        (void)each->emit_with_ack<std::string>("where").get();
    }
    a->close().get();
    EXPECT_EQ(seen.when(1), lines{"a: io client disconnect"});
    EXPECT_FALSE(a->connected());
    EXPECT_TRUE(root->connected());
    EXPECT_EQ(root->emit_with_ack<std::string>("where").get(), "/");

    a->connect(); // and it may come back
    EXPECT_EQ(a->emit_with_ack<std::string>("where").get(), "/a");
    EXPECT_EQ(connections(served), 1U);

    client_socket const kept = *root; // the first of them goes, with its handles
    root.reset();
    EXPECT_TRUE(until([&] { return !kept.connected(); }));
    EXPECT_FALSE(kept.emit("where"));
    kept.connect();
    EXPECT_FALSE(kept.active());
    EXPECT_EQ(a->emit_with_ack<std::string>("where").get(), "/a");
    EXPECT_EQ(seen.size(), 1U) << "no code of a client that is gone is called";

    client next(served.url(), sharing()); // its namespace may be another's
    next.connect();
    EXPECT_EQ(next.emit_with_ack<std::string>("where").get(), "/");
    EXPECT_TRUE(until([&] { return connections(served) == 1U; }));
    a.reset();
    next.close().get();
    EXPECT_TRUE(until([&] { return connections(served) == 0U; }));
}

TEST(client_sharing, calls_nothing_of_a_client_that_is_gone)
{
    line_server served(declare);
    notes seen;
    client stays(served.url(), sharing());
    stays.connect();
    (void)stays.emit_with_ack<std::string>("where").get();
    std::weak_ptr<int> watched;
    {
        client goes(served.url("/a"), sharing());
        auto const held = std::make_shared<int>(0);
        goes.on("said", [&seen, held](std::string text) { seen.add(text); });
        goes.on_ping([&seen, held] { seen.add("ping"); });
        goes.on_close([&seen, held](client_disconnect_reason) { seen.add("close"); });
        goes.after(10s, [&seen, held] { seen.add("timer"); });
        goes.connect();
        (void)goes.emit_with_ack<std::string>("where").get();
        goes.emit("say", "too late");
        watched = held;
    }
    std::promise<void> later;
    stays.after(100ms, [&] { later.set_value(); });
    later.get_future().get();
    EXPECT_TRUE(watched.expired()) << "nothing of it is kept";
    stays.close().get();
    for (auto const& line : seen.all()) EXPECT_EQ(line, "too late") << "it had come before the client went";
}

TEST(client_sharing, sends_what_a_client_has_queued_when_it_goes)
{
    notes heard;
    line_server served([&](server& io) {
        io.of("/a").on("last", [&](std::string text) { heard.add(text); });
        io.of("/a").on_disconnect([&](socket, disconnect_reason why) { heard.add(std::string(to_string(why))); });
    });
    client stays(served.url(), sharing());
    stays.connect();
    {
        client goes(served.url("/a"), sharing());
        goes.connect();
        for (int i = 0; i < 100; ++i) goes.emit("last", std::to_string(i)); // still without a connection
    }
    auto const all = heard.when(101);
    ASSERT_EQ(all.size(), 101U);
    EXPECT_EQ(all[0], "0");
    EXPECT_EQ(all[99], "99");
    EXPECT_EQ(all[100], "client namespace disconnect");
    EXPECT_EQ(connections(served), 1U);
}

TEST(client_sharing, gives_a_namespace_back_that_was_never_joined)
{
    line_server served(declare);
    client stays(served.url(), sharing());
    stays.connect();
    {
        client const unused(served.url("/a"), sharing());
        (void)unused.of("/b");
    }
    EXPECT_TRUE(until([&] {
        client a(served.url("/a"), sharing());
        client b(served.url("/b"), sharing());
        for (auto* const each : {&a, &b}) {
            each->connect();
            (void)each->emit_with_ack<std::string>("where").get();
        }
        return connections(served) == 1U;
    }));
}

TEST(client_sharing, may_end_in_a_handler_of_its_own)
{
    line_server served(declare);
    client stays(served.url(), sharing());
    stays.connect();
    auto goes = std::make_unique<client>(served.url("/a"), sharing());
    std::promise<void> gone;
    goes->on("said", [&](std::string) {
        goes.reset();
        gone.set_value();
    });
    goes->connect();
    goes->emit("say", "go");
    gone.get_future().get();
    EXPECT_EQ(stays.emit_with_ack<std::string>("where").get(), "/");
}

TEST(client_sharing, survives_clients_that_come_and_go_on_several_threads)
{
    line_server served(declare);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                auto const* const name = (t + i) % 3 == 0 ? "/" : (t + i) % 3 == 1 ? "/a" : "/b";
                client line(served.url(name), sharing());
                line.connect();
                auto const answer = line.timeout(10s).emit_with_ack<std::string>("where").get();
                if (answer != name) ++wrong;
                if (i % 4 == 0) line.close().get();
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_TRUE(until([&] { return connections(served) == 0U; }));
}

} // namespace
} // namespace partyline::test
