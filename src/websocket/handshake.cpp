#include "websocket/handshake.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "websocket/sha1.hpp"
#include "websocket/token.hpp"

namespace partyline::websocket {

namespace {

// Section 4.2.1: sixteen bytes in base64, which are 22 characters and two equals signs.
bool is_key(std::string_view key) noexcept
{
    constexpr auto is_base64 = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.begin() + 22, is_base64);
}

bool has_element(std::string_view list, std::string_view wanted) noexcept
{
    while (!list.empty())
        if (equal_ignoring_case(take_element(list), wanted)) return true;
    return false;
}

// Section 4.2.1 point 8: a list of distinct tokens. Answers the first, or nothing where the list is broken. Quadratic
// only in the number of tokens, which is limited.
std::optional<std::string_view> first_protocol(std::string_view list)
{
    constexpr std::size_t most = 32;
    std::string_view seen[most];
    std::size_t count = 0;
    if (trimmed(list).ends_with(',')) return std::nullopt;
    do {
        auto const name = take_element(list);
        if (!is_token(name) || count == most || std::find(seen, seen + count, name) != seen + count)
            return std::nullopt;
        seen[count++] = name;
    } while (!list.empty());
    return seen[0];
}

void append_line(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

std::string key_from(handshake_nonce nonce) { return base::encode_base64(nonce); }

} // namespace

bool asks_for_websocket(std::string_view upgrade_header) noexcept { return has_element(upgrade_header, "websocket"); }

std::string accept_for(std::string_view key)
{
    auto const digest = sha1(std::string(key).append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    return base::encode_base64(std::as_bytes(std::span(digest)));
}

std::variant<upgrade_answer, upgrade_refusal> accept_upgrade(upgrade_request const& request,
                                                             deflate_options const* deflate)
{
    if (request.method != "GET") return upgrade_refusal{405, "Invalid HTTP method", "Allow: GET"};
    if (request.http_minor < 1) return upgrade_refusal{400, "WebSocket needs HTTP/1.1", {}};
    if (!asks_for_websocket(request.upgrade)) return upgrade_refusal{400, "Invalid Upgrade header", {}};
    if (!has_element(request.connection, "upgrade")) return upgrade_refusal{400, "Invalid Connection header", {}};
    if (trimmed(request.version) != "13")
        return upgrade_refusal{426, "Missing or invalid Sec-WebSocket-Version header", "Sec-WebSocket-Version: 13"};
    auto const key = trimmed(request.key);
    if (!is_key(key)) return upgrade_refusal{400, "Missing or invalid Sec-WebSocket-Key header", {}};

    upgrade_answer answer;
    if (!request.protocols.empty()) {
        auto const chosen = first_protocol(request.protocols);
        if (!chosen) return upgrade_refusal{400, "Invalid Sec-WebSocket-Protocol header", {}};
        answer.protocol = *chosen;
    }
    answer.head.reserve(256);
    answer.head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    append_line(answer.head, "Sec-WebSocket-Accept", accept_for(key));
    if (!answer.protocol.empty()) append_line(answer.head, "Sec-WebSocket-Protocol", answer.protocol);
    if (deflate && !request.extensions.empty()) {
        if (auto accepted = accept_deflate(request.extensions, *deflate)) {
            append_line(answer.head, "Sec-WebSocket-Extensions", accepted->header);
            answer.deflate = accepted->parameters;
        }
    }
    return answer;
}

std::string request_upgrade(handshake_nonce nonce, std::span<std::string_view const> protocols,
                            deflate_options const* deflate)
{
    std::string lines = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    append_line(lines, "Sec-WebSocket-Key", key_from(nonce));
    if (!protocols.empty()) {
        std::string list;
        for (auto const& name : protocols) list.append(list.empty() ? "" : ", ").append(name);
        append_line(lines, "Sec-WebSocket-Protocol", list);
    }
    if (deflate) append_line(lines, "Sec-WebSocket-Extensions", offer_deflate(*deflate));
    return lines;
}

result<upgrade_agreement> confirm_upgrade(upgrade_response const& response, handshake_nonce nonce,
                                          std::span<std::string_view const> protocols, deflate_options const* deflate)
{
    // Section 4.1, the client's six checks.
    if (response.status != 101) return errc::refused;
    if (!equal_ignoring_case(trimmed(response.upgrade), "websocket")) return errc::invalid_handshake;
    if (!has_element(response.connection, "upgrade")) return errc::invalid_handshake;
    if (trimmed(response.accept) != accept_for(key_from(nonce))) return errc::invalid_handshake;

    upgrade_agreement agreement;
    agreement.protocol = trimmed(response.protocol);
    bool const offered = std::find(protocols.begin(), protocols.end(), agreement.protocol) != protocols.end();
    if (!agreement.protocol.empty() && !offered) return errc::invalid_handshake;
    if (trimmed(response.extensions).empty()) return agreement;
    if (!deflate) return errc::invalid_handshake;
    auto agreed = confirm_deflate(response.extensions, *deflate);
    if (!agreed) return agreed.error();
    agreement.deflate = *agreed;
    return agreement;
}

} // namespace partyline::websocket
