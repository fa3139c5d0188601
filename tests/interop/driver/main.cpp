// A client that is steered from outside: reads commands as JSON lines from standard input, prints answers and everything that
// its clients hear as JSON lines. It stands on the public API alone; tests/support/client_driver.mjs starts it and speaks to it.
//
//     {"id": 1, "do": "make", "client": "a", "url": "http://localhost:3000", "options": {"transports": ["polling"]}}
//     {"id": 2, "do": "connect", "client": "a", "nsp": "/admin"}
//     {"id": 3, "do": "ask", "client": "a", "event": "add", "args": [1, 2], "timeout": 500}
//
// Each command is answered once, `{"id": 3, "result": [3]}` or `{"id": 3, "error": "the time is up"}`; `ask` when its
// acknowledgement has come. What is heard names no command: `{"client": "a", "nsp": "/", "heard": "connect", ...}`.
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <partyline/client.hpp>

#include "line.hpp"
#include "names.hpp"
#include "wire.hpp"

namespace {

using driver::value;
using partyline::args;
using partyline::client_emitter;
using partyline::result;
using std::chrono::milliseconds;

/// Thread: the one that reads commands; answers are printed from any.
class driver_program
{
public:
    void obey(value const& command);

private:
    using answer = std::function<void(value)>;
    using deed = void (driver_program::*)(value const&, answer const&);

    void make(value const& command, answer const& done);
    void connect(value const& command, answer const& done);
    void disconnect(value const& command, answer const& done);
    void close(value const& command, answer const& done);
    void destroy(value const& command, answer const& done);
    void declare(value const& command, answer const& done);
    void forget(value const& command, answer const& done);
    void authenticate(value const& command, answer const& done);
    void emit(value const& command, answer const& done);
    void ask(value const& command, answer const& done);
    void state(value const& command, answer const& done);
    void statistics(value const& command, answer const& done);
    void set_name(value const& command, answer const& done);

    [[nodiscard]] driver::line& line_of(value const& command);
    [[nodiscard]] partyline::client_socket const& socket_of(value const& command);
    [[nodiscard]] client_emitter emitter_of(value const& command);
    void fail(value const& id, std::string_view why) { out_.print(value::object{{"id", id}, {"error", why}}); }

    driver::printer out_;
    driver::host_names names_;
    std::map<std::string, std::unique_ptr<driver::line>> lines_;
};

std::string text_of(value const& given) { return given.as_string() ? *given.as_string() : std::string(); }

args args_of(value const& command)
{
    auto const all = driver::with_bytes(command["args"]);
    return args::from(all.as_array() ? *all.as_array() : value::array());
}

void driver_program::obey(value const& command)
{
    static std::map<std::string_view, deed> const deeds{{"make", &driver_program::make},
                                                        {"connect", &driver_program::connect},
                                                        {"disconnect", &driver_program::disconnect},
                                                        {"close", &driver_program::close},
                                                        {"destroy", &driver_program::destroy},
                                                        {"on", &driver_program::declare},
                                                        {"off", &driver_program::forget},
                                                        {"auth", &driver_program::authenticate},
                                                        {"emit", &driver_program::emit},
                                                        {"ask", &driver_program::ask},
                                                        {"state", &driver_program::state},
                                                        {"statistics", &driver_program::statistics},
                                                        {"name", &driver_program::set_name}};
    auto const id = command["id"];
    auto const known = deeds.find(text_of(command["do"]));
    if (known == deeds.end()) return fail(id, "driver: there is no such command");
    try {
        (this->*known->second)(command, [this, id](value what) {
            out_.print(value::object{{"id", id}, {"result", std::move(what)}});
        });
    } catch (std::exception const& why) {
        fail(id, why.what());
    }
}

driver::line& driver_program::line_of(value const& command)
{
    auto const found = lines_.find(text_of(command["client"]));
    if (found == lines_.end()) throw std::invalid_argument("driver: there is no such client");
    return *found->second;
}

partyline::client_socket const& driver_program::socket_of(value const& command)
{
    return line_of(command).at(text_of(command["nsp"]));
}

client_emitter driver_program::emitter_of(value const& command)
{
    client_emitter made(socket_of(command), {});
    if (command["volatile"] == value(true)) made = made.volatile_();
    if (command["compress"] == value(false)) made = made.compress(false);
    if (auto const limit = command["timeout"].as_int64()) made = made.timeout(milliseconds(*limit));
    return made;
}

void driver_program::make(value const& command, answer const& done)
{
    auto const name = text_of(command["client"]);
    lines_[name] = std::make_unique<driver::line>(name, command, out_, names_);
    done(true);
}

void driver_program::connect(value const& command, answer const& done)
{
    socket_of(command).connect();
    done(true);
}

void driver_program::disconnect(value const& command, answer const& done)
{
    socket_of(command).disconnect();
    done(true);
}

void driver_program::close(value const& command, answer const& done)
{
    line_of(command).whole()->close().then([done](result<void> const& over) { done(over.has_value()); });
}

void driver_program::destroy(value const& command, answer const& done)
{
    line_of(command).destroy();
    done(true);
}

void driver_program::declare(value const& command, answer const& done)
{
    line_of(command).declare(socket_of(command), text_of(command["event"]), driver::with_bytes(command["how"]));
    done(true);
}

void driver_program::forget(value const& command, answer const& done)
{
    socket_of(command).off(text_of(command["event"]));
    done(true);
}

void driver_program::authenticate(value const& command, answer const& done)
{
    socket_of(command).auth(command["auth"]);
    done(true);
}

void driver_program::emit(value const& command, answer const& done)
{
    done(emitter_of(command).emit(text_of(command["event"]), args_of(command)));
}

void driver_program::ask(value const& command, answer const& done)
{
    emitter_of(command)
        .emit_with_ack<args>(text_of(command["event"]), args_of(command))
        .then([this, done, id = command["id"]](result<args> const& given) {
            if (given)
                done(given->values());
            else
                fail(id, describe(given.error()));
        });
}

void driver_program::state(value const& command, answer const& done)
{
    auto const& socket = socket_of(command);
    done(value::object{{"name", socket.name()},
                       {"id", socket.id()},
                       {"connected", socket.connected()},
                       {"active", socket.active()},
                       {"recovered", socket.recovered()}});
}

void driver_program::statistics(value const& command, answer const& done)
{
    line_of(command).whole()->statistics().then(
        [this, done, id = command["id"]](result<partyline::client_statistics> const& now) {
            if (!now) return fail(id, describe(now.error()));
            done(value::object{{"transport", now->transport},
                               {"buffered_packets", now->buffered_packets},
                               {"buffered_bytes", now->buffered_bytes},
                               {"queued_for_retry", now->queued_for_retry},
                               {"queued_bytes", now->queued_bytes},
                               {"pending_acks", now->pending_acks},
                               {"handler_errors", now->handler_errors}});
        });
}

void driver_program::set_name(value const& command, answer const& done)
{
    auto addresses = command["addresses"].to<std::vector<std::string>>();
    if (!addresses) throw std::invalid_argument("driver: a list of addresses is needed");
    names_.set(text_of(command["host"]), std::move(*addresses));
    done(true);
}

} // namespace

int main()
{
    driver_program program;
    std::string text;
    while (std::getline(std::cin, text)) {
        auto const command = value::parse_json(text);
        if (!command) {
            std::cerr << "driver: this is no JSON: " << text << '\n';
            return 2;
        }
        program.obey(*command);
    }
}
