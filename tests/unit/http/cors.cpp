#include "http/cors.hpp"

namespace partyline::http {
namespace {

using std::chrono_literals::operator""s;

request from(std::string_view origin, method verb = method::get, std::string_view asks_for = {})
{
    std::vector<header_field> fields;
    if (!origin.empty()) fields.push_back({"Origin", origin});
    if (!asks_for.empty()) fields.push_back({"Access-Control-Request-Headers", asks_for});
    request made;
    made.method = verb;
    made.headers = header_block(fields);
    return made;
}

header_list apply(cors_options const& options, request const& request)
{
    header_list headers;
    apply_cors(options, request, headers);
    return headers;
}

std::string lines(header_list const& headers)
{
    std::string out;
    for (auto const& header : headers) out += header.name + ": " + header.value + "\n";
    return out;
}

TEST(cors, lets_everybody_in_with_an_asterisk)
{
    EXPECT_EQ(lines(apply({}, from("http://a"))), "Access-Control-Allow-Origin: *\n");
    EXPECT_EQ(lines(apply({}, from(""))), "Access-Control-Allow-Origin: *\n");
}

TEST(cors, announces_a_fixed_origin_to_everybody)
{
    EXPECT_EQ(lines(apply({.origin = "http://a"}, from("http://b"))),
              "Access-Control-Allow-Origin: http://a\nVary: Origin\n");
}

TEST(cors, echoes_an_origin_that_is_listed_exactly)
{
    cors_options const options{.origin = std::vector<std::string>{"http://a", "http://b"}, .credentials = true};
    EXPECT_EQ(lines(apply(options, from("http://b"))),
              "Access-Control-Allow-Origin: http://b\nVary: Origin\nAccess-Control-Allow-Credentials: true\n");
    EXPECT_EQ(lines(apply(options, from("http://b.evil"))), "Vary: Origin\nAccess-Control-Allow-Credentials: true\n");
    EXPECT_EQ(lines(apply(options, from("HTTP://b"))), "Vary: Origin\nAccess-Control-Allow-Credentials: true\n");
    EXPECT_EQ(lines(apply(options, from(""))), "Vary: Origin\nAccess-Control-Allow-Credentials: true\n");
}

TEST(cors, asks_a_function)
{
    cors_options const options{.origin = cors_origin::predicate([](std::string_view o) { return o.ends_with(".ok"); })};
    EXPECT_EQ(apply(options, from("http://x.ok")).find("Access-Control-Allow-Origin"), "http://x.ok");
    EXPECT_EQ(apply(options, from("http://x.no")).find("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(apply({.origin = cors_origin::predicate{}}, from("http://x")).find("Access-Control-Allow-Origin"),
              std::nullopt);
}

TEST(cors, echoes_everybody_if_told_so)
{
    EXPECT_EQ(lines(apply({.origin = cors_origin::echo{}}, from("http://q"))),
              "Access-Control-Allow-Origin: http://q\nVary: Origin\n");
}

TEST(cors, keeps_what_vary_says_already)
{
    header_list headers{{"Vary", "Accept-Encoding"}};
    apply_cors({.origin = cors_origin::echo{}}, from("http://q"), headers);
    EXPECT_EQ(headers.find("vary"), "Accept-Encoding, Origin");
}

TEST(cors, answers_a_preflight)
{
    auto const answer = answer_preflight({}, from("http://a", method::options, "X-One, X-Two"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(answer->content_length, 0u);
    EXPECT_EQ(lines(answer->headers), "Access-Control-Allow-Origin: *\n"
                                      "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\n"
                                      "Vary: Access-Control-Request-Headers\n"
                                      "Access-Control-Allow-Headers: X-One, X-Two\n");
}

TEST(cors, answers_a_preflight_with_every_option)
{
    auto const answer = answer_preflight({.origin = std::vector<std::string>{"http://a"},
                                          .methods = {"GET", "POST"},
                                          .allowed_headers = {"X-A", "X-B"},
                                          .exposed_headers = {"X-C", "X-D"},
                                          .credentials = true,
                                          .max_age = 600s,
                                          .options_success_status = 200},
                                         from("http://a", method::options, "X-One"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(lines(answer->headers), "Access-Control-Allow-Origin: http://a\n"
                                      "Vary: Origin\n"
                                      "Access-Control-Allow-Credentials: true\n"
                                      "Access-Control-Allow-Methods: GET,POST\n"
                                      "Access-Control-Allow-Headers: X-A,X-B\n"
                                      "Access-Control-Max-Age: 600\n"
                                      "Access-Control-Expose-Headers: X-C,X-D\n");
}

TEST(cors, answers_a_preflight_from_elsewhere_without_letting_it_in)
{
    auto const answer =
        answer_preflight({.origin = std::vector<std::string>{"http://a"}}, from("http://b", method::options));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(answer->headers.find("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(answer->headers.find("Vary"), "Origin, Access-Control-Request-Headers");
}

TEST(cors, lets_a_preflight_go_on_if_told_so)
{
    EXPECT_FALSE(answer_preflight({.preflight_continue = true}, from("http://a", method::options)));
    EXPECT_TRUE(
        apply({.preflight_continue = true}, from("http://a", method::options)).find("Access-Control-Allow-Methods"));
    EXPECT_FALSE(answer_preflight({}, from("http://a")));
}

} // namespace
} // namespace partyline::http
