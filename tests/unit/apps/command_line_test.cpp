// From words to settings, and to pages of help.
#include "apps/partyline/command_line.hpp"

#include <initializer_list>

#include <gtest/gtest.h>

#include "apps/partyline/completion.hpp"

namespace partyline_tool {
namespace {

using namespace std::chrono_literals;
using partyline::transport_kind;
using partyline::value;
using values = std::vector<value>;
using words = std::vector<std::string>;

settings read(words const& given)
{
    command_line line;
    auto made = line.parse(given);
    if (!made) {
        ADD_FAILURE() << "a page instead of settings";
        return {};
    }
    return *made;
}

std::string complaint(words const& given)
{
    try {
        command_line line;
        (void)line.parse(given);
        return "nothing";
    } catch (usage_error const& why) {
        return why.what();
    }
}

std::string page(words const& given)
{
    command_line line;
    EXPECT_FALSE(line.parse(given));
    return line.page();
}

TEST(command_line, listens_by_default_as_the_official_client_does)
{
    auto const made = read({"http://localhost:3000"});
    EXPECT_EQ(made.what, command::listen);
    EXPECT_EQ(made.url, "http://localhost:3000");
    EXPECT_EQ(made.line.transports, (std::vector{transport_kind::polling, transport_kind::websocket}));
    EXPECT_EQ(made.line.path, "/socket.io");
    EXPECT_TRUE(made.line.with_credentials && made.line.reconnection);
    EXPECT_FALSE(made.line.tls.dangerously_accept_any_certificate || made.wants_acks || made.has_end());
    EXPECT_EQ(made.timeout, 10s);
}

TEST(command_line, completes_urls)
{
    EXPECT_EQ(read({":3000/admin"}).url, "http://localhost:3000/admin");
    EXPECT_EQ(read({"chat.example.com"}).url, "http://chat.example.com");
    EXPECT_EQ(read({"wss://chat.example.com"}).url, "wss://chat.example.com");
}

TEST(command_line, reads_the_way_to_the_server)
{
    auto const made = read({":1",
                            "-n",
                            "a",
                            "--namespace",
                            "/b",
                            "--auth",
                            R"({"token":"x"})",
                            "-H",
                            "X-A: 1",
                            "-H",
                            "X-B:2",
                            "--cookie",
                            "c=d",
                            "--no-cookies",
                            "--query",
                            "q=a=b",
                            "--path",
                            "/ws",
                            "-t",
                            "websocket",
                            "--proxy",
                            "",
                            "--connect-timeout",
                            "0.5",
                            "--attempts",
                            "3",
                            "--no-reconnect",
                            "--insecure"});
    EXPECT_EQ(made.namespaces, (words{"a", "/b"}));
    EXPECT_EQ(made.line.auth.fixed()["token"], value("x"));
    EXPECT_EQ(made.line.extra_headers.find("x-a"), "1");
    EXPECT_EQ(made.line.extra_headers.find("x-b"), "2");
    EXPECT_EQ(made.line.extra_headers.find("cookie"), "c=d");
    EXPECT_EQ(made.line.query.front(), std::pair(std::string("q"), std::string("a=b")));
    EXPECT_EQ(made.line.transports, std::vector{transport_kind::websocket});
    EXPECT_EQ(made.line.proxy, "");
    EXPECT_EQ(made.line.timeout, 500ms);
    EXPECT_EQ(made.attempts, 3U);
    EXPECT_FALSE(made.line.reconnection || made.line.with_credentials);
    EXPECT_TRUE(made.line.tls.dangerously_accept_any_certificate);
}

TEST(command_line, takes_arguments_as_json_or_text_wherever_options_stand)
{
    auto const made = read({":1", "-q", "emit", "chat", "hello", "-5", "--wait-ack", "[1]", "--", "--bare", "-7"});
    EXPECT_EQ(made.what, command::emit);
    ASSERT_EQ(made.orders.size(), 1U);
    EXPECT_EQ(made.orders[0].event, "chat");
    EXPECT_EQ(made.orders[0].args, (values{"hello", -5, value::array{1}, "--bare", -7}));
    EXPECT_TRUE(made.wants_acks);
    EXPECT_FALSE(made.bare);
    EXPECT_EQ(read({":1", "emit", "ping", "emit", "ack"}).orders[0].args, (values{"emit", "ack"}));
    EXPECT_EQ(read({":1", "ping", "x", "[1,2]", "[]"}).orders[0].args, (values{value::array{1, 2}, value::array{}}));
    EXPECT_EQ(read({":1", "emit", "x", "--emit", "[\"y\",1]", "--ack", "[2]"}).answer, values{value::array{2}});
}

TEST(command_line, says_first_what_emit_options_say)
{
    auto const made = read({":1", "--emit", R"(["a",1])", "--emit", "b", "emit", "c"});
    ASSERT_EQ(made.orders.size(), 3U);
    EXPECT_EQ(made.orders[0].args, values{1});
    EXPECT_EQ(made.orders[1].event, "b");
    EXPECT_EQ(made.orders[2].event, "c");
}

TEST(command_line, measures_and_asks)
{
    EXPECT_EQ(read({":1", "ping"}).orders[0].event, "ping");
    auto const made = read({":1", "ping", "hello", "x", "-c", "7", "-i", "0.25", "--echo", "hello", "--json"});
    EXPECT_EQ(made.orders[0].args, values{"x"});
    EXPECT_EQ(made.count, 7U);
    EXPECT_EQ(made.interval, 250ms);
    EXPECT_EQ(made.echo, "hello");
    EXPECT_TRUE(made.as_json);
    EXPECT_TRUE(read({":1", "ack", "sum", "1"}).wants_acks);
    auto const retried = read({":1", "emit", "x", "--retries", "2", "--timeout", "3"});
    EXPECT_TRUE(retried.wants_acks);
    EXPECT_EQ(retried.line.retries, 2U);
    EXPECT_EQ(retried.line.ack_timeout, 3s);
    EXPECT_EQ(read({":1", "--ack", "ok", "--ack", "5"}).answer, (values{"ok", 5}));
}

TEST(command_line, warns_of_what_begins_as_json_does)
{
    command_line line;
    (void)line.parse({":1", "emit", "x", "{a:1}"});
    ASSERT_EQ(line.warnings().size(), 1U);
    EXPECT_NE(line.warnings().front().find("{a:1}"), std::string::npos);
}

TEST(command_line, explains_what_is_wrong)
{
    EXPECT_EQ(complaint({}), "which server? partyline URL [COMMAND] [OPTIONS]");
    EXPECT_EQ(complaint({"emit", "x"}), "which server? partyline URL [COMMAND] [OPTIONS]");
    EXPECT_EQ(complaint({":1", "shout"}), "what is \"shout\"? after the URL stands emit, ack, ping, or an option");
    EXPECT_EQ(complaint({":1", "--shout"}), "there is no option --shout");
    EXPECT_EQ(complaint({":1", "emit", "x", "--json"}), "there is no option --json");
    EXPECT_EQ(complaint({":1", "-H", "nothing"}), "--header: there is no ':' in \"nothing\"");
    EXPECT_EQ(complaint({":1", "--query", "=x"}), "--query: there is no '=' in \"=x\"");
    EXPECT_EQ(complaint({":1", "--auth", "token"}), "--auth: an object is needed, as '{\"token\":\"abc\"}'");
    EXPECT_EQ(complaint({":1", "--auth", "@/nowhere/auth"}), "cannot read /nowhere/auth");
    EXPECT_EQ(complaint({":1", "--emit", "[1]"}),
              "--emit: the first element of the array is the name of the event, a string");
    EXPECT_EQ(complaint({":1", "--duration", "0"}), "--duration: seconds, more than 0");
    EXPECT_EQ(complaint({":1", "--count", "0"}), "--count is at least 1");
    EXPECT_EQ(complaint({":1", "-q", "-v"}), "--quiet and --verbose contradict each other");
    for (auto const& each : {words{":1", "emit"}, words{":1", "-t", "pigeon"}, words{":1", "--ca", "/nowhere"},
                             words{"completion", "csh"}, words{":1", "--count", "x"}})
        EXPECT_NE(complaint(each), "nothing");
}

TEST(command_line, has_a_page_of_help_for_itself_and_for_each_command)
{
    auto const help = page({"--help"});
    for (auto const* const each :
         {"--namespace", "--insecure", "--until", "Exit code", "Examples", "completion", "SECONDS"})
        EXPECT_NE(help.find(each), std::string::npos) << each;
    for (auto const* const each : {"emit", "ack", "ping", "completion"}) {
        auto const own = page({each, "--help"});
        EXPECT_EQ(own.substr(0, 10), "partyline ") << each;
        EXPECT_LT(own.size(), help.size());
        EXPECT_NE(own.find(each), std::string::npos);
    }
    EXPECT_NE(page({"ping", "--help"}).find("--echo EVENT"), std::string::npos);
    EXPECT_EQ(page({"--version"}).substr(0, 10), "partyline ");
}

TEST(command_line, has_help_that_fits_a_terminal)
{
    for (auto const& each :
         {words{"--help"}, words{"emit", "-h"}, words{"ack", "-h"}, words{"ping", "-h"}, words{"completion", "-h"}})
    {
        auto const help = page(each);
        for (std::size_t at = 0; at < help.size();) {
            auto const end = help.find('\n', at);
            EXPECT_LE(end - at, 80U) << help.substr(at, end - at);
            at = end + 1;
        }
    }
}

TEST(completion, knows_every_option)
{
    command_line line;
    for (auto const* const shell : {"bash", "zsh", "fish"}) {
        auto const script = completion(line.grammar(), shell);
        for (auto const* const each :
             {"namespace", "insecure", "retries", "echo", "interval", "polling websocket upgrade"})
            EXPECT_NE(script.find(each), std::string::npos) << shell << " " << each;
    }
}

} // namespace
} // namespace partyline_tool
