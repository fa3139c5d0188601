// TLS on the descriptor: HTTP and WebSocket through it, reload, and all that can go wrong before there is a connection.
#include <cstdio>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <partyline/error.hpp>

#include "net/tls_context.hpp"
#include "support/certificate.hpp"
#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;
using partyline::test::certificate;
using test::net_world;
using test::server_frame;
using test::test_owner;
using test::text_frame;

tls_files files_of(certificate const& from) { return {from.chain, from.private_key}; }

/// A TLS client on the test's thread.
class tls_client
{
public:
    explicit tls_client(std::uint16_t port, int max_version = TLS1_3_VERSION, int receive_buffer = 0)
        : plain_(port, receive_buffer), context_(SSL_CTX_new(TLS_client_method()))
    {
        SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context_, max_version);
        SSL_CTX_set_security_level(context_, 0);
        SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        tls_ = SSL_new(context_);
        SSL_set_fd(tls_, plain_.descriptor());
        static constexpr unsigned char protocols[] = "\x02h2\x08http/1.1";
        SSL_set_alpn_protos(tls_, protocols, sizeof protocols - 1);
        SSL_set_connect_state(tls_);
    }
    tls_client(tls_client const&) = delete;
    tls_client& operator=(tls_client const&) = delete;
    ~tls_client()
    {
        SSL_free(tls_);
        SSL_CTX_free(context_);
    }

    /// What it shows when it is asked who it is. Before anything else.
    void show(certificate const& mine)
    {
        SSL_use_certificate_chain_file(tls_, mine.chain.c_str());
        SSL_use_PrivateKey_file(tls_, mine.private_key.c_str(), SSL_FILETYPE_PEM);
    }
    void send(std::string_view bytes) { unsent_ += bytes; }
    void pump()
    {
        ERR_clear_error();
        if (!SSL_is_init_finished(tls_)) {
            int const answer = SSL_do_handshake(tls_);
            if (answer != 1) return look(answer);
        }
        if (!unsent_.empty()) {
            int const put = SSL_write(tls_, unsent_.data(), static_cast<int>(unsent_.size()));
            if (put > 0) unsent_.erase(0, static_cast<std::size_t>(put));
        }
        if (stopped) return;
        char buffer[65536];
        for (int got; (got = SSL_read(tls_, buffer, sizeof buffer)) != 0;) {
            if (got < 0) return look(got);
            text.append(buffer, static_cast<std::size_t>(got));
        }
        ended = true;
    }
    void say_goodbye() { SSL_shutdown(tls_); }
    [[nodiscard]] std::string peer_name() const
    {
        X509* const peer = SSL_get0_peer_certificate(tls_);
        char name[64] = {};
        if (peer) X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
        return name;
    }
    [[nodiscard]] std::string protocol() const
    {
        unsigned char const* data = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(tls_, &data, &size);
        return {reinterpret_cast<char const*>(data), size};
    }
    [[nodiscard]] bool all_sent() const { return unsent_.empty(); }
    test::plain_client& plain() { return plain_; }

    std::string text;
    bool ended = false;
    bool failed = false;
    bool stopped = false;

private:
    void look(int answer)
    {
        int const reason = SSL_get_error(tls_, answer);
        if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
        ended = true;
        failed = reason != SSL_ERROR_ZERO_RETURN;
    }

    test::plain_client plain_;
    ssl_ctx_st* context_;
    ssl_st* tls_ = nullptr;
    std::string unsent_;
};

class tls_test : public testing::Test
{
protected:
    template <class Condition>
    bool until(tls_client& client, Condition condition, std::chrono::milliseconds limit = 10s)
    {
        return world.until(
            [&] {
                client.pump();
                return condition();
            },
            limit);
    }
    bool until_text(tls_client& client, std::string_view expected)
    {
        return until(client, [&] { return client.text.find(expected) != std::string::npos; });
    }
    std::unique_ptr<tls_client> open_link(test_owner& owner, int receive_buffer = 0)
    {
        world.accept_as = &owner;
        world.accept_with = &how;
        auto client = std::make_unique<tls_client>(world.port(), TLS1_3_VERSION, receive_buffer);
        client->send(net_world::upgrade_request);
        EXPECT_TRUE(until_text(*client, "\r\n\r\n"));
        client->text.erase(0, client->text.find("\r\n\r\n") + 4);
        return client;
    }

    certificate cert{"first"};
    tls_context context{files_of(cert)};
    net_world world{{.headers = 10s, .tls_handshake = 10s}, &context};
    link_options how;
};

constexpr std::string_view get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(tls_test, serves_http_in_tls_1_2_and_1_3)
{
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        bool secure = false;
        world.answer = [&](exchange_id id, http::request const&, std::string_view) {
            secure = world.table.info(id)->secure;
            world.table.respond(id, http::response::text(200, "ok"));
        };
        tls_client client(world.port(), version);
        client.send(get);
        ASSERT_TRUE(until_text(client, "ok"));
        EXPECT_TRUE(secure);
        EXPECT_EQ(client.protocol(), "http/1.1");
        EXPECT_EQ(client.peer_name(), "first");
    }
}

TEST_F(tls_test, refuses_older_versions)
{
    tls_client client(world.port(), TLS1_1_VERSION);
    ASSERT_TRUE(until(client, [&] { return client.ended; }));
    EXPECT_TRUE(client.failed);
    EXPECT_TRUE(world.until([&] { return world.table.size() == 0; }));
    EXPECT_EQ(world.shard.counters().tls_failures, 1u);
}

TEST_F(tls_test, closes_on_somebody_who_speaks_plainly)
{
    auto& client = world.connect();
    client.send(get);
    EXPECT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(world.requests.empty());
}

TEST_F(tls_test, gives_new_connections_the_new_certificate_after_a_reload)
{
    tls_client old(world.port());
    old.send(get);
    ASSERT_TRUE(until_text(old, "ok"));
    cert.write("second");
    context.reload();
    tls_client fresh(world.port());
    fresh.send(get);
    ASSERT_TRUE(until_text(fresh, "ok"));
    EXPECT_EQ(fresh.peer_name(), "second");
    old.text.clear();
    old.send(get);
    EXPECT_TRUE(until_text(old, "ok")) << "present connections stay";
}

TEST_F(tls_test, keeps_the_old_certificate_if_the_new_one_cannot_be_read)
{
    std::FILE* const file = std::fopen(cert.private_key.c_str(), "w");
    std::fputs("no key", file);
    std::fclose(file);
    try {
        context.reload();
        FAIL() << "it must say so";
    } catch (error const& failure) {
        EXPECT_EQ(failure.code(), errc::tls_failure);
    }
    tls_client client(world.port());
    client.send(get);
    ASSERT_TRUE(until_text(client, "ok"));
    EXPECT_EQ(client.peer_name(), "first");
}

TEST_F(tls_test, says_at_once_that_files_are_missing_or_do_not_fit)
{
    certificate other("other");
    EXPECT_THROW(tls_context({"/no/such/file", "/no/such/file"}), error);
    EXPECT_THROW(tls_context({cert.chain, other.private_key}), error);
}

TEST_F(tls_test, reads_a_request_larger_than_one_record_and_writes_a_large_answer)
{
    world.head = [](exchange_id, http::request const&) { return 10'000'000; };
    world.answer = [&](exchange_id id, http::request const&, std::string_view body) {
        world.table.respond(id, http::response::text(200, std::string(body)));
    };
    tls_client client(world.port());
    std::string const body(3'000'000, 'b');
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + body);
    ASSERT_TRUE(until(client, [&] { return client.text.size() > body.size(); }));
    EXPECT_TRUE(client.text.ends_with(body));
}

TEST_F(tls_test, echoes_websocket_messages_whatever_their_size)
{
    test_owner owner;
    owner.on_data = [&](link&, bool, std::string_view data) { owner.queue.push_back(test::make_delivery(data)); };
    auto const client = open_link(owner);
    std::string expected;
    for (std::size_t const size : {1u, 100u, 20'000u, 200'000u, 5u}) {
        std::string const text(size, 't');
        client->send(text_frame(text));
        expected += server_frame("4" + text);
    }
    ASSERT_TRUE(until(*client, [&] { return client->text.size() >= expected.size(); }));
    EXPECT_TRUE(client->text == expected);
}

TEST_F(tls_test, serves_many_messages_in_one_record_though_the_descriptor_is_silent)
{
    test_owner owner;
    auto const client = open_link(owner);
    std::string many;
    for (int i = 0; i < 1000; ++i) many += text_frame("m");
    client->send(many);
    EXPECT_TRUE(until(*client, [&] { return owner.messages.size() == 1000; }));
}

TEST_F(tls_test, serves_floods_beyond_the_read_buffer_and_hears_the_end_behind_them)
{
    test_owner owner;
    auto const client = open_link(owner);
    std::string many;
    for (int i = 0; i < 40'000; ++i) many += text_frame("mmmmmm");
    client->send(many);
    ASSERT_TRUE(until(*client, [&] { return client->all_sent(); }));
    client->say_goodbye(); // no FIN: only TLS knows that this was all
    ASSERT_TRUE(until(
        *client, [&] { return owner.ends == 1; }, 20s));
    EXPECT_EQ(owner.messages.size(), 40'000u);
}

TEST_F(tls_test, serves_pipelined_requests_of_one_record_and_takes_bounded_bytes_while_one_waits)
{
    std::vector<exchange_id> waiting;
    world.answer = [&](exchange_id id, http::request const&, std::string_view) { waiting.push_back(id); };
    tls_client client(world.port());
    client.send(std::string(get) + std::string(get) + std::string(6'000'000, 'x'));
    ASSERT_TRUE(until(client, [&] { return waiting.size() == 1; }));
    for (int i = 0; i < 100; ++i) {
        client.pump();
        world.step();
    }
    EXPECT_LT(world.shard.counters().read_bytes, 200'000u);
    world.table.respond(waiting[0], http::response::text(200, "one"));
    ASSERT_TRUE(until(client, [&] { return waiting.size() == 2; }));
    world.table.respond(waiting[1], http::response::text(200, "two"));
    ASSERT_TRUE(until_text(client, "two"));
    EXPECT_TRUE(until_text(client, "HTTP/1.1 4")) << "what follows is no request";
}

TEST_F(tls_test, loses_no_byte_to_a_reader_that_stops_and_goes_on)
{
    test_owner owner;
    auto const client = open_link(owner, 4096);
    client->stopped = true;
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        std::string const text =
            std::to_string(i) + std::string(static_cast<std::size_t>(i * 3), static_cast<char>('a' + i % 26));
        owner.queue.push_back(test::make_delivery(text));
        expected += server_frame("4" + text);
    }
    world.shard.wake();
    ASSERT_TRUE(until(*client, [&] { return owner.current->blocked(); }));
    EXPECT_LE(owner.current->kept_bytes(), 100'000u);
    client->send(test::client_frame(websocket::opcode::ping, "p"));
    for (int i = 0; i < 10; ++i) {
        client->pump();
        world.step();
    }
    client->stopped = false;
    std::string const pong = server_frame("p", websocket::opcode::pong);
    ASSERT_TRUE(until(
        *client, [&] { return client->text.size() >= expected.size() + pong.size(); }, 20s));
    auto const at = client->text.find(pong);
    ASSERT_NE(at, std::string::npos);
    client->text.erase(at, pong.size());
    EXPECT_TRUE(client->text == expected);
    EXPECT_EQ(owner.ends, 0);
}

TEST_F(tls_test, moves_to_another_loop_in_the_middle_of_an_upgrade)
{
    net_world second({}, nullptr, {}, false);
    world.beside.push_back(&second);
    test_owner owner;
    detached_connection travelling;
    world.upgrade = [&](exchange_id id, http::request const&) { travelling = world.table.detach(id); };
    tls_client client(world.port());
    client.send(std::string(net_world::upgrade_request) + text_frame("early"));
    ASSERT_TRUE(until(client, [&] { return static_cast<bool>(travelling); }));
    second.accept_as = &owner;
    second.accept_with = &how;
    auto const id = second.table.adopt(std::move(travelling));
    EXPECT_TRUE(second.table.info(id)->secure);
    ASSERT_NE(second.accept(id), nullptr);
    client.send(text_frame("late"));
    ASSERT_TRUE(until(client, [&] { return owner.messages.size() == 2; }));
    owner.queue.push_back(test::make_delivery("hi"));
    second.shard.wake();
    EXPECT_TRUE(until_text(client, server_frame("4hi")));
}

TEST_F(tls_test, survives_clients_that_vanish_at_any_point_of_the_handshake)
{
    for (int pumps = 0; pumps < 6; ++pumps) {
        auto client = std::make_unique<tls_client>(world.port());
        client->send(get);
        for (int i = 0; i < pumps; ++i) {
            client->pump();
            world.step();
        }
        client->plain().reset();
        client.reset();
        ASSERT_TRUE(world.until([&] { return world.table.size() == 0; })) << pumps;
    }
}

TEST_F(tls_test, says_goodbye_so_that_the_end_is_not_a_truncation)
{
    world.answer = [&](exchange_id id, http::request const&, std::string_view) {
        world.table.respond(id, http::response::text(200, "ok"));
    };
    tls_client client(world.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(until(client, [&] { return client.ended; }));
    EXPECT_FALSE(client.failed);
    EXPECT_TRUE(client.text.ends_with("ok"));
}

TEST(tls_limits, end_a_handshake_that_does_not_come)
{
    certificate cert("x");
    tls_context context(files_of(cert));
    net_world world({.tls_handshake = 30ms}, &context);
    auto& client = world.connect();
    ASSERT_TRUE(world.until([&] { return client.ended; }));
    EXPECT_TRUE(client.text.empty());
    EXPECT_EQ(world.shard.counters().timeouts, 1u);
}

/// A server that asks clients who they are.
class client_certificate_test : public testing::TestWithParam<client_proof>
{
protected:
    /// What a client hears that shows `mine`; empty where it was refused.
    std::string answer_to(certificate const* mine, int version)
    {
        tls_client client(world.port(), version);
        if (mine) client.show(*mine);
        client.send(get);
        EXPECT_TRUE(world.until(
            [&] {
                client.pump();
                return client.ended || client.text.ends_with(")");
            },
            10s));
        auto const begin = client.text.find("\r\n\r\n");
        return begin == std::string::npos ? std::string() : client.text.substr(begin + 4);
    }
    void SetUp() override
    {
        world.answer = [this](exchange_id id, http::request const&, std::string_view) {
            world.table.respond(id, http::response::text(200, "(" + world.table.certificate_subject(id) + ")"));
        };
    }

    certificate own{"server"};
    certificate known{"Ada"};
    certificate stranger{"Eve"};
    tls_context context{
        {.certificate = own.chain, .private_key = own.private_key, .authorities = known.chain, .clients = GetParam()}};
    net_world world{{.headers = 10s, .tls_handshake = 10s}, &context};
};

TEST_P(client_certificate_test, says_who_has_come_and_refuses_who_is_not_known)
{
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        bool const asked = GetParam() != client_proof::none;
        EXPECT_EQ(answer_to(&known, version), asked ? "(CN=Ada)" : "()");
        EXPECT_EQ(answer_to(&stranger, version), asked ? "" : "()");
        EXPECT_EQ(answer_to(nullptr, version), GetParam() == client_proof::needed ? "" : "()");
    }
}

INSTANTIATE_TEST_SUITE_P(proofs, client_certificate_test,
                         testing::Values(client_proof::none, client_proof::welcome, client_proof::needed));

TEST(client_certificates, need_a_readable_file_of_authorities)
{
    certificate const own("server");
    EXPECT_THROW(
        tls_context({.certificate = own.chain, .private_key = own.private_key, .clients = client_proof::needed}),
        error);
    EXPECT_THROW(tls_context({.certificate = own.chain,
                              .private_key = own.private_key,
                              .authorities = "/no/such/file",
                              .clients = client_proof::welcome}),
                 error);
}

} // namespace
} // namespace partyline::net
