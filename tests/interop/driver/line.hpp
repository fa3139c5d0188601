// One client of the driver: what it was made with, and every listener there is, each of which prints what it hears.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <partyline/client.hpp>

#include "names.hpp"
#include "wire.hpp"

namespace driver {

/// Thread: the one that reads commands, except for what listeners print.
class line
{
public:
    /// `wanted`: the url, and every option that it names; see options.cpp. Throws as `client` does.
    line(std::string name, value const& wanted, printer& out, host_names& names);
    line(line const&) = delete;
    line& operator=(line const&) = delete;

    /// The namespace of the URL for "" , with its listeners.
    [[nodiscard]] partyline::client_socket const& at(std::string_view nsp);
    /// Throws `std::invalid_argument` after `destroy`.
    [[nodiscard]] std::shared_ptr<partyline::client> whole() const;
    /// The client goes, unless one of its handlers holds it at this moment: then with the end of that.
    void destroy();

    /// Declares a handler for an event that answers as `how` says: `echo`, `answer` (a list), neither: never; after `later` ms.
    void declare(partyline::client_socket const& to, std::string const& event, value const& how);

private:
    [[nodiscard]] partyline::client_auth auth_of(value const& wanted);
    void listen_to(partyline::client_socket const& to);
    void listen_to_connection();
    void heard(std::string_view nsp, std::string_view what, value::object facts = {});

    std::string const name_;
    printer& out_;
    std::size_t auth_asked_ = 0; // on the client's thread
    mutable std::mutex mutex_;   // of the next; handlers use the client, too
    std::shared_ptr<partyline::client> client_;
    std::map<std::string, partyline::client_socket, std::less<>> sockets_;
};

} // namespace driver
