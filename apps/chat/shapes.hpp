// What the server, the page and the terminal say to each other, as structs: README.md explains each. The server and the terminal
// include this; the page has the same shapes as plain objects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <partyline/binary.hpp>
#include <partyline/struct.hpp>

namespace chat {

using strings = std::vector<std::string>;

struct person
{
    std::string id, name;
    bool away = false;
};
struct room
{
    std::string name;
    strings people;
};
struct message
{
    std::int64_t id = 0;
    std::string to, text;
    std::optional<partyline::binary> image;
    std::string image_type;
};
struct receipt
{
    bool delivered = true;
    std::string why;
};
/// What a guest shows at the door.
struct ticket
{
    std::string name, tag;
    strings rooms;
};
PARTYLINE_STRUCT(person, id, name, away)
PARTYLINE_STRUCT(room, name, people)
PARTYLINE_STRUCT(message, id, to, text, image, image_type)
PARTYLINE_STRUCT(receipt, delivered, why)
PARTYLINE_STRUCT(ticket, name, tag, rooms)

} // namespace chat
