#include "http/static_file.hpp"

namespace partyline::http {
namespace {

using std::chrono_literals::operator""s;
using std::string_literals::operator""s;

TEST(static_file, resolves_paths_below_the_root)
{
    EXPECT_EQ(*resolve_path("/"), "");
    EXPECT_EQ(*resolve_path("/index.html"), "index.html");
    EXPECT_EQ(*resolve_path("/a/b%20c.js"), "a/b c.js");
    EXPECT_EQ(*resolve_path("/a/"), "a/");
    EXPECT_EQ(*resolve_path("/%C3%A9.txt"), "\xc3\xa9.txt");
    EXPECT_EQ(*resolve_path("/a..b/c...d"), "a..b/c...d");
}

TEST(static_file, never_leaves_the_root)
{
    for (auto const& bad : {""s,
                            "a"s,
                            "/.."s,
                            "/../etc/passwd"s,
                            "/a/../../b"s,
                            "/a/.."s,
                            "/%2e%2e/x"s,
                            "/%2E./x"s,
                            "/a%2f..%2fb"s,
                            "/a%2fb"s,
                            "/..%5cx"s,
                            "/a\\b"s,
                            "/a%5Cb"s,
                            "//etc/passwd"s,
                            "/a//b"s,
                            "/./a"s,
                            "/a/./b"s,
                            "/%00"s,
                            "/a%00.html"s,
                            "/a\0b"s,
                            "/.env"s,
                            "/.git/config"s,
                            "/a/.hidden"s,
                            "/%2egit"s,
                            "/C:/x"s,
                            "/a:stream"s,
                            "/a%0ab"s,
                            "/%"s,
                            "/%zz"s,
                            "/%7f"s})
        EXPECT_EQ(resolve_path(bad).error(), errc::refused) << bad;
}

TEST(static_file, compares_entity_tags)
{
    EXPECT_TRUE(etag_matches("\"a\"", "\"a\"", true));
    EXPECT_TRUE(etag_matches("W/\"a\"", "\"a\"", false));
    EXPECT_FALSE(etag_matches("W/\"a\"", "\"a\"", true));
    EXPECT_FALSE(etag_matches("\"a\"", "W/\"a\"", true));
    EXPECT_TRUE(etag_matches("\"x\", \"a,b\" ,\"c\"", "\"a,b\"", false));
    EXPECT_FALSE(etag_matches("\"x\", \"y\"", "\"a\"", false));
    EXPECT_TRUE(etag_matches(" * ", "\"a\"", true));
    EXPECT_FALSE(etag_matches("", "\"a\"", false));
    EXPECT_FALSE(etag_matches("\"a", "\"a\"", false));
    EXPECT_EQ(make_etag(255, std::chrono::sys_seconds{16s}), "W/\"ff-10\"");
}

TEST(static_file, reads_one_range)
{
    auto const range = [](std::string_view header, std::uint64_t size = 100) {
        byte_range out;
        auto const verdict = parse_range(header, size, out);
        if (verdict == range_verdict::whole) return "whole"s;
        if (verdict == range_verdict::unsatisfiable) return "unsatisfiable"s;
        return std::to_string(out.first) + "+" + std::to_string(out.size);
    };
    EXPECT_EQ(range("bytes=0-0"), "0+1");
    EXPECT_EQ(range("bytes=10-19"), "10+10");
    EXPECT_EQ(range("Bytes=10-"), "10+90");
    EXPECT_EQ(range("bytes=90-999"), "90+10");
    EXPECT_EQ(range("bytes=-10"), "90+10");
    EXPECT_EQ(range("bytes=-1000"), "0+100");
    EXPECT_EQ(range("bytes=5-18446744073709551615"), "5+95");
    EXPECT_EQ(range("bytes=100-"), "unsatisfiable");
    EXPECT_EQ(range("bytes=-0"), "unsatisfiable");
    EXPECT_EQ(range("bytes=0-", 0), "unsatisfiable");
    EXPECT_EQ(range("bytes=-5", 0), "unsatisfiable");
    for (auto const* ignored :
         {"bytes=0-1,3-4", "bytes=2-1", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1", "",
          "bytes=0-18446744073709551616", "bytes=+1-2", "bytes=1", "bytes=0x1-2"})
        EXPECT_EQ(range(ignored), "whole") << ignored;
}

file_facts const page{.size = 100,
                      .modified = std::chrono::sys_seconds{784111777s},
                      .etag = "\"v1\"",
                      .content_type = "text/html; charset=utf-8"};

file_answer ask(std::vector<header_field> const& fields, method verb = method::get, file_facts const& file = page)
{
    request made;
    made.method = verb;
    made.headers = header_block(fields);
    return answer_file(made, file);
}

TEST(static_file, answers_with_the_whole_file)
{
    auto const answer = ask({});
    EXPECT_EQ(answer.head.status, 200);
    EXPECT_EQ(answer.bytes.size, 100u);
    EXPECT_EQ(answer.head.content_length, 100u);
    EXPECT_EQ(answer.head.headers.find("ETag"), "\"v1\"");
    EXPECT_EQ(answer.head.headers.find("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(answer.head.headers.find("Accept-Ranges"), "bytes");
    EXPECT_EQ(answer.head.headers.find("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer.head.headers.find("Vary"), std::nullopt);
}

TEST(static_file, answers_head_without_bytes_and_other_methods_with_405)
{
    auto const head = ask({{"Range", "bytes=0-1"}}, method::head);
    EXPECT_EQ(head.head.status, 200);
    EXPECT_EQ(head.head.content_length, 100u);
    EXPECT_EQ(head.bytes.size, 0u);
    auto const post = ask({}, method::post);
    EXPECT_EQ(post.head.status, 405);
    EXPECT_EQ(post.head.headers.find("Allow"), "GET, HEAD");
}

TEST(static_file, says_when_nothing_has_changed)
{
    EXPECT_EQ(ask({{"If-None-Match", "\"v0\", W/\"v1\""}}).head.status, 304);
    EXPECT_EQ(ask({{"If-None-Match", "\"v0\""}, {"If-None-Match", "\"v1\""}}).head.status, 304);
    EXPECT_EQ(ask({{"If-None-Match", "\"v2\""}}).head.status, 200);
    EXPECT_EQ(ask({{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).head.status, 304);
    EXPECT_EQ(ask({{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}).head.status, 200);
    EXPECT_EQ(ask({{"If-Modified-Since", "nonsense"}}).head.status, 200);
    EXPECT_EQ(ask({{"If-None-Match", "\"v2\""}, {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).head.status,
              200)
        << "the tag counts more than the date";
    auto const answer = ask({{"If-None-Match", "*"}});
    EXPECT_EQ(answer.head.status, 304);
    EXPECT_EQ(answer.bytes.size, 0u);
    EXPECT_EQ(answer.head.headers.find("ETag"), "\"v1\"");
}

TEST(static_file, holds_to_preconditions)
{
    EXPECT_EQ(ask({{"If-Match", "\"v2\""}}).head.status, 412);
    EXPECT_EQ(ask({{"If-Match", "\"v1\""}}).head.status, 200);
    EXPECT_EQ(ask({{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}).head.status, 412);
    EXPECT_EQ(ask({{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).head.status, 200);
    EXPECT_EQ(ask({{"If-Unmodified-Since", "nonsense"}}).head.status, 200);
}

TEST(static_file, answers_ranges)
{
    auto const part = ask({{"Range", "bytes=10-19"}});
    EXPECT_EQ(part.head.status, 206);
    EXPECT_EQ(part.head.headers.find("Content-Range"), "bytes 10-19/100");
    EXPECT_EQ(part.head.content_length, 10u);
    EXPECT_EQ(part.bytes.first, 10u);
    auto const beyond = ask({{"Range", "bytes=100-"}});
    EXPECT_EQ(beyond.head.status, 416);
    EXPECT_EQ(beyond.head.headers.find("Content-Range"), "bytes */100");
    EXPECT_EQ(beyond.bytes.size, 0u);
    EXPECT_EQ(ask({{"Range", "bytes=0-1,5-6"}}).head.status, 200);
    EXPECT_EQ(ask({{"Range", "bytes=0-1"}, {"If-Range", "\"v1\""}}).head.status, 206);
    EXPECT_EQ(ask({{"Range", "bytes=0-1"}, {"If-Range", "\"v0\""}}).head.status, 200);
    EXPECT_EQ(ask({{"Range", "bytes=0-1"}, {"If-Range", "Sun, 06 Nov 1994 08:49:37 GMT"}}).head.status, 206);
    EXPECT_EQ(ask({{"Range", "bytes=0-1"}, {"If-Range", "nonsense"}}).head.status, 200);
}

TEST(static_file, says_how_the_bytes_are_coded)
{
    auto zipped = page;
    zipped.coding = "gzip";
    zipped.varies = true;
    auto const answer = ask({}, method::get, zipped);
    EXPECT_EQ(answer.head.headers.find("Content-Encoding"), "gzip");
    EXPECT_EQ(answer.head.headers.find("Vary"), "Accept-Encoding");
    EXPECT_EQ(ask({{"If-None-Match", "\"v1\""}}, method::get, zipped).head.headers.find("Vary"), "Accept-Encoding");
}

} // namespace
} // namespace partyline::http
