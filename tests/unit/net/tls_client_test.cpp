// The client's TLS against our own server on loopback: who is believed, who is not, and what is said about it. The clock is the test's.
#include "net/tls_client_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <partyline/error.hpp>

#include "unit/net/authority.hpp"
#include "unit/net/client_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using test::certificate_time;

class tls_client_test : public testing::Test
{
protected:
    tls_client_test()
    {
        names.known["chat.example"] = names.known["chat.example."] =
            names.known["chat.rooms.example"] = {test::ip("127.0.0.1")};
    }

    /// Connects to a server with such a certificate; what came of it stands in `seen`.
    problem connect(std::string const& host, test::certificate_wish const& wish = {})
    {
        return connect_with(host, authority.issue(wish));
    }
    problem connect_with(std::string const& host, tls_files const& files)
    {
        tls_context const server(files);
        test::net_world world({}, &server);
        test::test_names resolver(world.shard);
        resolver.known = names_of();
        connect_options options;
        options.tls = std::make_shared<tls_client_context>(how);
        seen = {};
        connector line(world.shard, resolver, options, {host, world.port(), true}, seen);
        line.start();
        EXPECT_TRUE(world.until([&] { return seen.calls == 1; }));
        EXPECT_EQ(static_cast<bool>(seen.stream), !seen.why);
        if (seen.stream) {
            EXPECT_TRUE(seen.stream.info.secure);
            EXPECT_TRUE(speaks(world)) << "the connection carries bytes";
        }
        seen.stream = {};
        return seen.why;
    }
    bool speaks(test::net_world& world)
    {
        net_counters counters;
        auto& stream = seen.stream;
        std::string_view const request = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
        if (byte_stream::write(stream.descriptor, stream.tls.get(), request, counters).status != io_status::done)
            return false;
        std::string text;
        return world.until([&] {
            char buffer[4096];
            auto const got = byte_stream::read(stream.descriptor, stream.tls.get(), buffer, counters);
            text.append(buffer, got.bytes);
            return text.ends_with("ok");
        });
    }
    std::map<std::string, std::vector<ip_address>> names_of() const { return names.known; }

    struct
    {
        std::map<std::string, std::vector<ip_address>> known;
    } names;
    test::authority authority;
    tls_client_options how{.ca_pem = authority.pem(),
                           .clock = [] { return std::chrono::system_clock::from_time_t(certificate_time); }};
    test::connect_observer seen;
};

TEST_F(tls_client_test, believes_a_certificate_for_the_host_from_an_authority_that_is_trusted)
{
    EXPECT_FALSE(connect("127.0.0.1"));
    EXPECT_FALSE(connect("localhost"));
    EXPECT_FALSE(connect("chat.example", {.names = "DNS:chat.example"}));
    EXPECT_FALSE(connect("chat.example.", {.names = "DNS:chat.example"}))
        << "the dot at the end is not in certificates";
    EXPECT_FALSE(connect("chat.rooms.example", {.names = "DNS:other.example,DNS:*.rooms.example"}));
}

TEST_F(tls_client_test, refuses_a_certificate_for_another_host)
{
    auto const why = connect("127.0.0.1", {.names = "DNS:evil.example,IP:127.0.0.2"});
    EXPECT_EQ(why.code, errc::certificate_wrong_host);
    EXPECT_EQ(why.detail, "127.0.0.1: IP address mismatch");
    EXPECT_EQ(connect("chat.example", {.names = "DNS:chat.example.evil"}).code, errc::certificate_wrong_host);
    EXPECT_EQ(connect("chat.example", {.names = "DNS:*.chat.example"}).code, errc::certificate_wrong_host);
    EXPECT_EQ(connect("chat.example", {.names = "DNS:c*t.example"}).code, errc::certificate_wrong_host)
        << "half a label";
    EXPECT_EQ(connect("chat.example", {.names = "", .common_name = "chat.example"}).code, errc::certificate_wrong_host)
        << "only a common name";
    EXPECT_EQ(connect("127.0.0.1", {.names = "DNS:127.0.0.1"}).code, errc::certificate_wrong_host)
        << "an address written as a name";
}

TEST_F(tls_client_test, refuses_a_certificate_out_of_its_time)
{
    auto const late = connect("127.0.0.1", {.valid_from = -3600, .valid_to = -1800});
    EXPECT_EQ(late.code, errc::certificate_expired);
    EXPECT_EQ(late.detail, "127.0.0.1: certificate has expired");
    auto const early = connect("127.0.0.1", {.valid_from = 1800, .valid_to = 3600});
    EXPECT_EQ(early.code, errc::certificate_expired);
    EXPECT_EQ(early.detail, "127.0.0.1: certificate is not yet valid");
    how.clock = {};
    EXPECT_EQ(connect("127.0.0.1").code, errc::certificate_expired) << "by the system's clock";
}

TEST_F(tls_client_test, refuses_an_authority_that_nobody_trusts)
{
    test::authority const other;
    how.ca_pem = other.pem();
    auto const why = connect("127.0.0.1");
    EXPECT_EQ(why.code, errc::certificate_untrusted);
    EXPECT_EQ(why.detail, "127.0.0.1: unable to get local issuer certificate");
}

TEST_F(tls_client_test, trusts_authorities_of_a_file_and_of_a_text_with_several)
{
    test::authority const other;
    how.ca_file = authority.write(other.pem() + authority.pem());
    how.ca_pem.clear();
    EXPECT_FALSE(connect("127.0.0.1"));
    how.ca_file.clear();
    how.ca_pem = other.pem() + authority.pem();
    EXPECT_FALSE(connect("127.0.0.1"));
}

TEST_F(tls_client_test, believes_anybody_only_where_that_is_said_at_length)
{
    test::authority const other;
    how.ca_pem = other.pem();
    how.dangerously_accept_any_certificate = true;
    EXPECT_FALSE(connect("127.0.0.1", {.names = "DNS:evil.example", .valid_from = -20, .valid_to = -10}));
}

TEST_F(tls_client_test, shows_the_certificate_to_whoever_pins_it)
{
    std::string host;
    std::size_t size = 0;
    std::array<std::byte, 32> digest{};
    bool answer = true;
    how.accept_certificate = [&](peer_certificate const& shown) {
        host = shown.host;
        size = shown.der.size();
        digest = shown.sha256;
        return answer;
    };
    auto const files = authority.issue();
    EXPECT_FALSE(connect_with("127.0.0.1", files));
    EXPECT_EQ(host, "127.0.0.1");
    EXPECT_GT(size, 200u);
    auto const pin = digest;
    EXPECT_FALSE(connect_with("127.0.0.1", files));
    EXPECT_EQ(digest, pin);
    answer = false;
    auto const why = connect("127.0.0.1");
    EXPECT_NE(digest, pin) << "another key";
    EXPECT_EQ(why.code, errc::certificate_refused);
    EXPECT_EQ(why.detail, "127.0.0.1: it is not the one that is expected");
    how.dangerously_accept_any_certificate = true;
    EXPECT_EQ(connect("127.0.0.1").code, errc::certificate_refused) << "a pin counts without a chain, too";
    how.dangerously_accept_any_certificate = false;
    host.clear();
    EXPECT_EQ(connect("127.0.0.1", {.names = "DNS:x"}).code, errc::certificate_wrong_host);
    EXPECT_EQ(host, "") << "not asked about what is wrong already";
    how.accept_certificate = [](peer_certificate const&) -> bool { throw 1; };
    EXPECT_EQ(connect("127.0.0.1").code, errc::certificate_refused);
}

TEST_F(tls_client_test, verifies_another_name_where_one_is_given)
{
    how.server_name = "chat.example";
    EXPECT_FALSE(connect("127.0.0.1", {.names = "DNS:chat.example"}));
    EXPECT_EQ(connect("127.0.0.1").code, errc::certificate_wrong_host);
}

TEST_F(tls_client_test, tells_a_server_that_speaks_no_tls_or_closes)
{
    test::net_world world;
    test::test_names resolver(world.shard);
    connect_options options;
    options.tls = std::make_shared<tls_client_context>(how);
    connector line(world.shard, resolver, options, {"127.0.0.1", world.port(), true}, seen);
    line.start();
    ASSERT_TRUE(world.until([&] { return seen.calls == 1; }));
    EXPECT_EQ(seen.why.code, errc::tls_failure);
    EXPECT_TRUE(seen.why.detail.starts_with("127.0.0.1: ")) << seen.why.detail;
}

TEST_F(tls_client_test, gives_up_on_a_handshake_that_does_not_come)
{
    auto const ear = listen_on({.host = "127.0.0.1"}).front();
    test::net_world world;
    test::test_names resolver(world.shard);
    connect_options options;
    options.timeout = 50ms;
    options.tls = std::make_shared<tls_client_context>(how);
    connector line(world.shard, resolver, options, {"127.0.0.1", ear->address().port, true}, seen);
    line.start();
    ASSERT_TRUE(world.until([&] { return seen.calls == 1; }));
    EXPECT_EQ(seen.why.code, errc::timed_out);
    EXPECT_EQ(seen.why.detail, "the TLS handshake with 127.0.0.1");
}

/// A server that wants to know who its clients are, on the test's thread.
class asking_server
{
public:
    asking_server(tls_files const& files, std::string const& trusted) : context_(SSL_CTX_new(TLS_server_method()))
    {
        SSL_CTX_use_certificate_chain_file(context_, files.certificate.c_str());
        SSL_CTX_use_PrivateKey_file(context_, files.private_key.c_str(), SSL_FILETYPE_PEM);
        SSL_CTX_load_verify_locations(context_, trusted.c_str(), nullptr);
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context_), certificate_time);
        ::fcntl(ear->descriptor(), F_SETFL, O_NONBLOCK);
    }
    asking_server(asking_server const&) = delete;
    asking_server& operator=(asking_server const&) = delete;
    ~asking_server()
    {
        SSL_free(tls_);
        SSL_CTX_free(context_);
        if (peer_ >= 0) ::close(peer_);
    }
    void pump()
    {
        if (peer_ < 0) {
            peer_ = ::accept4(ear->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (peer_ < 0) return;
            tls_ = SSL_new(context_);
            SSL_set_fd(tls_, peer_);
            SSL_set_accept_state(tls_);
        }
        ERR_clear_error();
        char buffer[4096];
        if (SSL_read(tls_, buffer, sizeof buffer) <= 0 || !client.empty()) return;
        char name[64] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(tls_)), NID_commonName, name,
                                  sizeof name);
        client = name;
        std::string_view const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        SSL_write(tls_, answer.data(), static_cast<int>(answer.size()));
    }

    std::shared_ptr<listening_socket const> ear = listen_on({.host = "127.0.0.1"}).front();
    std::string client;

private:
    SSL_CTX* context_;
    SSL* tls_ = nullptr;
    int peer_ = -1;
};

TEST_F(tls_client_test, shows_its_own_certificate_to_a_server_that_asks_and_says_what_it_answered)
{
    auto const me = authority.issue({.names = "", .common_name = "me"});
    auto const me_in_one = authority.issue_pfx({.names = "", .common_name = "me"}, "secret");
    enum class shown
    {
        in_files,
        in_one_file,
        not_at_all
    };
    for (auto const what : {shown::in_files, shown::in_one_file, shown::not_at_all}) {
        bool const known = what != shown::not_at_all;
        asking_server server(authority.issue(), authority.write(authority.pem()));
        test::net_world world;
        test::client_world outside(world);
        how.certificate_file = what == shown::in_files ? me.certificate : std::string();
        how.private_key_file = what == shown::in_files ? me.private_key : std::string();
        how.pfx_file = what == shown::in_one_file ? me_in_one : std::string();
        how.private_key_passphrase = what == shown::in_one_file ? "secret" : "";
        outside.origin.where = {"127.0.0.1", server.ear->address().port, true};
        outside.origin.connect.tls = std::make_shared<tls_client_context>(how);
        http_client_options const options;
        test::call_observer calls;
        http_client client(outside.home, outside.names, outside.origin, options, calls);
        client.start({});
        ASSERT_TRUE(outside.until([&] {
            server.pump();
            return calls.calls() == 1;
        }));
        if (known) {
            ASSERT_EQ(calls.responses.size(), 1u) << calls.failures.at(0).second.detail;
            EXPECT_EQ(calls.responses[0].second.body, "hi");
            EXPECT_EQ(server.client, "me");
        } else {
            ASSERT_EQ(calls.failures.size(), 1u);
            EXPECT_EQ(calls.failures[0].second.code, errc::tls_failure);
            EXPECT_EQ(calls.failures[0].second.detail, "127.0.0.1: tlsv13 alert certificate required");
        }
    }
}

TEST_F(tls_client_test, reads_its_own_certificate_and_says_what_is_wrong_with_the_options)
{
    auto const files = authority.issue();
    auto const locked = authority.issue({}, "secret");
    auto const refused = [](tls_client_options options) {
        try {
            tls_client_context const context(std::move(options));
            return false;
        } catch (error const& failure) {
            return failure.code() == errc::tls_failure;
        }
    };
    how.certificate_file = files.certificate;
    how.private_key_file = files.private_key;
    EXPECT_FALSE(refused(how));
    how.private_key_file = locked.private_key;
    EXPECT_TRUE(refused(how));
    EXPECT_FALSE(refused({.ca_pem = authority.pem(),
                          .certificate_file = locked.certificate,
                          .private_key_file = locked.private_key,
                          .private_key_passphrase = "secret"}));
    EXPECT_TRUE(refused({.ca_pem = authority.pem(),
                         .certificate_file = locked.certificate,
                         .private_key_file = locked.private_key,
                         .private_key_passphrase = "wrong"}));
    auto const whole = authority.issue_pfx({}, "secret");
    EXPECT_FALSE(refused({.ca_pem = authority.pem(), .pfx_file = whole, .private_key_passphrase = "secret"}));
    EXPECT_TRUE(refused({.ca_pem = authority.pem(), .pfx_file = whole, .private_key_passphrase = "wrong"}));
    EXPECT_TRUE(refused({.ca_pem = authority.pem(), .pfx_file = files.certificate}));
    EXPECT_TRUE(refused({.ca_pem = "no certificate"}));
    EXPECT_TRUE(refused({.ca_file = "/no/such/file"}));
    EXPECT_TRUE(refused({.ca_pem = authority.pem(), .ciphers = "NONE-SUCH"}));
    EXPECT_FALSE(refused({.ca_pem = authority.pem(), .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"}));
}

} // namespace
} // namespace partyline::net
