// What cross-origin options mean for one request, as npm's `cors` does it. Called by engineio's endpoint for every answer.
#pragma once

#include <optional>

#include <partyline/cors.hpp>
#include <partyline/http.hpp>

namespace partyline::http {

/// Sets the CORS headers of an answer to `request`; for OPTIONS those of a preflight. An origin that is not allowed
/// simply gets no Access-Control-Allow-Origin. Predicates are called here.
void apply_cors(cors_options const& options, request const& request, header_list& headers);

/// The whole answer to a preflight; none if the request is no OPTIONS, or is to go on (`preflight_continue`).
[[nodiscard]] std::optional<response> answer_preflight(cors_options const& options, request const& request);

} // namespace partyline::http
