// What the environment asks of the contract server. Read strictly: nothing is silently taken for something else.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <partyline/server.hpp>

/// A variable that cannot be understood: its message is one line for standard error.
class bad_setting : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct settings
{
    std::string mode = "contract"; // MODE
    std::string host = "127.0.0.1";
    std::uint16_t port = 3000;
    std::string server_id = "s1";
    std::string unix_path;
    std::string tls_certificate;
    std::string tls_key;
    partyline::server_options server;
    /// The server itself, once it stands: hooks in the options need it.
    std::shared_ptr<partyline::server*> self = std::make_shared<partyline::server*>();

    /// Throws `bad_setting`.
    static settings from_environment();
};

inline constexpr auto known_modes = {"contract",         "engine-echo", "sio-conformance", "engine-client-suite",
                                     "sio-client-suite", "bench"};
