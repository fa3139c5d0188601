// The command line as it was typed: what CLI11 fills, and how it becomes the options of the client.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/partyline/command_line.hpp"

namespace partyline_tool {

struct command_line::raw
{
    std::string url;
    std::vector<std::string> namespaces, headers, cookies, query;
    std::string auth, auth_file, path = "/socket.io", transport = "upgrade", parser = "json";
    std::optional<std::string> proxy;
    std::optional<double> connect_timeout;
    std::optional<std::size_t> attempts;
    bool no_cookies = false, no_reconnect = false;

    std::string ca, certificate, key, passphrase, server_name;
    bool insecure = false;

    std::vector<std::string> emits, answer;
    bool wait_ack = false;
    std::optional<double> timeout;
    std::optional<std::size_t> retries;

    std::optional<std::size_t> count;
    std::string until;
    std::optional<double> duration;
    bool keep = false, bare = false, life = false, quiet = false;
    int verbose = 0;
    std::string colour = "auto";

    std::string event, echo, shell;
    std::vector<std::string> words;
    std::optional<double> interval;
    bool as_json = false;

    /// Of an option in seconds; throws `usage_error` unless it is above 0 and at most a year.
    [[nodiscard]] static std::optional<std::chrono::milliseconds> milliseconds(char const* option,
                                                                               std::optional<double> seconds);
    /// What concerns the connection.
    void read_way(settings& made) const;

private:
    void read_auth(settings& made) const;
};

} // namespace partyline_tool
