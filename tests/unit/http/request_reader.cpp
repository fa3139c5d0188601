#include "http/request_reader.hpp"

#include "reading.hpp"

namespace partyline::http {
namespace {

using std::string_literals::operator""s;

constexpr std::string_view poll = "GET /socket.io/?EIO=4&transport=polling&t=abc HTTP/1.1\r\n"
                                  "Host: localhost:3000\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n";

TEST(request_reader, reads_a_request_without_a_body)
{
    auto const seen = read(poll);
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.consumed, poll.size());
    EXPECT_EQ(seen.request.method, method::get);
    EXPECT_EQ(seen.request.target, "/socket.io/?EIO=4&transport=polling&t=abc");
    EXPECT_EQ(seen.request.header("HOST"), "localhost:3000");
    EXPECT_EQ(seen.request.headers.size(), 3u);
    EXPECT_TRUE(seen.request.keep_alive);
    EXPECT_TRUE(seen.request.body.empty());
}

TEST(request_reader, reads_the_same_whatever_the_pieces)
{
    std::string_view const messages[] = {
        poll,
        "POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /c HTTP/1.1\r\nhost:h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "5;name=\"va lue\"\r\nhello\r\n006\r\n world\r\n0\r\nTrailer: x\r\n\r\n",
        "\r\nPUT http://h/x HTTP/1.0\r\nContent-Length: 1\r\n\r\n!",
    };
    for (auto const message : messages) {
        auto const whole = read(message);
        ASSERT_TRUE(whole.complete) << message;
        for (std::size_t piece = 1; piece < message.size(); ++piece) {
            auto const split = read(message, piece);
            ASSERT_TRUE(split.complete) << piece << message;
            EXPECT_EQ(split.request.target, whole.request.target);
            EXPECT_EQ(split.request.body, whole.request.body);
            EXPECT_EQ(split.request.headers.size(), whole.request.headers.size());
            EXPECT_EQ(split.consumed, message.size());
        }
    }
}

TEST(request_reader, decodes_chunks_and_drops_trailers)
{
    auto const seen = read("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "A\r\n0123456789\r\n1\r\n!\r\n0\r\nX-Trailer: y\r\n\r\n");
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.request.body, "0123456789!");
    EXPECT_FALSE(seen.request.headers.contains("x-trailer"));
}

TEST(request_reader, stops_at_the_end_of_a_pipelined_request_in_every_split)
{
    std::string const post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    std::string const chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (auto const& first : {std::string(poll), post, chunked}) {
        auto const both = first + "GET /second HTTP/1.1\r\nHost: h\r\n\r\n";
        for (std::size_t piece = 1; piece <= both.size(); ++piece) {
            auto const seen = read(both, piece);
            ASSERT_TRUE(seen.complete);
            ASSERT_EQ(seen.consumed, first.size()) << "piece of " << piece;
            EXPECT_NE(seen.request.target, "/second");
        }
    }
}

TEST(request_reader, reads_one_request_after_the_other)
{
    request_reader reader;
    EXPECT_TRUE(reader.idle());
    std::string input = std::string(poll) + "DELETE /x HTTP/1.1\r\nHost: h\r\n\r\n";
    std::string_view rest = input;
    rest.remove_prefix(reader.receive(rest));
    ASSERT_TRUE(reader.complete());
    EXPECT_FALSE(reader.idle());
    EXPECT_EQ(reader.receive(rest), 0u) << "a complete reader takes nothing";
    reader.next();
    EXPECT_TRUE(reader.idle());
    rest.remove_prefix(reader.receive(rest));
    ASSERT_TRUE(reader.complete());
    EXPECT_EQ(reader.head().method, method::delete_);
    EXPECT_TRUE(rest.empty());
}

TEST(request_reader, owns_nothing_between_requests_nor_for_one_that_comes_whole)
{
    request_reader reader;
    std::string const post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    auto const head = reader.receive(post);
    EXPECT_EQ(head, post.size() - 5);
    EXPECT_TRUE(reader.at_body());
    EXPECT_EQ(reader.receive(std::string_view(post).substr(head)), 5u);
    ASSERT_TRUE(reader.complete());
    EXPECT_EQ(reader.body().data(), post.data() + head) << "shown where it is";
    EXPECT_EQ(reader.buffered(), 0u);
    EXPECT_EQ(reader.take().body, "hello");
    reader.next();
    EXPECT_EQ(reader.buffered(), 0u);
    EXPECT_LE(sizeof reader, 512u);
}

TEST(request_reader, stops_behind_the_head_so_that_the_body_can_be_limited)
{
    request_reader reader;
    std::string_view const text = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    EXPECT_EQ(reader.receive(text), text.size() - 5);
    EXPECT_TRUE(reader.head_complete());
    EXPECT_FALSE(reader.complete());
    EXPECT_EQ(reader.content_length(), 5u);
    reader.body_limit(4);
    ASSERT_TRUE(reader.failed());
    EXPECT_EQ(reader.status(), 413);
    EXPECT_EQ(reader.error(), errc::message_too_big);
    EXPECT_EQ(reader.buffered(), 0u);
}

TEST(request_reader, allows_a_body_of_exactly_the_limit)
{
    std::string const sized = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    std::string const chunked =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    for (auto const& text : {sized, chunked}) {
        EXPECT_TRUE(read(text, text.npos, {}, 5).complete);
        auto const over = read(text, text.npos, {}, 4);
        EXPECT_TRUE(over.failed);
        EXPECT_EQ(over.status, 413);
    }
}

TEST(request_reader, refuses_a_default_sized_excess_before_buffering)
{
    request_reader reader;
    std::string_view const head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\n\r\n";
    EXPECT_EQ(reader.receive(head), head.size());
    (void)reader.receive("x");
    EXPECT_EQ(reader.status(), 413);
}

TEST(request_reader, stops_an_endless_chunked_body_at_the_limit)
{
    request_reader reader;
    (void)reader.receive("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    reader.body_limit(1000);
    std::string const chunk = "64\r\n" + std::string(100, 'x') + "\r\n";
    int chunks = 0;
    while (!reader.failed() && chunks < 100) {
        (void)reader.receive(chunk);
        ++chunks;
        ASSERT_LE(reader.buffered(), 1200u);
    }
    EXPECT_EQ(chunks, 11);
    EXPECT_EQ(reader.status(), 413);
}

TEST(request_reader, says_when_the_client_waits_for_permission)
{
    std::string_view const text = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
    request_reader reader;
    EXPECT_EQ(reader.receive(text), text.size());
    EXPECT_TRUE(reader.expects_continue());
    (void)reader.receive("h");
    EXPECT_FALSE(reader.expects_continue()) << "it did not wait after all";
    (void)reader.receive("i");
    EXPECT_EQ(reader.body(), "hi");

    request_reader old;
    (void)old.receive("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_FALSE(old.expects_continue());
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\r\nExpect: coffee\r\n\r\n").status, 417);
}

TEST(request_reader, knows_who_wants_the_connection_to_stay)
{
    auto const keeps = [](std::string_view version, std::string_view header) {
        auto const seen = read("GET / " + std::string(version) + "\r\nHost: h\r\n" + std::string(header) + "\r\n");
        EXPECT_TRUE(seen.complete) << header;
        return seen.request.keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1", ""));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: Upgrade, Close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0", ""));
    EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST(request_reader, reads_every_form_of_target)
{
    EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").request.path(), "*");
    EXPECT_EQ(read("GET http://a.example:80/p?q=1 HTTP/1.1\r\nHost: h\r\n\r\n").request.host(), "a.example:80");
    EXPECT_EQ(read("CONNECT a.example:443 HTTP/1.1\r\nHost: h\r\n\r\n").request.method, method::connect);
    EXPECT_EQ(read("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n").request.method_text(), "BREW");
    EXPECT_EQ(read("HEAD / HTTP/1.0\r\n\r\n").request.method, method::head);
}

// --- what is refused, and how -----------------------------------------------------------------------------------------

int refusal(std::string_view text)
{
    auto const whole = read(text);
    EXPECT_FALSE(whole.complete) << text;
    for (std::size_t piece = 1; piece < text.size(); ++piece)
        EXPECT_EQ(read(text, piece).status, whole.status) << piece << ": " << text;
    return whole.status;
}

std::string with(std::string_view headers, std::string_view version = "HTTP/1.1")
{
    return "POST / " + std::string(version) + "\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}

TEST(request_reader, refuses_every_shape_of_smuggling)
{
    EXPECT_EQ(refusal(with("Content-Length: 5\r\nContent-Length: 6\r\n")), 400);
    EXPECT_EQ(refusal(with("Content-Length: 5\r\nContent-Length: 5\r\n")), 400);
    EXPECT_EQ(refusal(with("Content-Length: 5, 5\r\n")), 400);
    EXPECT_EQ(refusal(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: chunked, chunked\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: chunked, identity\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding:\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding: chunked\r\n", "HTTP/1.0")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding : chunked\r\n")), 400);
    EXPECT_EQ(refusal(with("Transfer-Encoding\t: chunked\r\n")), 400);
    EXPECT_EQ(refusal(with(" Transfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(refusal(with("X: a\r\n folded\r\n")), 400);
    EXPECT_EQ(refusal(with("X: a\r\n\tfolded\r\n")), 400);
    EXPECT_EQ(refusal(with("Host: other\r\n")), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
}

TEST(request_reader, refuses_codings_that_it_does_not_know)
{
    EXPECT_EQ(refusal(with("Transfer-Encoding: gzip, chunked\r\n")), 501);
    EXPECT_EQ(refusal(with("Transfer-Encoding: identity\r\n")), 501);
    EXPECT_EQ(refusal(with("Transfer-Encoding: xchunked\r\n")), 501);
    EXPECT_EQ(refusal(with("Transfer-Encoding: \"chunked\"\r\n")), 501);
    EXPECT_EQ(read(with("Transfer-Encoding: gzip\r\n")).error, errc::unsupported);
}

TEST(request_reader, refuses_bad_lengths)
{
    for (auto const* length :
         {"", "-1", "+1", "0x5", "5 5", "5a", "1.0", "18446744073709551616", "99999999999999999999"})
        EXPECT_EQ(refusal(with("Content-Length: "s + length + "\r\n")), 400) << length;
}

TEST(request_reader, refuses_bad_line_ends_and_control_characters)
{
    EXPECT_EQ(refusal("GET / HTTP/1.1\nHost: h\n\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\n\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\x7f\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nX\0: a\r\n\r\n"s), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nnocolon\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"s), 400);
    EXPECT_EQ(refusal("\r\n\r\n\r\n"), 400) << "too many empty lines";
}

TEST(request_reader, refuses_bad_request_lines)
{
    EXPECT_EQ(refusal("GET  / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET /\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET a HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET * HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET http://user@h/x HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("CONNECT /x HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("G(T / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / http/1.1\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("GET / HTTP/1.1x\r\nHost: h\r\n\r\n"), 400);
    EXPECT_EQ(refusal("\x16\x03\x01\x02"), 400) << "a TLS handshake on a plain port";
}

TEST(request_reader, refuses_other_versions)
{
    EXPECT_EQ(refusal("PRI * HTTP/2.0\r\n\r\n"), 505);
    EXPECT_EQ(refusal("GET / HTTP/0.9\r\nHost: h\r\n\r\n"), 505);
    EXPECT_EQ(refusal("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), 505);
    EXPECT_EQ(refusal("GET / HTTP/3.1\r\nHost: h\r\n\r\n"), 505);
}

TEST(request_reader, refuses_bad_chunks)
{
    auto const body = [](std::string const& chunks) {
        return refusal(with("Transfer-Encoding: chunked\r\n") + chunks);
    };
    EXPECT_EQ(body("xyz\r\n"), 400);
    EXPECT_EQ(body("\r\n\r\n\r\n"), 400);
    EXPECT_EQ(body("0x5\r\nhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("-5\r\nhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("5 5\r\nhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("10000000000000005\r\nhello\r\n0\r\n\r\n"), 400) << "overflow";
    EXPECT_EQ(body("FFFFFFFFFFFFFFFFF\r\n"), 400);
    EXPECT_EQ(body("5\r\nhelloX\r\n0\r\n\r\n"), 400) << "no line end behind the data";
    EXPECT_EQ(body("5\r\nhello0\r\n\r\n"), 400);
    EXPECT_EQ(body("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"), 400) << "bare LF in an extension";
    EXPECT_EQ(body("5;a=\"\x01\"\r\nhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("5;\r\nhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("5\rhello\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(body("0\r\nbad trailer\r\n\r\n"), 400);
    EXPECT_EQ(body("0\r\nContent-Length: 5\r\n\r\n"), 400);
}

TEST(request_reader, does_not_take_a_bare_line_feed_for_the_end_of_a_chunk_size)
{
    auto const seen = read(with("Transfer-Encoding: chunked\r\n") + "5\nhello\r\n0\r\n\r\n");
    EXPECT_FALSE(seen.complete);
    EXPECT_EQ(seen.status, 400);
}

TEST(request_reader, limits_the_framing_of_chunks)
{
    auto const head = with("Transfer-Encoding: chunked\r\n");
    EXPECT_EQ(read(head + "5;" + std::string(2000, 'a')).status, 400) << "an endless size line";
    EXPECT_EQ(read(head + "5;" + std::string(2000, 'a'), 7).status, 400);
    EXPECT_EQ(read(head + "0\r\n" + std::string(2000, 'a')).status, 400) << "an endless trailer";
    std::string extensions = head;
    for (int i = 0; i < 200; ++i) extensions += "1;" + std::string(900, 'a') + "\r\nx\r\n";
    EXPECT_EQ(read(extensions).status, 400) << "extensions a thousand times the body";
    std::string tiny = head;
    for (int i = 0; i < 50'000; ++i) tiny += "1\r\nx\r\n";
    EXPECT_TRUE(read(tiny + "0\r\n\r\n", 4096).complete) << "small chunks alone are no attack";
}

TEST(request_reader, limits_the_head)
{
    std::string const start = "GET / HTTP/1.1\r\nHost: h\r\n";
    auto const sized = [&](std::size_t size) {
        return start + "X: " + std::string(size - start.size() - 7, 'a') + "\r\n\r\n";
    };
    EXPECT_TRUE(read(sized(16 * 1024)).complete);
    EXPECT_EQ(read(sized(16 * 1024 + 1)).status, 431);
    EXPECT_EQ(read(sized(16 * 1024 + 1)).error, errc::limit_exceeded);
    EXPECT_EQ(read(sized(16 * 1024 + 1), 1000).status, 431);
    EXPECT_EQ(read(start + "X: " + std::string(20'000, 'a'), 1000).status, 431) << "before the line ends";

    std::string many = start;
    for (int i = 0; i < 127; ++i) many += "X: y\r\n";
    EXPECT_TRUE(read(many + "\r\n").complete);
    EXPECT_EQ(read(many + "X: y\r\n\r\n").status, 431);

    auto const line = [](std::size_t size) {
        return "GET /" + std::string(size - 16, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    EXPECT_TRUE(read(line(8 * 1024)).complete);
    EXPECT_EQ(read(line(8 * 1024 + 1)).status, 414);
    EXPECT_EQ(read(line(100'000), 1000).status, 414);
    EXPECT_EQ(read("GET /" + std::string(9000, 'a'), 1).status, 414) << "before the line ends";
}

TEST(request_reader, holds_no_more_than_the_limit_of_a_head_that_never_ends)
{
    request_reader reader;
    std::string const line = "X: " + std::string(500, 'y') + "\r\n";
    (void)reader.receive("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 1000 && !reader.failed(); ++i) {
        (void)reader.receive(line);
        ASSERT_LE(reader.buffered(), 17'000u);
    }
    EXPECT_EQ(reader.status(), 431);
    EXPECT_EQ(reader.buffered(), 0u);
}

} // namespace
} // namespace partyline::http
