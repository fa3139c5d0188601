#include "apps/partyline/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <CLI/CLI.hpp>

#include "apps/partyline/help.hpp"
#include "apps/partyline/raw_options.hpp"
#include "apps/partyline/word.hpp"

namespace partyline_tool {

namespace {

using strings = std::vector<std::string>;

// Stands before arguments of which CLI11 would make something else: options of -5, several words of [1,2].
constexpr char argument_mark = '\x1f';

[[nodiscard]] bool is_negative_number(std::string const& word)
{
    return word.size() > 1 && word[0] == '-' && (std::isdigit(static_cast<unsigned char>(word[1])) != 0);
}

/// Of the words of a command: negative numbers, arrays, and all that stands behind "--".
void mark_arguments(strings& words)
{
    auto const is_command = [](auto const& each) { return each == "emit" || each == "ack" || each == "ping"; };
    auto const command = std::find_if(words.begin(), words.end(), is_command);
    auto const end = std::find(command, words.end(), "--");
    auto const mark = [](auto& each) { each.insert(0, 1, argument_mark); };
    for (auto each = command; each != words.end(); ++each)
        if (each > end || is_negative_number(*each) || each->starts_with('[')) mark(*each);
    if (end != words.end()) words.erase(end);
}

[[nodiscard]] std::string unmarked(std::string word)
{
    if (!word.empty() && word.front() == argument_mark) word.erase(0, 1);
    return word;
}

// One at a time: CLI11 would take the next word as well.
CLI::Option* list(CLI::App& app, std::string const& name, strings& into, std::string const& what)
{
    return app.add_option(name, into, what)->allow_extra_args(false);
}

} // namespace

command_line::command_line() : app_(std::make_unique<CLI::App>()), raw_(std::make_unique<raw>())
{
    app_->name("partyline");
    app_->formatter_fn(help_page);
    app_->set_help_flag("-h,--help", "this page; after a command, the page of that command");
    app_->set_version_flag("--version", "partyline " PARTYLINE_VERSION, "the version");
    app_->require_subcommand(0, 1);
    app_->fallthrough();
    app_->add_option("URL", raw_->url, "");
    declare_way();
    declare_trust();
    declare_sending();
    declare_output();
    declare_commands();
}

command_line::~command_line() = default;

void command_line::declare_way()
{
    auto& app = *app_;
    auto& r = *raw_;
    auto const group = [](CLI::Option* option) { option->group("The way to the server"); };
    group(list(app, "-n,--namespace", r.namespaces, "a namespace to join; may be given several times")
              ->type_name("NAME"));
    group(app.add_option("--auth", r.auth, "what to join with: a JSON object, or @FILE that holds it")
              ->type_name("JSON")
              ->envname("PARTYLINE_AUTH"));
    group(app.add_option("--auth-file", r.auth_file, "the same as --auth @FILE")
              ->type_name("FILE")
              ->check(CLI::ExistingFile));
    group(list(app, "-H,--header", r.headers, "'Name: value', sent with each request; several times")
              ->type_name("HEADER"));
    group(list(app, "--cookie", r.cookies, "NAME=VALUE, sent besides the cookies of the server; several times")
              ->type_name("COOKIE"));
    group(app.add_flag("--no-cookies", r.no_cookies, "do not keep the cookies that the server sets"));
    group(list(app, "--query", r.query, "NAME=VALUE, added to the query of each request; several times")
              ->type_name("PAIR"));
    group(app.add_option("--path", r.path, "where Socket.IO answers (default: /socket.io)")->type_name("PATH"));
    group(app.add_option("-t,--transport", r.transport,
                         "polling, websocket, or upgrade: from the one to the other (default: upgrade)")
              ->type_name("WAY")
              ->check(CLI::IsMember({"polling", "websocket", "upgrade"})));
    group(app.add_option("--parser", r.parser, "json or msgpack, as the server speaks (default: json)")
              ->type_name("NAME")
              ->check(CLI::IsMember({"json", "msgpack"})));
    group(app.add_option("--proxy", r.proxy,
                         "http://[USER:PASSWORD@]HOST:PORT, or '' for none (default: as https_proxy, http_proxy and "
                         "no_proxy say)")
              ->type_name("URL"));
    group(app.add_option("--connect-timeout", r.connect_timeout, "for one attempt to connect (default: 20)")
              ->type_name("SECONDS"));
    group(app.add_option("--attempts", r.attempts,
                         "attempts to connect in a row, 0: without end (default: 1 to begin with, 0 after a loss)")
              ->type_name("N"));
    group(app.add_flag("--no-reconnect", r.no_reconnect, "leave when the connection is lost"));
}

void command_line::declare_trust()
{
    auto& app = *app_;
    auto& r = *raw_;
    auto const group = [](CLI::Option* option) { option->group("Trust (https, wss)"); };
    auto const file = [&](char const* name, std::string& into, char const* what) {
        group(app.add_option(name, into, what)->type_name("FILE")->check(CLI::ExistingFile));
    };
    file("--ca", r.ca, "authorities to trust instead of the system's (PEM)");
    file("--cert", r.certificate, "who we are, for servers that ask (PEM)");
    file("--key", r.key, "the key of --cert (PEM)");
    group(app.add_option("--key-passphrase", r.passphrase, "for an encrypted --key")
              ->type_name("TEXT")
              ->envname("PARTYLINE_KEY_PASSPHRASE"));
    group(app.add_option("--server-name", r.server_name,
                         "the name that the certificate must have (default: the host of the URL)")
              ->type_name("HOST"));
    group(app.add_flag("-k,--insecure", r.insecure,
                       "check no certificate: whoever stands between can read and change everything"));
}

void command_line::declare_sending()
{
    auto& app = *app_;
    auto& r = *raw_;
    auto const group = [](CLI::Option* option) { option->group("Sending"); };
    group(list(app, "--emit", r.emits, "a line as on standard input, sent first; several times")->type_name("LINE"));
    group(app.add_flag("--wait-ack", r.wait_ack, "ask for an acknowledgement of each event, and print it"));
    group(app.add_option("--timeout", r.timeout, "how long to wait for an acknowledgement (default: 10)")
              ->type_name("SECONDS"));
    group(app.add_option("--retries", r.retries,
                         "send an event again until it is acknowledged, N times at most; implies --wait-ack")
              ->type_name("N"));
    group(list(app, "--ack", r.answer,
               "answers each event that wants an acknowledgement; several times for several arguments")
              ->type_name("ARG"));
}

void command_line::declare_output()
{
    auto& app = *app_;
    auto& r = *raw_;
    auto const end = [](CLI::Option* option) { option->group("The end"); };
    end(app.add_option("-c,--count", r.count, "leave after N events, or N pings (default: 5 pings; 0: without end)")
            ->type_name("N"));
    end(app.add_option("-u,--until", r.until, "leave when EVENT came, with --count when it came so often")
            ->type_name("EVENT"));
    end(app.add_option("-d,--duration", r.duration, "leave then; exit code 4 if --count or --until is not fulfilled")
            ->type_name("SECONDS"));
    end(app.add_flag("--keep", r.keep, "stay after everything has been sent"));

    auto const output = [](CLI::Option* option) { option->group("Output"); };
    output(app.add_flag("--bare", r.bare, "print events as [\"event\",arg...] and acknowledgements as [arg...]"));
    output(app.add_flag("--life", r.life, "print what becomes of the connection as JSON lines, too"));
    output(app.add_flag("-q,--quiet", r.quiet, "only errors on standard error"));
    output(app.add_flag("-v,--verbose", r.verbose, "more on standard error; -vv shows every packet"));
    output(app.add_option("--color", r.colour,
                          "auto, always or never (default: auto, and never with NO_COLOR in the environment)")
               ->type_name("WHEN")
               ->check(CLI::IsMember({"auto", "always", "never"})));
}

void command_line::declare_commands()
{
    auto& r = *raw_;
    auto* const emit = app_->add_subcommand("emit", "send one event, and leave");
    auto* const ask = app_->add_subcommand("ack", "send one event, print its acknowledgement");
    for (auto* const each : {emit, ask}) {
        each->add_option("EVENT", r.event, "")->required();
        each->add_option("ARG", r.words, "");
    }
    auto* const ping = app_->add_subcommand("ping", "measure round trips");
    ping->add_option("EVENT", r.event, "");
    ping->add_option("ARG", r.words, "");
    ping->add_option("-i,--interval", r.interval, "from one ping to the next (default: 1)")->type_name("SECONDS");
    ping->add_option("--echo", r.echo, "the answer is this event, not an acknowledgement")->type_name("EVENT");
    ping->add_flag("--json", r.as_json, "print JSON lines; the last one is the summary");
    auto* const completion = app_->add_subcommand("completion", "print a script that completes partyline's words");
    completion->add_option("SHELL", r.shell, "")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

std::optional<settings> command_line::parse(std::vector<std::string> words)
{
    mark_arguments(words);
    std::reverse(words.begin(), words.end()); // as CLI11 wants it
    try {
        app_->parse(words);
    } catch (CLI::CallForHelp const&) {
        page_ = app_->help();
        return std::nullopt;
    } catch (CLI::CallForVersion const&) {
        page_ = "partyline " PARTYLINE_VERSION "\n";
        return std::nullopt;
    } catch (CLI::ExtrasError const&) {
        auto const extra = app_->remaining(true);
        auto const first = extra.empty() ? std::string() : unmarked(extra.front());
        if (first.starts_with("-")) throw usage_error("there is no option " + first);
        throw usage_error("what is \"" + first + "\"? after the URL stands emit, ack, ping, or an option");
    } catch (CLI::ParseError const& why) {
        throw usage_error(unmarked(why.what()));
    }
    raw_->event = unmarked(raw_->event);
    for (auto* const list : {&raw_->words, &raw_->emits, &raw_->answer})
        for (auto& each : *list) each = unmarked(each);
    return read();
}

settings command_line::read()
{
    auto& r = *raw_;
    settings made;
    auto const chosen = app_->get_subcommands();
    auto const name = chosen.empty() ? std::string() : chosen.front()->get_name();
    made.what = name == "emit"         ? command::emit
                : name == "ack"        ? command::ask
                : name == "ping"       ? command::ping
                : name == "completion" ? command::completion
                                       : command::listen;
    made.shell = r.shell;
    if (made.what == command::completion) return made;
    if (r.url.empty()) throw usage_error("which server? partyline URL [COMMAND] [OPTIONS]");
    if (r.quiet && r.verbose != 0) throw usage_error("--quiet and --verbose contradict each other");
    made.talks = r.quiet          ? verbosity::quiet
                 : r.verbose == 0 ? verbosity::normal
                 : r.verbose == 1 ? verbosity::verbose
                                  : verbosity::packets;
    made.count = r.count;
    made.until = r.until;
    made.duration = r.milliseconds("--duration", r.duration);
    made.keeps_listening = r.keep;
    made.bare = r.bare;
    made.life_as_json = r.life;
    made.colour = r.colour;
    made.echo = r.echo;
    made.interval = r.milliseconds("--interval", r.interval).value_or(made.interval);
    made.as_json = r.as_json;
    if (made.count == 0 && made.what != command::ping) throw usage_error("--count is at least 1");
    r.read_way(made);
    read_sending(made);
    return made;
}

void command_line::read_sending(settings& made)
{
    auto& r = *raw_;
    made.timeout = r.milliseconds("--timeout", r.timeout).value_or(made.timeout);
    made.line.ack_timeout = made.timeout;
    made.line.retries = r.retries;
    made.line.linger = made.timeout * static_cast<int>(r.retries.value_or(0) + 1);
    made.wants_acks = r.wait_ack || r.retries || made.what == command::ask;
    if (!r.answer.empty()) made.answer = read_words(r.answer);
    for (auto const& each : r.emits) {
        auto const read = read_order(each);
        if (auto const* const wrong = std::get_if<std::string>(&read)) throw usage_error("--emit: " + *wrong);
        made.orders.push_back(std::get<order>(read));
    }
    if (made.what == command::listen) return;
    if (made.what == command::ping && r.event.empty()) r.event = "ping";
    order what{.event = r.event};
    what.args = read_words(r.words);
    if (made.what == command::ping)
        made.orders.insert(made.orders.begin(), std::move(what));
    else
        made.orders.push_back(std::move(what));
}

std::vector<partyline::value> command_line::read_words(strings const& words)
{
    std::vector<partyline::value> values;
    for (auto const& each : words) {
        auto read = read_word(each);
        if (!read) throw usage_error(std::string(describe(read.error())) + ": " + each);
        if (read->is_doubtful)
            warnings_.push_back("this begins like JSON but is none, so it is sent as a string: " + each);
        values.push_back(std::move(read->meaning));
    }
    return values;
}

} // namespace partyline_tool
