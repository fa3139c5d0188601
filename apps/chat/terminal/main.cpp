// The chat room from a terminal. The main thread reads and writes the terminal; all else is done on the client's thread, turn by turn.
#include <cstdlib>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "desk.hpp"
#include "plain.hpp"
#include "screen.hpp"
#include "terminal.hpp"

int main(int count, char** words)
{
    std::string url = "http://localhost:3000", name;
    bool wants_plain = false;
    CLI::App options{"The chat room from a terminal: joins the rooms that the page joins."};
    options.add_option("url", url, "of the server")->capture_default_str();
    options.add_option("--name", name, "yours; it is asked for if none is given")->envname("CHAT_NAME");
    options.add_flag("--plain", wants_plain,
                     "plain lines in and out, as where either is no terminal: for scripts and screen readers");
    CLI11_PARSE(options, count, words);
    // "localhost:3000" will do.
    if (url.find("://") == std::string::npos) url.insert(0, "http://");

    try {
        bool const draws = !wants_plain && chat::terminal::can_draw();
        char const* const no_colours = std::getenv("NO_COLOR");
        chat::terminal ends(draws);
        auto const write = [&](std::string bytes) { ends.write(std::move(bytes)); };
        int status = 0;

        std::unique_ptr<chat::view> shows;
        chat::screen* drawn = nullptr;
        if (draws) {
            auto made = std::make_unique<chat::screen>(write, ends.size(), !no_colours || !*no_colours);
            drawn = made.get();
            shows = std::move(made);
        } else {
            shows = std::make_unique<chat::plain>(write);
        }
        auto const end = [&](int with) {
            status = with;
            if (drawn) drawn->close();
            ends.stop();
        };
        chat::desk desk({.url = url, .name = name, .more = [&] { ends.more(); }, .end = end}, *shows, drawn);
        struct at_the_end // whatever ends it: nobody may wait for us to write when the desk goes
        {
            chat::terminal& which;
            ~at_the_end() { which.stop(); }
        } const stops{ends};
        auto const turn = [&](auto work) { desk.line().in_turn(std::move(work)); };

        turn([&] { desk.start(); });
        ends.run({.typed = [&](std::string bytes) { turn([&, bytes = std::move(bytes)] { desk.typed(bytes); }); },
                  .input_ended = [&] { turn([&] { desk.input_ended(); }); },
                  .resized = [&](chat::screen_size size) { turn([=] { drawn->resize(size); }); },
                  .stopping =
                      [&] {
                          turn([&] {
                              drawn->suspend();
                              ends.pause();
                          });
                      },
                  .resumed = [&] { turn([=] { drawn->resume(); }); },
                  .interrupted = [&] { turn([&] { desk.interrupted(); }); },
                  .terminated = [&] { turn([&] { desk.leave(); }); }});
        return status;
    } catch (std::exception const& why) {
        std::cerr << "cannot join the chat: " << why.what() << '\n';
        return 1;
    }
}
