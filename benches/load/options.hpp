// The command line of sioload as a value. Everything is bounded: connections by descriptors, runs by seconds.
#pragma once

#include <cstdint>
#include <string>

namespace sioload {

enum class scenario_kind : std::uint8_t
{
    connect,
    echo,
    ack,
    broadcast,
    idle,
    slow,
    polling,
    calibrate
};

struct load_options
{
    scenario_kind kind = scenario_kind::echo;
    std::string scenario; ///< its name, as it was given
    std::string host = "127.0.0.1";
    std::string path = "/socket.io/";
    std::string event = "broadcast"; ///< or `room`, `others`
    std::string room;
    std::string label;
    int port = 3000;
    int pid = 0; ///< of the server: its CPU and memory are counted, its children's too
    std::uint32_t connections = 100;
    std::uint32_t concurrency = 64; ///< handshakes under way at the same time
    std::uint32_t window = 1;
    std::uint32_t payload = 64; ///< length of the string that is carried
    std::uint32_t slow = 0;
    std::uint32_t senders = 1;
    std::uint32_t rooms = 1;
    std::uint32_t threads = 1;
    double duration = 10; ///< seconds, as all below
    double warmup = 2;
    double hold = 5;
    double connect_timeout = 55;
    double rate = 0;        ///< messages per second in all; 0: closed loop
    double coalesce_us = 0; ///< microseconds
    bool until_eof = false; ///< idle: until standard input ends, `hold` at most
    bool churn = false;
    bool burst = false;
    bool spin = false;
    bool fin = false;
    bool deflate = false; ///< offers permessage-deflate without context takeover

    [[nodiscard]] bool exchanges() const { return kind == scenario_kind::echo || kind == scenario_kind::ack; }
    [[nodiscard]] bool fans_out() const { return kind == scenario_kind::broadcast || kind == scenario_kind::slow; }
};

/// Ends the program with status 2 and a message where something is wrong.
[[nodiscard]] load_options read_options(int count, char** words);

[[noreturn]] void give_up(std::string const& why);

} // namespace sioload
