#include "engineio/endpoint.hpp"

#include <gtest/gtest.h>

#include "engineio/outgoing.hpp"
#include "engineio/session.hpp"
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

/// The decision in short: "handshake polling 4", "poll SID", "refused 0", "refused 3 TRANSPORT_MISMATCH", "preflight", "not ours".
std::string shown(decision const& what)
{
    struct visitor
    {
        std::string operator()(not_ours const&) const { return "not ours"; }
        std::string operator()(preflight const& it) const { return "preflight " + std::to_string(it.response.status); }
        std::string operator()(refusal const& it) const
        {
            return "refused " + std::to_string(static_cast<int>(it.code)) +
                   (it.context.empty() ? "" : " " + std::string(it.context));
        }
        std::string operator()(handshake const& it) const
        {
            return "handshake " + std::string(name(it.via)) + " " + std::to_string(static_cast<int>(it.protocol));
        }
        std::string operator()(session_request const& it) const
        {
            static constexpr std::string_view kinds[] = {"poll", "post", "probe", "other"};
            return std::string(kinds[static_cast<std::size_t>(it.what)]) + " " + it.sid +
                   (it.is_octet_stream ? " octets" : "");
        }
    };
    return std::visit(visitor{}, what);
}

std::string decide(endpoint const& door, std::string_view method, std::string_view target, bool is_upgrade = false,
                   std::vector<http::header_field> headers = {})
{
    return shown(door.verify(make_request(method, target, std::move(headers)), is_upgrade));
}

std::string shown(std::optional<refusal> const& why)
{
    if (!why) return "admitted";
    return why->bare_status != 0 ? "status " + std::to_string(why->bare_status) : shown(decision(*why));
}

} // namespace

// --- the path ---------------------------------------------------------------------------------------------------------

TEST(endpoint, its_path_is_a_prefix_with_a_slash)
{
    auto const door = make({.path = "/socket.io"});
    EXPECT_EQ(door.path(), "/socket.io/");
    EXPECT_EQ(decide(door, "GET", "/socket.io/?EIO=4&transport=polling"), "handshake polling 4");
    EXPECT_EQ(decide(door, "GET", "/socket.io/foo?EIO=4&transport=polling"), "handshake polling 4");
    EXPECT_EQ(decide(door, "GET", "http://host/socket.io/?EIO=4&transport=polling"), "handshake polling 4");
    EXPECT_EQ(decide(door, "GET", "/socket.io?EIO=4&transport=polling"), "not ours");
    EXPECT_EQ(decide(door, "GET", "/"), "not ours");
    EXPECT_EQ(decide(door, "OPTIONS", "*"), "not ours");
    EXPECT_EQ(decide(door, "GET", "/x/socket.io/?EIO=4&transport=polling"), "not ours");
}

TEST(endpoint, the_slash_may_be_left_out)
{
    auto const door = make({.path = "/socket.io/", .add_trailing_slash = false});
    EXPECT_EQ(decide(door, "GET", "/socket.io?EIO=4&transport=polling"), "handshake polling 4");
    EXPECT_EQ(decide(door, "GET", "/socket.io/?EIO=4&transport=polling"), "handshake polling 4");
}

TEST(endpoint, bad_options_are_refused)
{
    EXPECT_EQ(endpoint::make({.path = ""}).error(), errc::invalid_option);
    EXPECT_EQ(endpoint::make({.path = "socket.io"}).error(), errc::invalid_option);
    EXPECT_EQ(endpoint::make({.transports = {false, false}}).error(), errc::invalid_option);
    EXPECT_EQ(endpoint::make({.sid_cookie = cookie{.name = "a;b"}}).error(), errc::invalid_option);
    EXPECT_EQ(endpoint::make({.sid_cookie = cookie{.path = "/\r\nx"}}).error(), errc::invalid_option);
    EXPECT_EQ(make({.path = "/"}).path(), "/");
}

// --- the order of verification ------------------------------------------------------------------------------------

TEST(endpoint, the_transport_comes_first)
{
    auto const door = make();
    for (std::string transport :
         {"", "tcp", "constructor", "__proto__", "webtransport", "Polling", "polling,websocket"}) {
        auto const query = "/engine.io/?EIO=4&sid=unknown&transport=" + transport;
        EXPECT_EQ(decide(door, "PUT", query), "refused 0") << transport;
        EXPECT_EQ(decide(door, "GET", query, true), "refused 0") << transport;
    }
    EXPECT_EQ(decide(door, "GET", "/engine.io/"), "refused 0");
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=3"), "refused 0");
}

TEST(endpoint, a_transport_that_is_not_served_is_unknown)
{
    auto const polling = make({.transports = {.polling = true, .websocket = false}});
    EXPECT_EQ(decide(polling, "GET", "/engine.io/?EIO=4&transport=websocket", true), "refused 0");
    auto const websocket = make({.transports = {.polling = false, .websocket = true}});
    EXPECT_EQ(decide(websocket, "GET", "/engine.io/?EIO=4&transport=polling"), "refused 0");
    EXPECT_EQ(decide(websocket, "GET", "/engine.io/?EIO=4&transport=websocket", true), "handshake websocket 4");
}

TEST(endpoint, the_characters_of_the_origin_come_second)
{
    auto const door = make();
    EXPECT_EQ(decide(door, "PUT", "/engine.io/?EIO=4&transport=polling&sid=x", false, {{"Origin", "http://a\x01"}}),
              "refused 3 INVALID_ORIGIN");
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=polling", false, {{"Origin", "http://a"}}),
              "handshake polling 4");
}

TEST(endpoint, the_sid_comes_third_whatever_the_method)
{
    auto const door = make();
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=polling&sid=abc"), "poll abc");
    EXPECT_EQ(decide(door, "POST", "/engine.io/?EIO=4&transport=polling&sid=abc"), "post abc");
    for (auto const* method : {"PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"})
        EXPECT_EQ(decide(door, method, "/engine.io/?EIO=4&transport=polling&sid=abc"), "other abc");
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=websocket&sid=abc", true), "probe abc");
}

TEST(endpoint, an_octet_stream_is_noted)
{
    auto const door = make();
    EXPECT_EQ(decide(door, "POST", "/engine.io/?EIO=4&transport=polling&sid=abc", false,
                     {{"content-type", "application/octet-stream"}}),
              "post abc octets");
    EXPECT_EQ(decide(door, "POST", "/engine.io/?EIO=4&transport=polling&sid=abc", false,
                     {{"content-type", "text/plain;charset=UTF-8"}}),
              "post abc");
}

TEST(endpoint, the_method_comes_fourth)
{
    auto const door = make();
    for (auto const* method : {"POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW"}) {
        EXPECT_EQ(decide(door, method, "/engine.io/?EIO=4&transport=polling"), "refused 2") << method;
        EXPECT_EQ(decide(door, method, "/engine.io/?EIO=3&transport=polling&sid="), "refused 2")
            << "an empty sid is none";
    }
}

TEST(endpoint, the_transport_has_to_fit_the_connection)
{
    auto const door = make();
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=websocket"), "refused 3 TRANSPORT_HANDSHAKE_ERROR");
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=polling", true), "refused 3 TRANSPORT_HANDSHAKE_ERROR");
}

TEST(endpoint, the_revision_comes_last)
{
    auto const door = make();
    for (auto const* query : {"EIO=3&", "", "EIO=&", "EIO=44&", "EIO=5&"}) {
        auto const request = make_request("GET", "/engine.io/?" + std::string(query) + "transport=polling");
        auto const what = door.verify(request, false);
        EXPECT_EQ(shown(what), "handshake polling 3") << query;
        EXPECT_EQ(shown(door.check_revision(std::get<handshake>(what))), "refused 5");
    }
    EXPECT_EQ(shown(door.check_revision(handshake{transport::websocket, revision::v4})), "admitted");
}

// --- sessions -----------------------------------------------------------------------------------------------------------

namespace {

struct endpoint_session : ::testing::Test
{
    endpoint door = make();
    session_context context{session_options{}};
    session polling{context, delivery_ref::make(make_control(packet_type::open, "{}")), time_point{}};
    session live{context, delivery_ref::make(make_control(packet_type::open, "{}")), link_id{7}, time_point{}};

    std::string admit(std::string_view method, std::string_view query, session const* found,
                      bool is_upgrade = false) const
    {
        auto const what = door.verify(make_request(method, "/engine.io/?sid=x&" + std::string(query)), is_upgrade);
        return shown(door.admit(std::get<session_request>(what), found));
    }
};

} // namespace

TEST_F(endpoint_session, is_found_by_the_transport_it_uses)
{
    EXPECT_EQ(admit("GET", "EIO=4&transport=polling", &polling), "admitted");
    EXPECT_EQ(admit("POST", "EIO=4&transport=polling", &polling), "admitted");
    EXPECT_EQ(admit("GET", "EIO=4&transport=websocket", &polling, true), "admitted");
    EXPECT_EQ(admit("GET", "EIO=4&transport=websocket", &live, true), "admitted") << "it refuses the probe itself";
}

TEST_F(endpoint_session, that_does_not_exist_is_unknown)
{
    EXPECT_EQ(admit("GET", "EIO=4&transport=polling", nullptr), "refused 1");
    EXPECT_EQ(admit("PUT", "EIO=3&transport=polling", nullptr), "refused 1");
    EXPECT_EQ(admit("GET", "EIO=4&transport=websocket", nullptr, true), "refused 1");
    polling.close(true, time_point{});
    EXPECT_EQ(admit("GET", "EIO=4&transport=polling", &polling), "refused 1");
}

TEST_F(endpoint_session, on_another_transport_is_a_mismatch)
{
    EXPECT_EQ(admit("GET", "EIO=4&transport=polling", &live), "refused 3 TRANSPORT_MISMATCH");
    EXPECT_EQ(admit("POST", "EIO=3&transport=polling", &live), "refused 3 TRANSPORT_MISMATCH");
    EXPECT_EQ(admit("GET", "EIO=4&transport=websocket", &polling), "refused 3 TRANSPORT_MISMATCH");
    EXPECT_EQ(admit("GET", "EIO=4&transport=polling", &polling, true), "refused 3 TRANSPORT_MISMATCH");
}

TEST_F(endpoint_session, of_another_revision_is_a_mismatch)
{
    EXPECT_EQ(admit("GET", "EIO=3&transport=polling", &polling), "refused 3 PROTOCOL_MISMATCH");
    EXPECT_EQ(admit("POST", "transport=polling", &polling), "refused 3 PROTOCOL_MISMATCH");
    EXPECT_EQ(admit("GET", "EIO=3&transport=websocket", &polling, true), "refused 3 PROTOCOL_MISMATCH");
}

TEST_F(endpoint_session, on_a_websocket_takes_no_plain_requests)
{
    EXPECT_EQ(admit("GET", "EIO=4&transport=websocket", &live), "refused 3 TRANSPORT_HANDSHAKE_ERROR");
}

TEST_F(endpoint_session, answers_other_methods_with_500)
{
    for (auto const* method : {"PUT", "DELETE", "HEAD", "OPTIONS", "BREW"})
        EXPECT_EQ(admit(method, "EIO=4&transport=polling", &polling), "status 500");
}

// --- origins ------------------------------------------------------------------------------------------------------------

TEST(endpoint, websockets_of_foreign_origins_are_refused_if_there_is_a_list)
{
    auto const door = make({.allowed_origins = {"https://good.example"},
                            .allowed_origin_patterns = {*pattern::make("^https://[a-z]+\\.good\\.example$")}});
    auto const query = "/engine.io/?EIO=4&transport=websocket";
    EXPECT_EQ(decide(door, "GET", query, true, {{"Origin", "https://good.example"}}), "handshake websocket 4");
    EXPECT_EQ(decide(door, "GET", query, true, {{"Origin", "https://www.good.example"}}), "handshake websocket 4");
    EXPECT_EQ(decide(door, "GET", query, true), "handshake websocket 4") << "no browser";
    for (auto const* origin :
         {"https://evil.example", "https://good.example.evil.example", "http://good.example", "null"})
        EXPECT_EQ(decide(door, "GET", query, true, {{"Origin", origin}}), "refused 3 ORIGIN_NOT_ALLOWED") << origin;
    EXPECT_EQ(
        decide(door, "GET", "/engine.io/?EIO=4&transport=websocket&sid=x", true, {{"Origin", "https://evil.example"}}),
        "refused 3 ORIGIN_NOT_ALLOWED");
    EXPECT_EQ(decide(door, "GET", "/engine.io/?EIO=4&transport=polling", false, {{"Origin", "https://evil.example"}}),
              "handshake polling 4")
        << "polling is CORS's business";
}

TEST(endpoint, preflights_are_answered_if_cross_origin_requests_are_allowed)
{
    auto const door = make({.cors = cors_options{.origin = "*"}});
    EXPECT_EQ(decide(door, "OPTIONS", "/engine.io/?EIO=4&transport=polling"), "preflight 204");
    EXPECT_EQ(decide(door, "OPTIONS", "/engine.io/?EIO=4&transport=polling&sid=x"), "preflight 204");
    EXPECT_EQ(decide(door, "OPTIONS", "/other"), "not ours");
}

// --- the open packet -----------------------------------------------------------------------------------------------------

TEST(endpoint, the_open_packet_has_exactly_its_five_keys)
{
    auto const door = make();
    EXPECT_EQ(
        door.open_packet(make_id(), transport::polling),
        R"({"sid":"AAECAwQFBgcICQoLDA0O","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
}

TEST(endpoint, upgrades_are_offered_only_where_there_are_any)
{
    auto const upgrades = [](endpoint_options options, transport via) {
        auto const text = make(std::move(options)).open_packet(make_id(), via);
        return text.find(R"("upgrades":["websocket"],)") != text.npos;
    };
    EXPECT_TRUE(upgrades({}, transport::polling));
    EXPECT_FALSE(upgrades({}, transport::websocket));
    EXPECT_FALSE(upgrades({.allow_upgrades = false}, transport::polling));
    EXPECT_FALSE(upgrades({.transports = {.polling = true, .websocket = false}}, transport::polling));
}

} // namespace partyline::engineio
