// A client in a program that has an io_context: no thread of its own, and asio's coroutines await its answers. For 01_hello.
#include <iostream>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <partyline/asio.hpp>
#include <partyline/client.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void> talk(partyline::client& line)
try {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (int i = 1; i <= 3; ++i) {
        std::cout << co_await partyline::as_awaitable(line.emit_with_ack<std::string>("say", std::to_string(i)))
                  << std::endl;
        timer.expires_after(10ms); // asio's own as ever
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_await partyline::as_awaitable(line.close());
} catch (partyline::error const& why) {
    std::cout << why.what() << std::endl;
}

} // namespace

int main(int count, char** words)
{
    asio::io_context context;
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000", {.pool = partyline::pool_on(context)}};
    line.on("welcome", [](std::string text) { std::cout << text << std::endl; }); // in context.run(), below
    line.connect();

    asio::co_spawn(context, talk(line),
                   [&](std::exception_ptr) { context.stop(); }); // while there is a client, run() goes on
    context.run();
}
