// msgpack_document, msgpack_reader, msgpack_token and msgpack_writer belong together, and so do their tests.
#include <gtest/gtest.h>

#include <limits>

#include <partyline/convert.hpp>

#include "value/msgpack_document.hpp"
#include "value/msgpack_writer.hpp"

using namespace partyline;

namespace {

std::string bytes(std::string_view hex)
{
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return out;
}

std::string hex(std::string_view text)
{
    std::string out;
    for (char const c : text) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        out += two;
    }
    return out;
}

template <class T>
std::string packed(T const& v)
{
    std::string out;
    msgpack_writer writer(out);
    encode(writer, v);
    return hex(out);
}

value unpacked(std::string_view hex_text)
{
    auto const text = bytes(hex_text);
    msgpack_document document;
    EXPECT_TRUE(document.parse(text)) << hex_text;
    value v = "not read";
    EXPECT_TRUE(decode(document.root(), v));
    return v;
}

errc error_of(std::string_view text, std::size_t max_depth = 128)
{
    msgpack_document document(max_depth);
    auto const done = document.parse(text);
    return done ? errc{} : done.error();
}

} // namespace

// the bytes are notepack.io's
TEST(msgpack_writer, writes_the_bytes_of_notepack)
{
    std::pair<std::int64_t, char const*> const integers[] = {{0, "00"},
                                                             {127, "7f"},
                                                             {128, "cc80"},
                                                             {255, "ccff"},
                                                             {256, "cd0100"},
                                                             {65535, "cdffff"},
                                                             {65536, "ce00010000"},
                                                             {4294967295, "ceffffffff"},
                                                             {4294967296, "cf0000000100000000"},
                                                             {9007199254740991, "cf001fffffffffffff"},
                                                             {-1, "ff"},
                                                             {-32, "e0"},
                                                             {-33, "d0df"},
                                                             {-128, "d080"},
                                                             {-129, "d1ff7f"},
                                                             {-32768, "d18000"},
                                                             {-32769, "d2ffff7fff"},
                                                             {-2147483648, "d280000000"},
                                                             {-2147483649, "d3ffffffff7fffffff"},
                                                             {-9007199254740991, "d3ffe0000000000001"}};
    for (auto const& [number, text] : integers) {
        EXPECT_EQ(packed(number), text);
        EXPECT_EQ(packed(static_cast<double>(number)), text);
        EXPECT_EQ(unpacked(text), value(number));
    }
    EXPECT_EQ(packed(1.5), "cb3ff8000000000000");
    EXPECT_EQ(packed(-0.0), "00");
    EXPECT_EQ(packed(std::numeric_limits<double>::quiet_NaN()), "cb7ff8000000000000");
    EXPECT_EQ(packed(""), "a0");
    EXPECT_EQ(packed(nullptr), "c0");
    EXPECT_EQ(packed(true), "c3");
    EXPECT_EQ(packed(std::vector<int>{}), "90");
    EXPECT_EQ(packed(std::tuple(1, std::tuple(2))), "92019102");
    EXPECT_EQ(packed(value::object{{"a", 1}, {"b", value::array{nullptr}}}), "82a16101a16291c0");
    EXPECT_EQ(packed(binary::from_text("\1\2")), "c4020102");
}

TEST(msgpack_writer, takes_the_shortest_head_at_every_size)
{
    for (auto const& [size, head] :
         {std::pair(31, "bf"), {32, "d920"}, {255, "d9ff"}, {256, "da0100"}, {65535, "daffff"}, {65536, "db00010000"}})
    {
        auto const text = packed(std::string(static_cast<std::size_t>(size), 'x'));
        EXPECT_TRUE(text.starts_with(head)) << size;
        EXPECT_EQ(unpacked(text).as_string()->size(), static_cast<std::size_t>(size));
    }
    for (auto const& [size, head] : {std::pair(0, "c400"), {255, "c4ff"}, {256, "c50100"}, {65536, "c600010000"}}) {
        auto const text = packed(binary(std::vector<std::byte>(static_cast<std::size_t>(size))));
        EXPECT_TRUE(text.starts_with(head)) << size;
        EXPECT_EQ(unpacked(text).as_binary()->size(), static_cast<std::size_t>(size));
    }
    for (auto const& [size, head] : {std::pair(15, "9f"), {16, "dc0010"}, {65535, "dcffff"}, {65536, "dd00010000"}}) {
        auto const text = packed(std::vector<int>(static_cast<std::size_t>(size)));
        EXPECT_TRUE(text.starts_with(head)) << size;
        EXPECT_EQ(unpacked(text).size(), static_cast<std::size_t>(size));
    }
    std::map<std::string, int> map;
    for (int i = 0; i < 16; ++i) map[std::to_string(i)] = i;
    EXPECT_TRUE(packed(map).starts_with("de0010"));
}

TEST(msgpack_writer, mends_text_and_refuses_depth)
{
    EXPECT_EQ(packed("\xff"), "a3efbfbd");
    std::string out;
    msgpack_writer writer(out, 2);
    writer.begin_array(1);
    writer.begin_array(1);
    writer.begin_array(0);
    writer.end_array();
    EXPECT_EQ(writer.failure(), errc{});
    for (int i = 0; i < 100'000; ++i) writer.begin_object(1);
    EXPECT_EQ(writer.failure(), errc::too_deep);
    EXPECT_LT(out.size(), 5U);
}

TEST(msgpack_reader, reads_what_javascript_sends_beside_json)
{
    EXPECT_TRUE(unpacked("d40000").is_null()) << "undefined";
    EXPECT_EQ(unpacked("d7000000015d3ef7987b"), value("2017-07-14T02:40:00.123Z")) << "notepack 2's Date";
    EXPECT_EQ(unpacked("d6ff5ad8b9c0"), value("2018-04-19T15:46:08.000Z")) << "the timestamp extension, 32 bits";
    EXPECT_EQ(unpacked("d7ff1d5cc5c05ad8b9c0"), value("2018-04-19T15:46:08.123Z")) << "64 bits";
    EXPECT_EQ(unpacked("c70cff0757b880ffffffffffffffff"), value("1969-12-31T23:59:59.123Z")) << "96 bits";
    EXPECT_EQ(unpacked("c70cff000000007fffffffffffffff").as_binary()->size(), 12U) << "no Date reaches that far";
    EXPECT_EQ(unpacked("c70300010203").as_binary()->text(), "\1\2\3") << "notepack's ArrayBuffer";
    EXPECT_EQ(unpacked("c7030a010203").as_binary()->text(), "\1\2\3") << "any extension";
    EXPECT_EQ(unpacked("ca3fc00000"), value(1.5)) << "float32";
    EXPECT_EQ(unpacked("cfffffffffffffffff"), value(std::numeric_limits<std::uint64_t>::max()));
}

TEST(msgpack_reader, clones_and_skips)
{
    auto const text = bytes("9392a16101c3d7000000015d3ef7987b");
    msgpack_document document;
    ASSERT_TRUE(document.parse(text));
    EXPECT_EQ(document.size(), 3U);
    for (int round = 0; round < 2; ++round) {
        auto& in = document.root();
        ASSERT_TRUE(in.enter_array() && in.next_element());
        EXPECT_EQ(in.peek(), value_kind::array);
        std::int64_t number = 0;
        EXPECT_FALSE(in.read_int64(number));
        auto const twin = in.clone();
        in.skip();
        ASSERT_TRUE(in.next_element());
        bool flag = false;
        EXPECT_TRUE(in.read_bool(flag));
        EXPECT_TRUE(twin->enter_array());
        ASSERT_TRUE(in.next_element());
        EXPECT_EQ(in.peek(), value_kind::string);
        std::string_view date;
        EXPECT_TRUE(in.read_string(date));
        EXPECT_EQ(date, "2017-07-14T02:40:00.123Z");
        EXPECT_FALSE(in.next_element());
    }
}

TEST(msgpack_document, fails_at_every_cut_and_at_every_extra_byte)
{
    auto const text = bytes("85a16192c301a162d7000000015d3ef7987ba163cb3ff8000000000000a164c4020102a165d903787878");
    ASSERT_EQ(error_of(text), errc{});
    for (std::size_t cut = 0; cut < text.size(); ++cut)
        EXPECT_EQ(error_of(std::string(text, 0, cut)), errc::invalid_msgpack) << cut;
    EXPECT_EQ(error_of(text + '\0'), errc::invalid_msgpack);
}

TEST(msgpack_document, refuses_what_is_not_to_be_read)
{
    EXPECT_EQ(error_of(bytes("c1")), errc::invalid_msgpack) << "reserved";
    EXPECT_EQ(error_of(bytes("810101")), errc::invalid_msgpack) << "a key that is no string";
    EXPECT_EQ(error_of(bytes("a1ff")), errc::invalid_utf8);
    EXPECT_EQ(error_of(bytes("81a1ff01")), errc::invalid_utf8);
    EXPECT_EQ(error_of(bytes("ddffffffff")), errc::invalid_msgpack) << "four billion elements claimed";
    EXPECT_EQ(error_of(bytes("dfffffffff")), errc::invalid_msgpack);
    EXPECT_EQ(error_of(bytes("c6ffffffff")), errc::invalid_msgpack);
    EXPECT_EQ(error_of(bytes("dbffffffff")), errc::invalid_msgpack);
}

TEST(msgpack_document, limits_depth_not_counting_an_empty_innermost_one)
{
    EXPECT_EQ(error_of(std::string(128, '\x91') + '\0'), errc{});
    EXPECT_EQ(error_of(std::string(129, '\x91') + '\0'), errc::too_deep);
    EXPECT_EQ(error_of(std::string(128, '\x91') + '\x90'), errc{});
    EXPECT_EQ(error_of(std::string(900'000, '\x91')), errc::too_deep);
}
