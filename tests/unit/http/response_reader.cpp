// Responses in one piece and cut at every byte, how each kind of body ends, and all that a client must not believe.
#include "http/response_reader.hpp"

#include <gtest/gtest.h>

namespace partyline::http {
namespace {

struct outcome
{
    bool complete = false;
    bool failed = false;
    errc error{};
    std::size_t consumed = 0;
    received_response response;
};

outcome read(std::string_view text, std::size_t piece = std::string_view::npos, response_limits limits = {},
             asked request = asked::ordinary, bool ends = false)
{
    response_reader reader(limits, request);
    outcome seen;
    while (!text.empty() && !reader.complete() && !reader.failed()) {
        // each piece in a block of its own, so that a view that outlives it is found by the address sanitizer
        std::string const block(text.substr(0, piece));
        text.remove_prefix(block.size());
        seen.consumed += reader.receive(block);
    }
    if (ends) reader.end();
    seen.complete = reader.complete();
    seen.failed = reader.failed();
    seen.error = reader.error();
    if (seen.complete) seen.response = reader.take();
    return seen;
}

/// Whole, in single bytes and cut in two everywhere: always the same. Answers what that is.
outcome read_every_way(std::string const& text, response_limits limits = {}, asked request = asked::ordinary,
                       bool ends = false)
{
    auto const whole = read(text, std::string_view::npos, limits, request, ends);
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
        auto const cut = read(text, piece, limits, request, ends);
        EXPECT_EQ(cut.complete, whole.complete) << piece;
        EXPECT_EQ(cut.failed, whole.failed) << piece;
        EXPECT_EQ(cut.error, whole.error) << piece;
        EXPECT_EQ(cut.response.status, whole.response.status) << piece;
        EXPECT_EQ(cut.response.body, whole.response.body) << piece;
        if (whole.complete) {
            EXPECT_EQ(cut.consumed, whole.consumed) << piece;
        }
    }
    return whole;
}

std::string response(std::string_view lines, std::string_view body = {}, std::string_view first = "HTTP/1.1 200 OK")
{
    return std::string(first) + "\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

std::string compressed(coding how, std::string_view text) { return *compressor().compress(how, text); }

TEST(response_reader, reads_a_body_of_a_length_and_stops_behind_it)
{
    auto const text = response("Content-Length: 5\r\nX: a\r\nX: b\r\n", "hello");
    auto const seen = read_every_way(text + "HTTP/1.1 200");
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.consumed, text.size());
    EXPECT_EQ(seen.response.status, 200);
    EXPECT_EQ(seen.response.reason, "OK");
    EXPECT_EQ(seen.response.headers.joined("x"), "a, b");
    EXPECT_EQ(seen.response.body, "hello");
    EXPECT_TRUE(seen.response.keep_alive);
}

TEST(response_reader, reads_a_chunked_body_and_drops_its_trailers)
{
    auto const seen = read_every_way(
        response("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\nSet-Cookie: x=y\r\n\r\n") + "rest");
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.response.body, "abcde");
    EXPECT_TRUE(seen.response.header("set-cookie").empty());
}

TEST(response_reader, reads_a_body_until_the_end_of_the_connection)
{
    auto const text = response("", "all of it");
    auto const seen = read_every_way(text, {}, asked::ordinary, true);
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.response.body, "all of it");
    EXPECT_FALSE(seen.response.keep_alive);
    EXPECT_FALSE(read(text).complete);
}

TEST(response_reader, knows_which_responses_have_no_body)
{
    for (auto const* first :
         {"HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified", "HTTP/1.1 101 Switching Protocols"}) {
        auto const text = response("Content-Length: 7\r\n", {}, first);
        auto const seen = read_every_way(text + "next");
        EXPECT_TRUE(seen.complete) << first;
        EXPECT_EQ(seen.consumed, text.size()) << first;
    }
    auto const head = read_every_way(response("Content-Length: 7\r\n"), {}, asked::head);
    EXPECT_TRUE(head.complete);
    auto const tunnel = read_every_way(
        response("Transfer-Encoding: chunked\r\n", {}, "HTTP/1.1 200 Connection established"), {}, asked::connect);
    EXPECT_TRUE(tunnel.complete);
    auto const refusal = read_every_way(
        response("Content-Length: 2\r\n", "no", "HTTP/1.1 407 Proxy Authentication Required"), {}, asked::connect);
    EXPECT_EQ(refusal.response.body, "no");
    EXPECT_TRUE(read_every_way(response("Content-Length: 0\r\n")).complete);
}

TEST(response_reader, passes_over_interim_responses_but_not_for_ever)
{
    std::string const interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    auto const seen = read_every_way(interim + response("Content-Length: 1\r\n", "x"));
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.response.status, 200);
    std::string flood;
    for (int i = 0; i < 9; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(read_every_way(flood).error, errc::limit_exceeded);
}

TEST(response_reader, says_whether_the_connection_may_be_used_again)
{
    auto const keeps = [](std::string_view first, std::string_view line) {
        return read(response(std::string(line) + "Content-Length: 0\r\n", {}, first)).response.keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1 200 OK", ""));
    EXPECT_FALSE(keeps("HTTP/1.1 200 OK", "Connection: foo, Close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0 200 OK", ""));
    EXPECT_TRUE(keeps("HTTP/1.0 200 OK", "Connection: keep-alive\r\n"));
}

TEST(response_reader, decodes_gzip_and_deflate_in_all_framings)
{
    std::string const text(5'000, 'x');
    for (auto const how : {coding::gzip, coding::deflate}) {
        auto const coded = compressed(how, text);
        auto const line = "Content-Encoding: " + std::string(to_string(how)) + "\r\n";
        auto const sized =
            read_every_way(response(line + "Content-Length: " + std::to_string(coded.size()) + "\r\n", coded));
        EXPECT_EQ(sized.response.body, text);
        auto const until_end = read_every_way(response(line, coded), {}, asked::ordinary, true);
        EXPECT_EQ(until_end.response.body, text);
        std::string chunks;
        for (char const c : coded) chunks += std::string("1\r\n") + c + "\r\n";
        auto const chunked = read_every_way(response(line + "Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"));
        EXPECT_EQ(chunked.response.body, text);
    }
    EXPECT_EQ(read(response("Content-Encoding: identity\r\nContent-Length: 1\r\n", "x")).response.body, "x");
    EXPECT_TRUE(read(response("Content-Encoding: gzip\r\n"), 1, {}, asked::ordinary, true).complete)
        << "no bytes are no coded body";
}

TEST(response_reader, refuses_codings_that_are_broken_cut_or_unknown)
{
    auto const coded = compressed(coding::gzip, "some text that is long enough");
    auto const with = [](std::string_view coding_name, std::string const& body) {
        return read_every_way(response("Content-Encoding: " + std::string(coding_name) +
                                           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                                       body))
            .error;
    };
    EXPECT_EQ(with("gzip", coded.substr(0, coded.size() - 1)), errc::invalid_compression);
    EXPECT_EQ(with("gzip", coded + "x"), errc::invalid_compression);
    EXPECT_EQ(with("gzip", "plain text"), errc::invalid_compression);
    EXPECT_EQ(with("deflate", coded), errc::invalid_compression);
    EXPECT_EQ(with("br", "x"), errc::unsupported);
    EXPECT_EQ(with("gzip, gzip", "x"), errc::unsupported);
}

TEST(response_reader, holds_its_limit_while_it_reads)
{
    response_limits const small{.body_bytes = 1000};
    EXPECT_EQ(read(response("Content-Length: 1001\r\n"), std::string_view::npos, small).error, errc::message_too_big)
        << "at the head";
    EXPECT_EQ(read_every_way(response("", std::string(1001, 'x')), small).error, errc::message_too_big);
    EXPECT_EQ(
        read_every_way(response("Transfer-Encoding: chunked\r\n", "3e9\r\n" + std::string(1001, 'x') + "\r\n"), small)
            .error,
        errc::message_too_big);
    EXPECT_EQ(read(response("Content-Length: 1000\r\n", std::string(1000, 'x')), 7, small).response.body.size(), 1000u);

    auto const bomb = compressed(coding::gzip, std::string(50'000'000, 'x'));
    response_reader reader;
    auto const head = response("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()) + "\r\n");
    EXPECT_EQ(reader.receive(head), head.size());
    for (std::size_t at = 0; at < bomb.size() && !reader.failed(); at += 100) {
        reader.receive(std::string_view(bomb).substr(at, 100));
        EXPECT_LE(reader.buffered(), 1'000'000u);
    }
    EXPECT_EQ(reader.error(), errc::message_too_big);
    EXPECT_EQ(reader.buffered(), 0u);
}

TEST(response_reader, limits_the_head)
{
    EXPECT_EQ(read_every_way(response("X: " + std::string(200, 'x') + "\r\n"), {.header_bytes = 100}).error,
              errc::limit_exceeded);
    EXPECT_EQ(read_every_way(response("A: 1\r\nB: 2\r\nC: 3\r\n"), {.header_count = 2}).error, errc::limit_exceeded);
    EXPECT_EQ(read("HTTP/1.1 200 " + std::string(20'000, 'x'), 1000).error, errc::limit_exceeded);
}

TEST(response_reader, refuses_what_two_readers_could_read_in_two_ways)
{
    for (auto const* lines :
         {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n",
          "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: +1\r\n", "Content-Length: -1\r\n", "Content-Length: 1,1\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n", "X : y\r\n", " X: y\r\n", "X: y\r\n folded\r\n", "X\r\n",
          "X: a\rb\r\n", "X: y\n"})
        EXPECT_EQ(read_every_way(response(lines, "xx")).error, errc::invalid_http) << lines;
    EXPECT_EQ(read(response("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "HTTP/1.0 200 OK")).error,
              errc::invalid_http);
}

TEST(response_reader, refuses_what_is_no_response)
{
    for (auto const* text : {"\x15\x03\x01", "SSH-2.0-x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n",
                             "HTTP/1.1 2000 x\r\n\r\n", "HTTP/1.1 20x x\r\n\r\n", "HTTP/1.1\r\n\r\n",
                             "ICY 200 OK\r\n\r\n", "HTTP/1.1 000 x\r\n\r\n"})
        EXPECT_TRUE(read_every_way(text).failed) << text;
    EXPECT_EQ(read("HTTP/2.0 200 OK\r\n\r\n").error, errc::unsupported);
    EXPECT_EQ(read("SSH-2.0-x\r\n\r\n").error, errc::invalid_http);
}

TEST(response_reader, tells_an_end_that_came_too_early)
{
    for (auto const& text : {std::string(), std::string("HTTP/1.1 20"), response("Content-Length: 5\r\n", "hell"),
                             response("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n")})
    {
        auto const seen = read(text, 1, {}, asked::ordinary, true);
        EXPECT_TRUE(seen.failed) << text;
        EXPECT_EQ(seen.error, errc::disconnected) << text;
    }
    response_reader reader;
    EXPECT_FALSE(reader.begun());
    reader.end();
    EXPECT_TRUE(reader.failed());
    EXPECT_FALSE(reader.begun()) << "so that a request may be sent again";
    response_reader other;
    other.receive("H");
    other.end();
    EXPECT_TRUE(other.begun());
}

} // namespace
} // namespace partyline::http
