#include "websocket/deflate_negotiation.hpp"

#include <algorithm>

#include "websocket/extension.hpp"

namespace partyline::websocket {

namespace {

constexpr std::string_view extension_name = "permessage-deflate";

// The parameters of one offer or answer as they were written.
struct written_parameters
{
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::optional<int> server_max_window_bits;
    std::optional<int> client_max_window_bits;
    bool client_max_window_bits_allowed = false; // named, with a value or without
};

// RFC 7692 section 7.1.2: 8 to 15, decimal, no leading zero.
std::optional<int> window_bits(std::string_view text)
{
    if (text.size() == 1 && (text == "8" || text == "9")) return text[0] - '0';
    if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') return 10 + (text[1] - '0');
    return std::nullopt;
}

// Section 7.1: no unknown parameter, none twice, no value that is not allowed.
std::optional<written_parameters> interpret(extension const& one, role from)
{
    written_parameters found;
    for (auto const& parameter : one.parameters) {
        auto const& [name, value] = parameter;
        if (name == "server_no_context_takeover" && !value && !found.server_no_context_takeover) {
            found.server_no_context_takeover = true;
        } else if (name == "client_no_context_takeover" && !value && !found.client_no_context_takeover) {
            found.client_no_context_takeover = true;
        } else if (name == "server_max_window_bits" && value && !found.server_max_window_bits) {
            found.server_max_window_bits = window_bits(*value);
            if (!found.server_max_window_bits) return std::nullopt;
        } else if (name == "client_max_window_bits" && !found.client_max_window_bits_allowed) {
            found.client_max_window_bits_allowed = true;
            if (!value && from == role::client) continue; // an offer may leave the number to the server
            if (value) found.client_max_window_bits = window_bits(*value);
            if (!found.client_max_window_bits) return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return found;
}

bool is_allowed(written_parameters const& offer, deflate_options const& options)
{
    if (options.server_takeover == takeover::always && offer.server_no_context_takeover) return false;
    if (options.server_max_window_bits && offer.server_max_window_bits &&
        *options.server_max_window_bits > *offer.server_max_window_bits)
        return false;
    return !options.client_max_window_bits || offer.client_max_window_bits_allowed;
}

void append_parameter(std::string& header, std::string_view name, std::optional<int> value = {})
{
    header.append("; ").append(name);
    if (value) header.append("=").append(std::to_string(*value));
}

deflate_answer answer_to(written_parameters const& offer, deflate_options const& options)
{
    deflate_answer answer{{}, std::string(extension_name)};
    auto& [agreed, header] = answer;
    agreed.server_no_context_takeover = offer.server_no_context_takeover || options.server_takeover == takeover::never;
    if (agreed.server_no_context_takeover) append_parameter(header, "server_no_context_takeover");

    // The client may ask for less of its own; taking it up saves memory here, unless takeover is wanted.
    agreed.client_no_context_takeover =
        options.client_takeover == takeover::never ||
        (offer.client_no_context_takeover && options.client_takeover == takeover::as_asked);
    if (agreed.client_no_context_takeover) append_parameter(header, "client_no_context_takeover");

    if (auto const bits =
            options.server_max_window_bits ? options.server_max_window_bits : offer.server_max_window_bits) {
        agreed.server_max_window_bits = *bits;
        append_parameter(header, "server_max_window_bits", bits);
    }
    // Only where the client allowed it; a number of its own is an upper limit that it keeps anyway.
    auto bits = offer.client_max_window_bits;
    if (options.client_max_window_bits) bits = std::min(*options.client_max_window_bits, bits.value_or(15));
    if (bits) {
        agreed.client_max_window_bits = *bits;
        append_parameter(header, "client_max_window_bits", bits);
    }
    return answer;
}

} // namespace

std::optional<deflate_answer> accept_deflate(std::string_view offers, deflate_options const& options)
{
    auto const parsed = parse_extensions(offers);
    if (!parsed) return std::nullopt;
    for (auto const& offer : *parsed) {
        if (offer.name != extension_name) continue;
        auto const written = interpret(offer, role::client);
        if (written && is_allowed(*written, options)) return answer_to(*written, options);
    }
    return std::nullopt;
}

std::string offer_deflate(deflate_options const& options)
{
    std::string offer(extension_name);
    if (options.server_takeover == takeover::never) append_parameter(offer, "server_no_context_takeover");
    if (options.client_takeover == takeover::never) append_parameter(offer, "client_no_context_takeover");
    if (options.server_max_window_bits)
        append_parameter(offer, "server_max_window_bits", options.server_max_window_bits);
    append_parameter(offer, "client_max_window_bits", options.client_max_window_bits);
    return offer;
}

result<std::optional<deflate_parameters>> confirm_deflate(std::string_view answer, deflate_options const& options)
{
    auto const parsed = parse_extensions(answer);
    if (!parsed) return parsed.error();
    if (parsed->empty()) return std::optional<deflate_parameters>{};
    if (parsed->size() > 1 || parsed->front().name != extension_name) return errc::invalid_handshake;
    auto const written = interpret(parsed->front(), role::server);
    if (!written) return errc::invalid_handshake;

    // Sections 7.1.1 and 7.1.2: what was asked of the server must be granted, and ours not be asked beyond the offer.
    if (options.server_takeover == takeover::never && !written->server_no_context_takeover)
        return errc::invalid_handshake;
    if (options.client_takeover == takeover::always && written->client_no_context_takeover)
        return errc::invalid_handshake;
    int const server_bits = written->server_max_window_bits.value_or(15);
    if (server_bits > options.server_max_window_bits.value_or(15)) return errc::invalid_handshake;
    int const most = options.client_max_window_bits.value_or(15);
    if (written->client_max_window_bits.value_or(8) > most) return errc::invalid_handshake;

    deflate_parameters agreed;
    agreed.server_no_context_takeover = written->server_no_context_takeover;
    // A client may always do with less than it was granted.
    agreed.client_no_context_takeover =
        written->client_no_context_takeover || options.client_takeover == takeover::never;
    agreed.server_max_window_bits = server_bits;
    agreed.client_max_window_bits = written->client_max_window_bits.value_or(most);
    return std::optional(agreed);
}

} // namespace partyline::websocket
