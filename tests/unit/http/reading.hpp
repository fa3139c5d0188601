// Feeds a request_reader as net's connection does, in one piece or in many, and says what came of it.
#pragma once

#include <string>
#include <string_view>

#include "http/request_reader.hpp"

namespace partyline::http {

struct outcome
{
    bool complete = false;
    bool failed = false;
    int status = 0;
    errc error{};
    http::request request;
    std::size_t consumed = 0;
};

// `piece` bytes at a time; what the reader leaves is offered again at once, with the rest of the piece.
inline outcome read(std::string_view text, std::size_t piece = std::string_view::npos, request_limits limits = {},
                    std::uint64_t body_limit = 1'000'000)
{
    request_reader reader(limits);
    outcome seen;
    while (!text.empty() && !reader.complete() && !reader.failed()) {
        auto input = text.substr(0, piece);
        text.remove_prefix(input.size());
        while (!input.empty() && !reader.complete() && !reader.failed()) {
            // each piece in a block of its own, so that a view that outlives it is found by the address sanitizer
            std::string const block(input);
            auto const taken = reader.receive(block);
            if (reader.at_body()) reader.body_limit(body_limit);
            if (reader.complete()) seen.request = reader.take();
            seen.consumed += taken;
            input.remove_prefix(taken);
        }
    }
    seen.complete = reader.complete();
    seen.failed = reader.failed();
    seen.status = reader.status();
    seen.error = reader.error();
    return seen;
}

} // namespace partyline::http
