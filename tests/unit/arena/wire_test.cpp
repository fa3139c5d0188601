// The two binary messages: the bytes that the page is held to as well, and what is none of them.
#include "arena/wire.hpp"

#include <random>

#include "unit/arena/vectors.hpp"

namespace arena::test {

namespace {

snapshot from_vector(partyline::value const& given)
{
    snapshot made;
    auto const& phase = *given["phase"].as_string();
    made.phase = phase == "calm" ? phase::calm : phase == "closing" ? phase::closing : phase::pause;
    made.tick = static_cast<std::uint32_t>(number(given["tick"]));
    made.column = static_cast<std::int8_t>(number(given["column"]));
    made.row = static_cast<std::int8_t>(number(given["row"]));
    made.field = static_cast<std::uint16_t>(number(given["field"]));
    auto const u16 = [](partyline::value const& of) { return static_cast<std::uint16_t>(number(of)); };
    auto const u8 = [](partyline::value const& of) { return static_cast<std::uint8_t>(number(of)); };
    auto const i8 = [](partyline::value const& of) { return static_cast<std::int8_t>(number(of)); };
    for (auto const& each : *given["comets"].as_array())
        made.comets.push_back({u16(each["x"]), u16(each["y"]), i8(each["speed_x"]), i8(each["speed_y"])});
    for (auto const& each : *given["ships"].as_array())
        made.ships.push_back({u16(each["id"]), u16(each["x"]), u16(each["y"]), i8(each["speed_x"]), i8(each["speed_y"]),
                              u8(each["heading"]), each["dashes"].as_bool().value(), each["shielded"].as_bool().value(),
                              u8(each["rest"]), u16(each["sparks"]), u8(each["number"]), u8(each["age"])});
    for (auto const& each : *given["places"].as_array())
        made.places[static_cast<std::size_t>(number(each[0]))] = static_cast<spark>(number(each[1]));
    return made;
}

} // namespace

TEST(wire, inputs_are_the_bytes_of_the_vectors_both_ways)
{
    auto const file = vectors("wire.json");
    for (auto const& each : *file["inputs"].as_array()) {
        auto const bytes = from_hex(*each["bytes"].as_string());
        auto const read = decode_input(bytes);
        ASSERT_TRUE(read);
        input const meant{static_cast<std::uint8_t>(number(each["number"])),
                          {static_cast<std::uint8_t>(number(each["angle"])),
                           static_cast<std::uint8_t>(number(each["thrust"])), each["dash"].as_bool().value()}};
        EXPECT_EQ(*read, meant);
        auto const written = encode_input(meant);
        EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), written.begin(), written.end()));
    }
    for (auto const& each : *file["no inputs"].as_array()) EXPECT_FALSE(decode_input(from_hex(*each.as_string())));
}

TEST(wire, snapshots_are_the_bytes_of_the_vectors_both_ways)
{
    auto const file = vectors("wire.json");
    for (auto const& each : *file["snapshots"].as_array()) {
        auto const bytes = from_hex(*each["bytes"].as_string());
        auto const meant = from_vector(each);
        EXPECT_EQ(encode_snapshot(meant), bytes);
        auto const read = decode_snapshot(bytes);
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, meant);
    }
}

TEST(wire, a_snapshot_of_any_other_length_is_none)
{
    snapshot some;
    some.ships.resize(3);
    some.comets.resize(2);
    auto const whole = encode_snapshot(some);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(decode_snapshot(std::span(whole).first(size))) << size;
    auto longer = whole;
    longer.push_back({});
    EXPECT_FALSE(decode_snapshot(longer));
    EXPECT_TRUE(decode_snapshot(whole));
}

TEST(wire, whatever_is_read_is_written_as_it_was)
{
    std::mt19937 chance(1); // NOLINT: the same each time
    snapshot some;
    some.ships.resize(3);
    some.comets.resize(1);
    auto const whole = encode_snapshot(some);
    int read = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto changed = whole;
        for (int bytes = 1 + static_cast<int>(chance() % 3); bytes > 0; --bytes)
            changed[chance() % changed.size()] = static_cast<std::byte>(chance());
        if (auto const seen = decode_snapshot(changed)) {
            ++read;
            EXPECT_EQ(encode_snapshot(*seen), changed);
        }
    }
    EXPECT_GT(read, 1'000);
    EXPECT_LT(read, 20'000);
}

TEST(wire, no_more_than_255_ships_are_written)
{
    snapshot crowd;
    crowd.ships.resize(300);
    auto const read = decode_snapshot(encode_snapshot(crowd));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ships.size(), 255U);
}

} // namespace arena::test
