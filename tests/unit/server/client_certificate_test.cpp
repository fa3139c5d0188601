// Who a client has proved to be over TLS, as handlers and hooks see it.
#include <csignal>

#include <openssl/ssl.h>

#include "running_server.hpp"
#include "support/certificate.hpp"

namespace partyline::test {

namespace {

/// OpenSSL's own socket BIO raises SIGPIPE where the server has refused already: it is taken back before it hits the process.
class without_sigpipe
{
public:
    without_sigpipe()
    {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~without_sigpipe()
    {
        timespec const at_once{};
        while (::sigtimedwait(&pipe_, nullptr, &at_once) > 0) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{};
    sigset_t before_{};
};

/// One request over TLS; all that comes until the server closes.
std::string ask_https(std::uint16_t port, certificate const& mine, std::string_view request)
{
    without_sigpipe const quiet;
    auto* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_use_certificate_chain_file(context, mine.chain.c_str());
    SSL_CTX_use_PrivateKey_file(context, mine.private_key.c_str(), SSL_FILETYPE_PEM);
    raw_line line(port);
    auto* const tls = SSL_new(context);
    SSL_set_fd(tls, line.descriptor());
    std::string all;
    if (SSL_connect(tls) == 1) {
        auto const text = std::string(request) + "Host: x\r\nConnection: close\r\n\r\n";
        SSL_write(tls, text.data(), static_cast<int>(text.size()));
        char buffer[4096];
        for (int got; (got = SSL_read(tls, buffer, sizeof buffer)) > 0;)
            all.append(buffer, static_cast<std::size_t>(got));
    }
    SSL_free(tls);
    SSL_CTX_free(context);
    return all;
}

} // namespace

TEST(client_certificate, is_seen_by_hooks_and_in_the_handshake)
{
    certificate const own("server");
    certificate const client("Ada");
    std::promise<std::string> allowed;
    std::promise<std::string> opened;
    server_options options;
    options.allow_request = [&](http_call const& call, std::function<void(std::optional<std::string>)> accept) {
        allowed.set_value(std::string(call.certificate_subject));
        accept({});
    };
    options.engine.on_open = [&](std::shared_ptr<engine_socket> const& s) {
        opened.set_value(std::string(s->handshake().certificate_subject()));
    };
    server io{std::move(options)};
    io.on_http([](http_call const& call, http_answer answer) {
        answer(http::response::text(200, "hello " + std::string(call.certificate_subject)));
        return true;
    });
    auto const port = io.listen("127.0.0.1", 0,
                                {.tls = tls_options{.certificate_file = own.chain,
                                                    .key_file = own.private_key,
                                                    .ca_file = client.chain,
                                                    .verify_client = client_certificate::require}});
    io.start();
    EXPECT_TRUE(ask_https(port, client, "GET /hello HTTP/1.1\r\n").ends_with("hello CN=Ada"));
    auto const answer = ask_https(port, client, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_EQ(allowed.get_future().get(), "CN=Ada");
    EXPECT_EQ(opened.get_future().get(), "CN=Ada");
    EXPECT_EQ(ask_https(port, own, "GET /hello HTTP/1.1\r\n"), ""); // signed by nobody who counts
}

} // namespace partyline::test
