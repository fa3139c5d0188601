// Namespaces over one connection, each with its credentials: a value, or a function asked at every connect. For 09_namespaces.
#include <atomic>
#include <iostream>
#include <string>

#include <partyline/client.hpp>

using partyline::value;

int main(int count, char** words)
{
    // A token that is renewed, say: the function may also be a coroutine, or answer later.
    std::atomic<int> asked = 0;
    auto const credentials = [&] { return value::object{{"resident", true}, {"visit", ++asked}}; };
    partyline::client line{count > 1 ? words[1] : "http://localhost:3000", {.auth = credentials}};
    line.on("announcement", [](std::string text) { std::cout << "announcement: " << text << std::endl; });
    line.connect();

    auto const house = line.of("/house-7");
    house.connect();
    std::cout << "in " << house.emit_with_ack<std::string>("where").get() << std::endl;

    // One that the server refuses is not tried again by itself. With a better key it is.
    auto const admin = line.of("/admin");
    admin.on_connect_error([admin](partyline::client_error const& why) {
        std::cout << "refused: " << why.message << std::endl;
        admin.auth(value::object{{"key", "open sesame"}});
        admin.connect();
    });
    admin.on_connect([admin] {
        std::cout << "welcome in " << admin.name() << std::endl;
        admin.emit("announce", "tea is ready");
    });
    admin.connect();

    std::string enter;
    std::getline(std::cin, enter);
    std::cout << "asked " << asked << " times" << std::endl;
    line.close().get();
}
