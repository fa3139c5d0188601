#include "http/static_file.hpp"

namespace partyline::http {
namespace {

TEST(content_type, goes_by_the_extension)
{
    EXPECT_EQ(content_type("index.html"), "text/html; charset=utf-8");
    EXPECT_EQ(content_type("a/b.c/app.min.JS"), "text/javascript; charset=utf-8");
    EXPECT_EQ(content_type("font.woff2"), "font/woff2");
    EXPECT_EQ(content_type("README"), "application/octet-stream");
    EXPECT_EQ(content_type("a.html/b"), "application/octet-stream");
    EXPECT_EQ(content_type("a."), "application/octet-stream");
    EXPECT_EQ(content_type(""), "application/octet-stream");
}

TEST(content_type, says_what_is_worth_compressing)
{
    for (auto const* name : {"a.html", "a.js", "a.css", "a.json", "a.svg", "a.wasm", "a.map", "a.webmanifest"})
        EXPECT_TRUE(is_compressible(content_type(name))) << name;
    for (auto const* name : {"a.png", "a.jpg", "a.zip", "a.woff2", "a.mp4", "a"})
        EXPECT_FALSE(is_compressible(content_type(name))) << name;
}

} // namespace
} // namespace partyline::http
