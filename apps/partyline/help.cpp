#include "apps/partyline/help.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace partyline_tool {

namespace {

constexpr std::string_view head = R"(partyline: the netcat of Socket.IO. Talks to any server of version 3 or 4.

  partyline URL [OPTIONS]                 print what comes, send what is typed
  partyline URL emit EVENT [ARG...]       send one event, and leave
  partyline URL ack EVENT [ARG...]        send one, print its acknowledgement
  partyline URL ping [EVENT [ARG...]]     measure round trips
  partyline completion bash|zsh|fish      print a script for the shell

URL   http, https, ws or wss. Its path is a namespace, its query is sent with
      each request. localhost:3000 and :3000 are http://localhost:3000.
ARG   JSON if it reads as JSON, else a string: 42, true, '{"a":1}' and '"42"'
      are JSON, hello is "hello". {"base64":"AAEC"} stands for bytes. What
      begins with - and is no number stands behind --.

Examples
  partyline :3000                                 what does the server say?
  partyline :3000 emit chat '{"text":"hello"}'    say something
  partyline :3000 ack sum 1 2 --bare              ask; prints [3]
  partyline :3000 ping echo x -c 100 -i 0.1       how long does it take?
  partyline :3000 --emit '["join","garden"]' --until welcome --duration 5
  partyline https://example.com -n /admin --auth '{"token":"abc"}'
  partyline :3000 --bare | partyline :4000        carry events across
)";

constexpr std::string_view tail = R"(
Standard input: each line is an event.
  ["chat","hello",42]                   its name and arguments
  {"event":"chat","args":["hello"],"ack":true}
                                        the same; its acknowledgement is
                                        printed. Also "nsp", "id", "volatile"
  {"answer":3,"args":["yes"]}           the answer to what came with "ack":3
At its end partyline leaves as soon as all is sent and acknowledged, unless
--keep, --count, --until or --duration says otherwise. /dev/null is no input:
then partyline just listens.

Standard output: each line is JSON, with "nsp" and "time" (ms since 1970).
  {"event":"chat","args":["hi"],...}    came; "ack":3 where an answer is wanted
  {"answer":"sum","args":[3],"ms":0.4,...}
                                        acknowledged; "error" if it was not
  {"life":"connect","sid":...}          with --life: what the connection does

Exit code
  0  well                        4  out of time: an acknowledgement, a ping,
  1  refused by the server          --count or --until within --duration
  2  wrong usage                 5  the connection was lost
  3  no connection came about    6  standard output takes nothing more
  130 after SIGINT (Ctrl-C), 143 after SIGTERM
)";

constexpr std::string_view emit_page = R"(
Sends one event and leaves when it has been handed over; with --wait-ack, when
it was acknowledged. With --keep, --until, --count or --duration it stays, and
prints what comes.

  partyline :3000 emit chat hello
  partyline :3000/admin emit ban '{"id":7}' --auth '{"token":"abc"}'
  partyline :3000 emit upload "{\"base64\":\"$(base64 -w0 photo.jpg)\"}"
  partyline :3000 emit greet --until greeting --duration 5
)";
constexpr std::string_view ack_page = R"(
Sends one event and prints its acknowledgement, and nothing else that comes
unless --keep, --until, --count or --duration makes it stay. Exit code 4: none
came within --timeout.

  partyline :3000 ack sum 1 2           {"answer":"sum","args":[3],...}
  partyline :3000 ack sum 1 2 --bare    [3]
)";
constexpr std::string_view ping_page = R"(
Emits EVENT ("ping") with its arguments, and takes the time until it is
acknowledged, or, with --echo, until an event of that name comes. Without an
ARG a ping with --echo carries its number, and an echo that returns it is
matched by it. Exit code 4: one was not answered within --timeout.

  partyline :3000 ping echo
  partyline :3000 ping hello --echo hello -c 100 -i 0.1 --json
)";
constexpr std::string_view completion_page = R"(
  source <(partyline completion bash)    now, or in ~/.bashrc
  partyline completion zsh > "${fpath[1]}/_partyline"
  partyline completion fish > ~/.config/fish/completions/partyline.fish
)";

constexpr std::size_t left = 28;
constexpr std::size_t width = 78;

/// In the right column, words never cut.
void append_wrapped(std::string& out, std::string_view text)
{
    std::size_t column = left;
    while (!text.empty()) {
        auto const word = text.substr(0, text.find(' '));
        if (column > left && column + 1 + word.size() > width) {
            out.append("\n").append(left, ' ');
            column = left;
        } else if (column > left) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    out += '\n';
}

void append_option(std::string& out, CLI::Option const& option)
{
    auto line = "  " + (option.get_snames().empty() ? "    " : "-" + option.get_snames().front() + ", ");
    line += "--" + option.get_lnames().front();
    if (option.get_items_expected_max() != 0)
        line += " " + option.get_type_name().substr(0, option.get_type_name().find(':'));
    out += line;
    if (line.size() + 2 > left)
        out.append("\n").append(left, ' ');
    else
        out.append(left - line.size(), ' ');
    auto what = option.get_description();
    if (!option.get_envname().empty()) what += " (or in " + option.get_envname() + ")";
    append_wrapped(out, what);
}

void append_group(std::string& out, CLI::App const& app, std::string const& group)
{
    auto const options = app.get_options([&](CLI::Option const* each) {
        bool const is_shown =
            !each->get_lnames().empty() && (!app.get_parent() || each->get_lnames().front() != "help");
        return is_shown && each->get_group() == group;
    });
    if (options.empty()) return;
    out.append("\n").append(group == "Options" && !app.get_parent() ? "Help" : group).append("\n");
    for (auto const* const each : options) append_option(out, *each);
}

void append_options(std::string& out, CLI::App const& app)
{
    for (auto const& group : app.get_groups())
        if (group != "Options") append_group(out, app, group);
    append_group(out, app, "Options");
}

} // namespace

std::string help_page(CLI::App const* app, std::string, CLI::AppFormatMode)
{
    std::string out;
    if (!app->get_parent()) {
        out = head;
        append_options(out, *app);
        return out.append(tail);
    }
    static std::vector<std::pair<std::string_view, std::string_view>> const pages{
        {"emit", emit_page}, {"ack", ack_page}, {"ping", ping_page}, {"completion", completion_page}};
    out = "partyline " + std::string(app->get_name() == "completion" ? "completion SHELL" : "URL " + app->get_name());
    if (app->get_name() == "ping")
        out += " [EVENT [ARG...]]";
    else if (app->get_name() != "completion")
        out += " EVENT [ARG...]";
    out += ": " + app->get_description() + "\n";
    for (auto const& [name, page] : pages)
        if (name == app->get_name()) out += page;
    append_options(out, *app);
    return out + "\nThe options that all commands share: partyline --help.\n";
}

} // namespace partyline_tool
