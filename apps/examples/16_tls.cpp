// TLS: a certificate and a key, read again without a restart. For production, with a name that others know.
#include <csignal>
#include <iostream>

#include <partyline/server.hpp>

int main(int count, char** words)
{
    if (count != 3) {
        std::cerr << "usage: 16_tls CERTIFICATE.pem KEY.pem\n";
        return 2;
    }
    partyline::server io;

    io.on("secure", [](partyline::socket s) { return s.handshake().secure(); });
    io.on("renew", [&io] { io.reload_tls(); }); // what connects from now on gets the new certificate

    try {
        auto const port =
            io.listen(0, {.tls = partyline::tls_options{.certificate_file = words[1], .key_file = words[2]}});
        std::cout << "READY " << port << std::endl;
    } catch (partyline::error const& why) {
        std::cerr << why.what() << '\n';
        return 1;
    }
    io.run();
}
