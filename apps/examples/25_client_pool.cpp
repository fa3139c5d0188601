// Many clients on one thread, here to see whether a server answers each of them. For 01_hello.
#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <partyline/client.hpp>

int main(int count, char** words)
{
    std::string const url = count > 1 ? words[1] : "http://localhost:3000";
    int const many = count > 2 ? std::stoi(words[2]) : 100;

    // Clients that are given no pool share one, so a pool keeps some apart from the others. Each client has a connection.
    partyline::client_pool const pool;
    std::atomic<int> answers = 0;
    std::vector<std::unique_ptr<partyline::client>> lines;
    for (int i = 0; i < many; ++i) {
        auto& line =
            *lines.emplace_back(std::make_unique<partyline::client>(url, partyline::client_options{.pool = pool}));
        line.connect();
        line.emit("say", std::to_string(i), [&](std::string) {
            if (++answers == many) answers.notify_one(); // handlers of one pool never run side by side
        });
    }
    for (int seen = 0; (seen = answers.load()) < many;) answers.wait(seen);
    std::cout << answers << " clients have their answer" << std::endl;

    for (auto const& each : lines) each->close().get();
}
