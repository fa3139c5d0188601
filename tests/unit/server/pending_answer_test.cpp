// What is awaited when the server stops: it is answered, and nothing of a coroutine is left.
#include <atomic>
#include <map>
#include <mutex>

#include "running_server.hpp"

namespace partyline::test {

namespace {

/// What each waiting one heard, and how many have not ended.
struct listening_post
{
    std::mutex mutex;
    std::map<std::string, errc> heard;
    std::atomic<int> waiting{0};

    void hear(std::string const& who, errc what)
    {
        std::lock_guard const lock(mutex);
        heard[who] = what;
    }
    [[nodiscard]] errc of(std::string const& who)
    {
        std::lock_guard const lock(mutex);
        auto const found = heard.find(who);
        return found == heard.end() ? errc{} : found->second;
    }
};

/// Stands in the frame of a coroutine.
struct presence
{
    explicit presence(listening_post& where) : post(where) { ++post.waiting; }
    presence(presence const&) = delete;
    presence& operator=(presence const&) = delete;
    ~presence() { --post.waiting; }
    listening_post& post;
};

template <class T>
errc code_of(result<T> const& answer)
{
    return answer ? errc{} : answer.error();
}

/// An adapter that answers nothing and drops what it was given at its end.
class silent_adapter final : public adapter
{
public:
    void broadcast(args const&, broadcast_options const&, deliver_here deliver) override { deliver({}); }
    void broadcast_with_ack(args const&, broadcast_options const&, std::function<void(std::size_t)> count,
                            std::function<void(args)> answer) override
    {
        counts_.push_back(std::move(count));
        answers_.push_back(std::move(answer));
    }
    void sockets_join(broadcast_options const&, std::vector<std::string> const&) override {}
    void sockets_leave(broadcast_options const&, std::vector<std::string> const&) override {}
    void disconnect_sockets(broadcast_options const&, bool) override {}
    void fetch_sockets(broadcast_options const&,
                       std::function<void(result<std::vector<socket_description>>)> done) override
    {
        fetched_.push_back(std::move(done));
    }
    void server_side_emit(args const&, std::function<void(server_responses)> done) override
    {
        emitted_.push_back(std::move(done));
    }
    void server_count(std::function<void(result<std::size_t>)> done) override { done(std::size_t{2}); }

private:
    std::vector<std::function<void(std::size_t)>> counts_;
    std::vector<std::function<void(args)>> answers_;
    std::vector<std::function<void(result<std::vector<socket_description>>)>> fetched_;
    std::vector<std::function<void(server_responses)>> emitted_;
};

void wait_until(std::function<bool()> const& holds)
{
    auto const limit = std::chrono::steady_clock::now() + 10s;
    while (!holds() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
    ASSERT_TRUE(holds());
}

} // namespace

TEST(pending_answer, is_an_error_for_each_coroutine_that_waits_when_the_server_stops)
{
    for (std::size_t const threads : {1U, 2U}) {
        listening_post post;
        server_options options{.ack_timeout = 1h, .threads = threads, .drain_timeout = 50ms};
        options.adapter = [](std::string_view, local_node&) { return std::make_unique<silent_adapter>(); };
        running_server line(
            [&](server& io) {
                io.on("sleep", [&]() -> task<> {
                    presence const here(post);
                    post.hear("sleep", code_of(co_await as_result(io.sleep(1h))));
                });
                io.on("sleep and throw", [&]() -> task<> {
                    presence const here(post);
                    try {
                        co_await io.sleep(1h);
                    } catch (error const& why) {
                        post.hear("sleep and throw", why.code());
                    }
                });
                io.on("client", [&](socket s) -> task<> {
                    presence const here(post);
                    post.hear("client", code_of(co_await as_result(s.emit_with_ack("question"))));
                });
                io.on("cluster", [&]() -> task<> {
                    presence const here(post);
                    post.hear("cluster", code_of(co_await as_result(io.fetch_sockets())));
                });
                io.on("servers", [&]() -> task<> {
                    presence const here(post);
                    post.hear("servers", code_of(co_await as_result(io.server_side_emit_with_ack("question"))));
                });
                io.on("everybody", [&]() -> task<> {
                    presence const here(post);
                    post.hear("everybody", code_of(co_await as_result(io.emit_with_ack("question"))));
                });
                io.on("nested", [&]() -> task<> {
                    presence const here(post);
                    auto const inner = [&]() -> task<int> {
                        presence const within(post);
                        co_await io.sleep(1h);
                        co_return 1;
                    };
                    try {
                        co_await inner();
                    } catch (error const& why) {
                        post.hear("nested", why.code());
                    }
                });
                io.on("again and again", [&]() -> task<> {
                    presence const here(post);
                    (void)co_await as_result(io.sleep(1h));
                    (void)co_await as_result(io.fetch_sockets());
                    post.hear("again and again", code_of(co_await as_result(io.sleep(1ms))));
                });
                io.on_disconnect([&](socket, disconnect_reason) -> task<> {
                    presence const here(post);
                    post.hear("on_disconnect", code_of(co_await as_result(io.sleep(1h))));
                });
                io.of("/slow").use([&](socket) -> task<> {
                    presence const here(post);
                    post.hear("middleware", errc::queue_full);
                    co_await io.sleep(1h);
                });
            },
            std::move(options));
        std::vector<std::unique_ptr<wire_client>> clients;
        for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<wire_client>(line.port));
        for (auto const& each : clients) {
            for (auto const* const name :
                 {"sleep", "sleep and throw", "client", "cluster", "servers", "everybody", "nested", "again and again"})
                each->emit('"' + std::string(name) + '"');
            each->send("40/slow,");
        }
        wait_until([&] { return post.waiting == 4 * 10; });
        line.io.stop();
        line.io.wait();
        EXPECT_EQ(post.waiting, 0) << threads;
        for (auto const* const name :
             {"sleep", "sleep and throw", "client", "cluster", "servers", "nested", "again and again", "on_disconnect"})
            EXPECT_EQ(post.of(name), errc::disconnected) << name << threads;
        EXPECT_TRUE(post.of("everybody") == errc{} || post.of("everybody") == errc::disconnected); // nobody answered
        EXPECT_EQ(post.of("middleware"), errc::queue_full);
    }
}

TEST(pending_answer, is_an_error_for_callbacks_of_any_thread)
{
    std::promise<errc> elsewhere;
    std::promise<errc> here;
    std::promise<void> asked;
    {
        running_server line([&](server& io) {
            io.on("ask", [&] {
                io.sleep(1h).then([&](result<void> answer) { here.set_value(code_of(answer)); });
                asked.set_value();
            });
        });
        line.io.sleep(1h).then([&](result<void> answer) { elsewhere.set_value(code_of(answer)); });
        wire_client client(line.port);
        client.emit(R"("ask")");
        asked.get_future().get();
    } // destroyed: nothing is drained
    EXPECT_EQ(elsewhere.get_future().get(), errc::disconnected);
    EXPECT_EQ(here.get_future().get(), errc::disconnected);
}

TEST(pending_answer, is_an_error_where_the_server_does_not_run)
{
    std::promise<errc> before;
    {
        server io;
        io.sleep(1h).then([&](result<void> answer) { before.set_value(code_of(answer)); });
    }
    EXPECT_EQ(before.get_future().get(), errc::disconnected);

    std::promise<errc> slept;
    std::promise<errc> counted;
    std::promise<errc> fetched;
    std::promise<errc> gathered;
    running_server line([](server&) {});
    line.io.stop();
    line.io.wait();
    line.io.sleep(1ms).then([&](result<void> answer) { slept.set_value(code_of(answer)); });
    line.io.statistics().then([&](result<server_statistics> answer) { counted.set_value(code_of(answer)); });
    line.io.fetch_sockets().then(
        [&](result<std::vector<remote_socket>> answer) { fetched.set_value(code_of(answer)); });
    line.io.emit_with_ack("x").then([&](result<responses<value>> answer) { gathered.set_value(code_of(answer)); });
    EXPECT_EQ(slept.get_future().get(), errc::disconnected);
    EXPECT_EQ(counted.get_future().get(), errc::disconnected);
    EXPECT_EQ(fetched.get_future().get(), errc::disconnected);
    EXPECT_EQ(gathered.get_future().get(), errc::disconnected);
}

TEST(pending_answer, is_waited_for_once)
{
    int called = 0;
    pending<std::string> early;
    early.then([&](result<std::string> answer) { called += *answer == "here"; });
    EXPECT_THROW(early.get(), error);
    EXPECT_THROW(early.then([](result<std::string>) {}), error);
    early.completer()->complete(std::string("here"));
    EXPECT_EQ(called, 1);

    pending<std::string> late;
    late.completer()->complete(std::string("here"));
    EXPECT_EQ(late.get(), "here");
    EXPECT_THROW(late.get(), error);
    EXPECT_THROW(late.operator co_await().await_ready(), error);
}

} // namespace partyline::test
