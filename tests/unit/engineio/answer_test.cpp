// The responses of the front door.
#include <gtest/gtest.h>

#include "engineio/endpoint.hpp"
#include "unit/engineio/request_builder.hpp"

namespace partyline::engineio {

using testing::make_id;
using testing::make_request;

namespace {

endpoint make(endpoint_options options = {})
{
    auto made = endpoint::make(std::move(options));
    EXPECT_TRUE(made);
    return std::move(*made);
}

std::string header(http::response const& response, std::string_view name)
{
    return std::string(response.headers.find(name).value_or("(none)"));
}

http::request const plain = make_request("GET", "/engine.io/");

} // namespace

TEST(answer, a_payload_is_text_that_nobody_stores)
{
    auto const door = make();
    http::compressor compressor;
    auto const response = door.payload(door.plan(plain), "4hello", true, compressor);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content(), "4hello");
    EXPECT_EQ(header(response, "content-type"), "text/plain; charset=UTF-8");
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_EQ(response.headers.size(), 2u) << "no CORS headers, no cookie";
}

TEST(answer, the_fixed_answers)
{
    auto const door = make();
    struct row
    {
        answer what;
        int status;
        std::string_view type, body;
    };
    for (auto const& [what, status, type, body] : {
             row{answer::ok, 200, "text/html", "ok"},
             row{answer::noop, 200, "text/plain; charset=UTF-8", "6"},
             row{answer::close, 200, "text/plain; charset=UTF-8", "1"},
             row{answer::empty_bad_request, 400, "(none)", ""},
             row{answer::transport_mismatch, 400, "application/json", R"({"code":3,"message":"Bad request"})"},
             row{answer::unknown_session, 400, "application/json", R"({"code":1,"message":"Session ID unknown"})"},
         })
    {
        auto const response = door.reply(door.plan(plain), what);
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(header(response, "content-type"), type);
        EXPECT_EQ(response.content(), body);
        EXPECT_EQ(header(response, "cache-control"), "no-store");
    }
}

TEST(answer, old_explorers_are_told_not_to_look_for_scripts)
{
    auto const door = make();
    for (auto const* agent : {"Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Windows NT; Trident/7.0; rv:11.0)"}) {
        auto const response =
            door.reply(door.plan(make_request("GET", "/engine.io/", {{"User-Agent", agent}})), answer::ok);
        EXPECT_EQ(header(response, "X-XSS-Protection"), "0") << agent;
    }
    EXPECT_EQ(header(door.reply(door.plan(plain), answer::ok), "X-XSS-Protection"), "(none)");
}

TEST(answer, refusals_are_json_with_code_and_message)
{
    auto const door = make();
    struct row
    {
        error_code code;
        int status;
        std::string_view body;
    };
    for (auto const& [code, status, body] : {
             row{error_code::unknown_transport, 400, R"({"code":0,"message":"Transport unknown"})"},
             row{error_code::unknown_sid, 400, R"({"code":1,"message":"Session ID unknown"})"},
             row{error_code::bad_handshake_method, 400, R"({"code":2,"message":"Bad handshake method"})"},
             row{error_code::bad_request, 400, R"({"code":3,"message":"Bad request"})"},
             row{error_code::forbidden, 403, R"({"code":4,"message":"Forbidden"})"},
             row{error_code::unsupported_protocol_version, 400,
                 R"({"code":5,"message":"Unsupported protocol version"})"},
         })
    {
        refusal why;
        why.code = code;
        auto const response = door.refuse(why, plain, false);
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(response.content(), body);
        EXPECT_EQ(header(response, "content-type"), "application/json");
    }
}

TEST(answer, a_hook_may_say_why_it_refuses)
{
    auto const door = make();
    EXPECT_EQ(door.refuse(refusal::forbidden("no \"guests\""), plain, false).content(),
              R"({"code":4,"message":"no \"guests\""})");
    EXPECT_EQ(door.refuse(refusal::forbidden("nope"), plain, true).content(), "nope");
}

TEST(answer, an_upgrade_is_refused_in_plain_words_and_always_with_400)
{
    auto const door = make();
    auto const response = door.refuse(refusal::forbidden(), plain, true);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.content(), "Forbidden");
    EXPECT_EQ(header(response, "content-type"), "text/html");
}

TEST(answer, the_failures_of_hooks_are_bad_requests)
{
    EXPECT_EQ(refusal::id_failure().code, error_code::bad_request);
    EXPECT_EQ(refusal::id_failure().context, "ID_GENERATION_ERROR");
    EXPECT_EQ(refusal::middleware_failure().context, "MIDDLEWARE_FAILURE");
}

TEST(answer, other_methods_and_big_bodies_get_a_bare_status)
{
    auto const door = make();
    refusal why;
    why.bare_status = 500;
    auto const response = door.refuse(why, plain, false);
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.content(), "");
    EXPECT_EQ(door.too_big(plain).status, 413);
    EXPECT_EQ(door.too_big(plain).content(), "");
}

TEST(answer, cors_headers_are_on_every_answer)
{
    auto const door = make({.cors = cors_options{.origin = "*"}});
    auto const request = make_request("GET", "/engine.io/", {{"Origin", "https://a.example"}});
    http::compressor compressor;
    http::header_list switching;
    door.add_cors(request, switching);
    EXPECT_EQ(switching.find("Access-Control-Allow-Origin"), "*");
    for (auto const& response :
         {door.payload(door.plan(request), "6", false, compressor), door.reply(door.plan(request), answer::ok),
          door.reply(door.plan(request), answer::unknown_session), door.refuse({}, request, false),
          door.refuse({}, request, true), door.too_big(request)})
        EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
}

TEST(answer, the_cookie_carries_the_session_id)
{
    auto const door = make({.sid_cookie = cookie{}});
    auto plan = door.plan(plain);
    EXPECT_EQ(plan.headers.find("Set-Cookie"), std::nullopt) << "the handshake alone sets it";
    door.add_cookie(plan, make_id());
    EXPECT_EQ(plan.headers.find("Set-Cookie"), "io=AAECAwQFBgcICQoLDA0O; Path=/; HttpOnly; SameSite=Lax");

    auto without = make().plan(plain);
    make().add_cookie(without, make_id());
    EXPECT_EQ(without.headers.find("Set-Cookie"), std::nullopt);
}

TEST(answer, a_big_payload_is_compressed_if_the_client_takes_it)
{
    auto const door = make();
    http::compressor compressor;
    auto const request = make_request("GET", "/engine.io/", {{"Accept-Encoding", "gzip, deflate"}});
    std::string const big(1024, 'x');

    auto const gzip = door.payload(door.plan(request), big, true, compressor);
    EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip");
    EXPECT_LT(gzip.content().size(), 100u);
    auto const deflate = door.payload(door.plan(make_request("GET", "/engine.io/", {{"Accept-Encoding", "deflate"}})),
                                      big, true, compressor);
    EXPECT_EQ(header(deflate, "Content-Encoding"), "deflate");

    EXPECT_EQ(header(door.payload(door.plan(request), big.substr(1), true, compressor), "Content-Encoding"), "(none)")
        << "small";
    EXPECT_EQ(header(door.payload(door.plan(request), big, false, compressor), "Content-Encoding"), "(none)")
        << "not allowed";
    EXPECT_EQ(door.payload(door.plan(plain), big, true, compressor).content(), big) << "not asked for";
    auto const off = make({.http_compression = std::nullopt});
    EXPECT_EQ(off.payload(off.plan(request), big, true, compressor).content(), big) << "switched off";
}

} // namespace partyline::engineio
