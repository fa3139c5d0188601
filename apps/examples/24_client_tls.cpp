// Whom a client believes: the system's authorities, an authority of one's own, or one certificate by its digest. For 16_tls.
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include <partyline/client.hpp>

using namespace std::chrono_literals;

namespace {

std::string hex(std::span<std::byte const> bytes)
{
    std::ostringstream out;
    for (auto const byte : bytes) out << std::hex << std::setfill('0') << std::setw(2) << std::to_integer<int>(byte);
    return out.str();
}

} // namespace

int main(int count, char** words)
{
    std::string const trust = count > 2 ? words[2] : "";
    if (count < 2) {
        std::cerr << "usage: 24_client_tls https://HOST:PORT [AUTHORITY.pem | sha256:DIGEST]\n";
        return 2;
    }
    // Chain, validity and host name are verified without being asked. What is said here is whom to trust beside that.
    partyline::client_tls_options tls;
    if (trust.starts_with("sha256:")) {
        // A certificate that nobody signed, known by its digest: the pin is all there is, so the rest is switched off, loudly.
        tls.dangerously_accept_any_certificate = true;
        tls.accept_certificate = [pin = trust.substr(7)](partyline::server_certificate const& shown) {
            return hex(shown.sha256) == pin;
        };
    } else if (!trust.empty()) {
        tls.ca_file = trust; // instead of the system's
    }

    try {
        partyline::client line{words[1], {.tls = tls, .reconnection = false}};
        line.on_connect_error([](partyline::client_error const& why) {
            std::cout << "not connected: " << describe(why.cause) << std::endl;
        });
        line.connect();
        auto const secure = line.timeout(5s).emit_with_ack<bool>("secure").get();
        std::cout << "secure: " << std::boolalpha << secure << std::endl;
        line.close().get();
    } catch (partyline::error const& why) {
        std::cout << why.what() << std::endl;
        return 1;
    }
}
