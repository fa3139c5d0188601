// Requests as bytes; nothing that a user gives can become a header or a request of its own.
#include "http/request_writer.hpp"

#include <gtest/gtest.h>

#include "unit/http/reading.hpp"

namespace partyline::http {
namespace {

std::string written(request_parts const& request)
{
    std::string out;
    return write_request(out, request) ? out : "refused";
}

TEST(request_writer, writes_what_it_is_given)
{
    EXPECT_EQ(written({.target = "/socket.io/?EIO=4", .host = "x:3000"}),
              "GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: x:3000\r\n\r\n");
    header_list const headers{{"Content-Type", "text/plain;charset=UTF-8"}, {"X-One", "1"}};
    EXPECT_EQ(written({.method = "POST", .target = "/", .host = "x", .headers = &headers, .body = "body"}),
              "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain;charset=UTF-8\r\nX-One: 1\r\nContent-Length: "
              "4\r\n\r\nbody");
    EXPECT_EQ(written({.method = "POST", .host = "x", .body = ""}),
              "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(written({.method = "CONNECT", .target = "[::1]:443", .host = "[::1]:443"}),
              "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
}

TEST(request_writer, can_be_read_by_our_own_reader)
{
    header_list const headers{{"A", "b"}};
    auto const seen = read(written(
        {.method = "POST", .target = "/p?q", .host = "h", .headers = &headers, .cookies = "a=b", .body = "hello"}));
    ASSERT_TRUE(seen.complete);
    EXPECT_EQ(seen.request.path(), "/p");
    EXPECT_EQ(seen.request.header("cookie"), "a=b");
    EXPECT_EQ(seen.request.body, "hello");
}

TEST(request_writer, sends_one_cookie_header_with_those_of_the_user_first)
{
    header_list const headers{{"cookie", "mine=1"}};
    EXPECT_EQ(written({.host = "x", .headers = &headers, .cookies = "theirs=2"}),
              "GET / HTTP/1.1\r\nHost: x\r\nCookie: mine=1; theirs=2\r\n\r\n");
    EXPECT_EQ(written({.host = "x", .cookies = "theirs=2"}), "GET / HTTP/1.1\r\nHost: x\r\nCookie: theirs=2\r\n\r\n");
}

TEST(request_writer, lets_the_user_name_another_host_but_not_frame_the_message)
{
    header_list const headers{{"Host", "other"},
                              {"content-length", "99"},
                              {"Transfer-Encoding", "chunked"},
                              {"Connection", "close"},
                              {"Upgrade", "x"}};
    EXPECT_EQ(written({.host = "x", .headers = &headers}), "GET / HTTP/1.1\r\nHost: other\r\n\r\n");
}

TEST(request_writer, keeps_the_handshake_from_being_changed)
{
    header_list const headers{{"sec-websocket-key", "evil"}, {"Connection", "close"}, {"Origin", "http://x"}};
    EXPECT_EQ(written({.host = "x",
                       .headers = &headers,
                       .handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n"}),
              "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: "
              "k\r\nOrigin: http://x\r\n\r\n");
}

TEST(request_writer, refuses_everything_that_could_split_a_request_and_writes_nothing_then)
{
    for (auto const* value : {"a\r\nB: c", "a\nB: c", "a\rb", "\x01"}) {
        header_list const headers{{"X", value}};
        EXPECT_EQ(written({.host = "x", .headers = &headers}), "refused");
        EXPECT_EQ(written({.host = value}), "refused");
        EXPECT_EQ(written({.host = "x", .cookies = value}), "refused");
        EXPECT_EQ(written({.target = "/" + std::string(value), .host = "x"}), "refused");
        EXPECT_EQ(written({.method = value, .host = "x"}), "refused");
        EXPECT_EQ(written({.host = "x", .handshake = value}), "refused");
        header_list const host{{"Host", value}};
        EXPECT_EQ(written({.host = "x", .headers = &host}), "refused");
    }
    for (auto const* name : {"", "a b", "a:", "a\r\n", "\xc3\xa4"}) {
        header_list const headers{{name, "x"}};
        EXPECT_EQ(written({.host = "x", .headers = &headers}), "refused") << name;
    }
    for (auto const* target : {"", "x", "/a b", "http://x/"})
        EXPECT_EQ(written({.target = target, .host = "x"}), "refused") << target;
    for (auto const* target : {"", "/x", "a b:1", "u@h:1", "h:1/"})
        EXPECT_EQ(written({.method = "CONNECT", .target = target, .host = "x"}), "refused") << target;
    EXPECT_EQ(written({.host = "x/y"}), "refused");
    EXPECT_EQ(written({.host = "x", .handshake = "A: b\r\n\r\nGET"}), "refused");
    std::string out = "before";
    EXPECT_EQ(write_request(out, {.host = "a b"}).error(), errc::invalid_option);
    EXPECT_EQ(out, "before");
}

TEST(basic_authorization, is_base64_of_user_colon_password)
{
    EXPECT_EQ(*basic_authorization("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(*basic_authorization("", ""), "Basic Og==");
    EXPECT_EQ(*basic_authorization("u", "p:\xc3\xa4"), "Basic dTpwOsOk");
    EXPECT_FALSE(basic_authorization("a:b", "c"));
    EXPECT_FALSE(basic_authorization("a", "b\r\n"));
    EXPECT_FALSE(basic_authorization(std::string_view("a\0", 2), "b"));
}

} // namespace
} // namespace partyline::http
