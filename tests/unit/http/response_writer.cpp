#include "http/response_writer.hpp"

namespace partyline::http {
namespace {

using std::string_literals::operator""s;

std::string write(response const& message, framing const& how = {})
{
    std::string out;
    EXPECT_TRUE(write_response(out, message, how));
    return out;
}

TEST(response_writer, writes_head_and_body)
{
    EXPECT_EQ(write(response::text(200, "ok", "text/html")),
              "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(write({.status = 404}), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(write({.status = 799}), "HTTP/1.1 799 Unknown\r\nContent-Length: 0\r\n\r\n");
}

TEST(response_writer, appends_to_what_is_there)
{
    std::string out = "before";
    ASSERT_TRUE(write_response(out, {.body = "x"}, {}));
    EXPECT_TRUE(out.starts_with("beforeHTTP/1.1 200 OK\r\n"));
}

TEST(response_writer, sends_shared_bytes_instead_of_the_body)
{
    response message;
    message.body = "not this";
    message.shared_body = binary::from_text("shared");
    EXPECT_TRUE(write(message).ends_with("Content-Length: 6\r\n\r\nshared"));
}

TEST(response_writer, answers_head_with_the_length_alone)
{
    EXPECT_EQ(write({.body = "hello"}, {.head_only = true}), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(write({.content_length = 1234}, {.head_only = true}), "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
}

TEST(response_writer, gives_no_body_to_statuses_that_have_none)
{
    EXPECT_EQ(write({.status = 204, .body = "x"}), "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(write({.status = 304, .body = "x"}), "HTTP/1.1 304 Not Modified\r\n\r\n");
    EXPECT_EQ(write({.status = 204, .content_length = 0}), "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(write({.status = 101, .headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}}),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST(response_writer, says_what_becomes_of_the_connection)
{
    EXPECT_NE(write({}, {.keep_alive = false}).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(write({}).find("Connection"), std::string::npos);
    EXPECT_NE(write({}, {.minor_version = 0}).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(response_writer, leaves_framing_to_itself)
{
    auto const text = write(
        {.headers = {{"content-length", "999"}, {"Transfer-Encoding", "chunked"}, {"connection", "x"}}, .body = "abc"});
    EXPECT_EQ(text, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
}

TEST(response_writer, writes_chunks)
{
    EXPECT_EQ(write({.body = std::string(26, 'x')}, {.chunked = true}),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(write({.body = "x"}, {.minor_version = 0, .chunked = true}),
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx")
        << "HTTP/1.0 knows no chunks";
    std::string out;
    write_chunk(out, "");
    EXPECT_EQ(out, "") << "an empty chunk would end the body";
}

TEST(response_writer, refuses_to_split_a_response)
{
    header_list const bad[] = {{{"X", "a\r\nSet-Cookie: evil=1"}},
                               {{"X", "a\nb"}},
                               {{"X", "a\rb"}},
                               {{"X", "a\0b"s}},
                               {{"X\r\nY", "a"}},
                               {{"X Y", "a"}},
                               {{"", "a"}},
                               {{"X:", "a"}},
                               {{"X", "a\x7f"}},
                               {{"content-length", "1\r\nX: y"}}};
    for (auto const& headers : bad) {
        std::string out = "kept";
        auto const written = write_response(out, {.headers = headers}, {});
        EXPECT_EQ(written.error(), errc::invalid_option);
        EXPECT_EQ(out, "kept") << "nothing of it is sent";
    }
    std::string out;
    EXPECT_FALSE(write_response(out, {.status = 20}, {}));
    EXPECT_FALSE(write_response(out, {}, {.date = "a\r\nb"}));
}

TEST(response_writer, writes_the_date_it_is_given)
{
    EXPECT_NE(write({}, {.date = "Sun, 06 Nov 1994 08:49:37 GMT"}).find("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
              std::string::npos);
}

} // namespace
} // namespace partyline::http
