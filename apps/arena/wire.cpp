#include "wire.hpp"

#include <algorithm>

namespace arena {

namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t head_bytes = 12, comet_bytes = 6, ship_bytes = 14;
constexpr std::size_t places_bytes = (region_places * region_places + 3) / 4;

class byte_writer
{
public:
    explicit byte_writer(std::vector<std::byte>& to) : to_(to) {}
    void u8(unsigned number) { to_.push_back(static_cast<std::byte>(number & 255)); }
    void i8(int number) { u8(static_cast<unsigned>(number)); }
    void u16(unsigned number)
    {
        u8(number);
        u8(number >> 8);
    }
    void u32(std::uint32_t number)
    {
        u16(number);
        u16(number >> 16);
    }

private:
    std::vector<std::byte>& to_;
};

/// Reads what has been measured before.
class byte_reader
{
public:
    explicit byte_reader(std::span<std::byte const> from) : from_(from) {}
    std::uint8_t u8() { return static_cast<std::uint8_t>(from_[at_++]); }
    std::int8_t i8() { return static_cast<std::int8_t>(u8()); }
    std::uint16_t u16()
    {
        unsigned const low = u8();
        return static_cast<std::uint16_t>(low | static_cast<unsigned>(u8()) << 8);
    }
    std::uint32_t u32()
    {
        std::uint32_t const low = u16();
        return low | static_cast<std::uint32_t>(u16()) << 16;
    }

private:
    std::span<std::byte const> from_;
    std::size_t at_ = 0;
};

} // namespace

std::optional<input> decode_input(std::span<std::byte const> bytes)
{
    if (bytes.size() != 4 || static_cast<unsigned>(bytes[3]) > 1) return std::nullopt;
    byte_reader in(bytes);
    input read;
    read.number = in.u8();
    read.wanted.angle = in.u8();
    read.wanted.thrust = in.u8();
    read.wanted.dash = in.u8() != 0;
    return read;
}

std::array<std::byte, 4> encode_input(input const& what)
{
    return {std::byte{what.number}, std::byte{what.wanted.angle}, std::byte{what.wanted.thrust},
            std::byte{what.wanted.dash}};
}

std::vector<std::byte> encode_snapshot(snapshot const& what)
{
    auto const comets = std::min<std::size_t>(what.comets.size(), 255);
    auto const ships = std::min<std::size_t>(what.ships.size(), 255);
    std::vector<std::byte> bytes;
    bytes.reserve(head_bytes + comets * comet_bytes + ships * ship_bytes + places_bytes);
    byte_writer out(bytes);
    out.u8(format);
    out.u8(static_cast<unsigned>(what.phase));
    out.u32(what.tick);
    out.i8(what.column);
    out.i8(what.row);
    out.u16(what.field);
    out.u8(static_cast<unsigned>(comets));
    out.u8(static_cast<unsigned>(ships));
    for (std::size_t i = 0; i < comets; ++i) {
        auto const& each = what.comets[i];
        out.u16(each.x);
        out.u16(each.y);
        out.i8(each.speed_x);
        out.i8(each.speed_y);
    }
    for (std::size_t i = 0; i < ships; ++i) {
        auto const& each = what.ships[i];
        out.u16(each.id);
        out.u16(each.x);
        out.u16(each.y);
        out.i8(each.speed_x);
        out.i8(each.speed_y);
        out.u8(each.heading);
        out.u8((each.dashes ? 1U : 0U) | (each.shielded ? 2U : 0U) | std::min<unsigned>(each.rest, 15) << 4);
        out.u16(each.sparks);
        out.u8(each.number);
        out.u8(each.age);
    }
    for (std::size_t i = 0; i < what.places.size(); i += 4) {
        unsigned four = 0;
        for (std::size_t j = 0; j < 4 && i + j < what.places.size(); ++j)
            four |= static_cast<unsigned>(what.places[i + j]) << 2 * j;
        out.u8(four);
    }
    return bytes;
}

std::optional<snapshot> decode_snapshot(std::span<std::byte const> bytes)
{
    if (bytes.size() < head_bytes) return std::nullopt;
    byte_reader in(bytes);
    if (in.u8() != format) return std::nullopt;
    auto const stage = in.u8();
    if (stage > static_cast<unsigned>(phase::pause)) return std::nullopt;
    snapshot read;
    read.phase = static_cast<phase>(stage);
    read.tick = in.u32();
    read.column = in.i8();
    read.row = in.i8();
    read.field = in.u16();
    read.comets.resize(in.u8());
    read.ships.resize(in.u8());
    if (bytes.size() != head_bytes + read.comets.size() * comet_bytes + read.ships.size() * ship_bytes + places_bytes)
        return std::nullopt;
    for (auto& each : read.comets) {
        each.x = in.u16();
        each.y = in.u16();
        each.speed_x = in.i8();
        each.speed_y = in.i8();
    }
    for (auto& each : read.ships) {
        each.id = in.u16();
        each.x = in.u16();
        each.y = in.u16();
        each.speed_x = in.i8();
        each.speed_y = in.i8();
        each.heading = in.u8();
        auto const state = in.u8();
        if ((state & 12U) != 0) return std::nullopt;
        each.dashes = (state & 1U) != 0;
        each.shielded = (state & 2U) != 0;
        each.rest = static_cast<std::uint8_t>(state >> 4);
        each.sparks = in.u16();
        each.number = in.u8();
        each.age = in.u8();
    }
    for (std::size_t i = 0; i < read.places.size(); i += 4) {
        unsigned const four = in.u8();
        for (std::size_t j = 0; j < 4 && i + j < read.places.size(); ++j)
            read.places[i + j] = static_cast<spark>(four >> 2 * j & 3U);
        if (i + 4 > read.places.size() && four >> 2 * (read.places.size() - i) != 0) return std::nullopt;
    }
    return read;
}

} // namespace arena
