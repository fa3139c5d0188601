// A client needs nothing of the server, and a program with an io_context needs no thread of the library: nobody listens at this port.
#include <partyline/asio.hpp>
#include <partyline/client.hpp>

#include <memory>

int main()
{
    boost::asio::io_context context;
    auto line = std::make_unique<partyline::client>(
        "http://127.0.0.1:1", partyline::client_options{.reconnection = false, .pool = partyline::pool_on(context)});
    partyline::errc why{};
    line->on_connect_error([&](partyline::client_error const& error) {
        why = error.cause;
        line.reset();
    });
    line->connect();
    context.run();
    return why == partyline::errc::refused ? 0 : 1;
}
