#include "wire.hpp"

#include <cstddef>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driver {

using partyline::binary;

namespace {

constexpr std::string_view digits = "0123456789abcdef";

binary from_hex(std::string_view text)
{
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::byte>(digits.find(text[i]) * 16 + digits.find(text[i + 1])));
    return binary(std::move(bytes));
}

std::string to_hex(binary const& bytes)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto const each : bytes) {
        text += digits[std::to_integer<unsigned>(each) >> 4];
        text += digits[std::to_integer<unsigned>(each) & 15];
    }
    return text;
}

} // namespace

value with_bytes(value const& given)
{
    if (auto const* const list = given.as_array()) {
        value::array all;
        for (auto const& each : *list) all.push_back(with_bytes(each));
        return all;
    }
    if (auto const* const object = given.as_object()) {
        if (auto const* const hex = given["$hex"].as_string()) return from_hex(*hex);
        value::object all;
        for (auto const& [name, each] : *object) all[name] = with_bytes(each);
        return all;
    }
    return given;
}

value with_hex(value const& given)
{
    if (auto const* const bytes = given.as_binary()) return value::object{{"$hex", to_hex(*bytes)}};
    if (auto const* const list = given.as_array()) {
        value::array all;
        for (auto const& each : *list) all.push_back(with_hex(each));
        return all;
    }
    if (auto const* const object = given.as_object()) {
        value::object all;
        for (auto const& [name, each] : *object) all[name] = with_hex(each);
        return all;
    }
    return given;
}

void printer::print(value const& line)
{
    auto const text = with_hex(line).to_json() + '\n';
    std::lock_guard const lock(mutex_);
    std::cout << text << std::flush;
}

} // namespace driver
