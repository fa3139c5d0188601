// Acknowledgements at the client: asked for, given, and waited for no longer than a limit. For 03_acks.
#include <iostream>
#include <string>

#include <partyline/client.hpp>

using namespace std::chrono_literals;
using partyline::result;

namespace {

// In one piece: handlers speak on the client's thread, main on its own.
void say(std::string const& text) { std::cout << text + '\n' << std::flush; }

} // namespace

int main(int count, char** words)
{
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000"};

    // The server asks; what the handler returns is the answer.
    line.on("what is your name?", [] { return "Ada"; });
    line.on("greeting", [](std::string text) { say(text); });
    line.connect();

    // A callback that takes the value hears of success alone, one that takes a result hears of failure, too.
    line.emit("at once", 1, [](int answer) { say("at once: " + std::to_string(answer)); });
    line.timeout(200ms).emit("nobody answers", [](result<int> answer) {
        say("nobody: " + (answer ? std::to_string(*answer) : std::string(describe(answer.error()))));
    });

    // Or the program waits. get() is for threads of one's own; a handler would co_await.
    say("later: " + std::to_string(line.timeout(5s).emit_with_ack<int>("later", 1).get()));
    try {
        (void)line.timeout(200ms).emit_with_ack<int>("nobody answers").get();
    } catch (partyline::error const& why) {
        say("thrown: " + std::string(describe(why.code())));
    }
    line.emit("ask me");
    std::string enter;
    std::getline(std::cin, enter);
    line.close().get();
}
