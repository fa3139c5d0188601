// What the ordinary events of the game carry; README.md says which event carries what. The two binary ones stand in wire.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <partyline/struct.hpp>

#include "game.hpp"

namespace arena {

/// The answer to `play`.
struct ticket
{
    ship_id id = 0;  // 0: refused
    std::string why; // a sentence, if refused
};
struct player
{
    ship_id id = 0;
    std::string name;
    bool bot = false;
};
struct score
{
    ship_id id = 0;
    int sparks = 0;
};
struct board
{
    int phase = 0;
    int seconds = 0; // until the next phase
    std::vector<score> top;
    std::size_t players = 0;
    int x = 0, y = 0; // where the first one of `top` is
};
PARTYLINE_STRUCT(ticket, id, why)
PARTYLINE_STRUCT(player, id, name, bot)
PARTYLINE_STRUCT(score, id, sparks)
PARTYLINE_STRUCT(board, phase, seconds, top, players, x, y)

} // namespace arena
