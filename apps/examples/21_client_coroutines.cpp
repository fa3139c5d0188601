// Coroutines at the client: handlers and listeners that wait without holding up the others. For 04_coroutines.
#include <future>
#include <iostream>
#include <string>

#include <partyline/client.hpp>

using namespace std::chrono_literals;
using partyline::client_socket;
using partyline::task;

int main(int count, char** words)
{
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000"};
    std::promise<void> done;

    // While `buy` below is suspended, the server asks back on the same line, and this answers.
    line.on("confirm", [&line](int price) -> task<bool> {
        co_await line.sleep(10ms); // to think it over
        co_return price < 10;
    });

    // A coroutine keeps its arguments by value: they outlive the call.
    line.on_connect([&]() -> task<> {
        std::cout << co_await line.emit_with_ack<std::string>("sleep", 20ms) << std::endl;
        for (int const price : {5, 50})
            std::cout << price << ": " << co_await line.emit_with_ack<std::string>("buy", price) << std::endl;

        // co_await throws partyline::error where there is no answer; as_result gives a value instead.
        auto const none = co_await as_result(line.timeout(100ms).emit_with_ack<int>("nobody answers"));
        if (!none) std::cout << describe(none.error()) << std::endl;
        done.set_value();
    });
    line.connect();

    done.get_future().wait();
    line.close().get();
}
