// HTTP beside Socket.IO on the same port: small requests, files, and middleware for Socket.IO's own requests.
#include <iostream>
#include <optional>

#include <partyline/server.hpp>

namespace http = partyline::http;

int main(int count, char** words)
{
    partyline::server io;

    // Takes a request and answers, now or later, or leaves it to the next by returning false.
    io.on_http([&io](partyline::http_call const& call, partyline::http_answer answer) {
        if (call.request.path() == "/shout" && call.request.method == http::method::post) {
            io.emit("heard", call.body);
            answer(http::response::text(202, "on its way\n"));
            return true;
        }
        if (call.request.path() != "/people") return false;
        io.statistics().then([answer](partyline::result<partyline::server_statistics> now) {
            answer(http::response::text(200, now ? std::to_string(now->sockets) : "?"));
        });
        return true;
    });

    io.serve_files("/", count > 1 ? words[1] : "."); // no dot files, nothing outside of the folder

    io.use_http([](partyline::http_call const& call, partyline::http_continue go_on) {
        if (call.request.headers.contains("x-forbidden")) return go_on(http::response::text(403, "no\n"));
        go_on(std::nullopt);
    });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
