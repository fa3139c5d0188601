#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

namespace {

using std::chrono::milliseconds;

std::optional<std::string> find(char const* name)
{
    char const* const text = std::getenv(name);
    if (!text) return std::nullopt;
    return std::string(text);
}

std::string text_of(char const* name, std::string otherwise) { return find(name).value_or(std::move(otherwise)); }

std::uint64_t number_of(char const* name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most)
{
    auto const text = find(name);
    if (!text) return otherwise;
    std::uint64_t number = 0;
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed != std::errc{} || end != text->data() + text->size() || number < least || number > most)
        throw bad_setting(std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
                          std::to_string(most) + ", not \"" + *text + "\"");
    return number;
}

milliseconds milliseconds_of(char const* name, std::uint64_t otherwise, std::uint64_t least = 1)
{
    return milliseconds(number_of(name, otherwise, least, 86'400'000));
}

bool switch_of(char const* name, bool otherwise) { return number_of(name, otherwise ? 1 : 0, 0, 1) == 1; }

std::vector<std::string> list_of(std::string_view text)
{
    std::vector<std::string> found;
    while (!text.empty()) {
        auto const comma = text.find(',');
        found.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return found;
}

std::string one_of(char const* name, std::string otherwise, std::initializer_list<char const*> choices)
{
    auto const given = text_of(name, std::move(otherwise));
    if (std::find(choices.begin(), choices.end(), given) != choices.end()) return given;
    std::string message = std::string(name) + " must be one of";
    for (auto const* each : choices) message.append(" ").append(each);
    throw bad_setting(message + ", not \"" + given + "\"");
}

std::vector<partyline::transport_kind> transports()
{
    std::vector<partyline::transport_kind> found;
    auto const given = text_of("TRANSPORTS", "polling,websocket");
    for (auto const& each : list_of(given)) {
        if (each == "polling")
            found.push_back(partyline::transport_kind::polling);
        else if (each == "websocket")
            found.push_back(partyline::transport_kind::websocket);
        else
            throw bad_setting("TRANSPORTS must be a list of polling and websocket, not \"" + given + "\"");
    }
    if (found.empty()) throw bad_setting("TRANSPORTS must not be empty");
    return found;
}

std::optional<partyline::cors_options> cors()
{
    auto const given = find("CORS_ORIGIN");
    if (!given || given->empty()) return std::nullopt;
    partyline::cors_options made;
    if (*given == "*") return made;
    made.origin = list_of(*given);
    made.credentials = true;
    return made;
}

partyline::server_options server_options(std::string const& mode)
{
    partyline::server_options made;
    made.path = mode.starts_with("engine-") ? "/engine.io/" : text_of("SIO_PATH", "/socket.io/");
    if (!made.path.starts_with('/')) throw bad_setting("SIO_PATH must begin with a slash, not \"" + made.path + "\"");
    made.ping_interval = milliseconds_of("PING_INTERVAL", 25'000);
    made.ping_timeout = milliseconds_of("PING_TIMEOUT", 20'000);
    made.connect_timeout = milliseconds_of("CONNECT_TIMEOUT", 45'000);
    made.upgrade_timeout = milliseconds_of("UPGRADE_TIMEOUT", 10'000);
    made.max_http_buffer_size = number_of("MAX_HTTP_BUFFER_SIZE", 1'000'000, 1, 1'000'000'000);
    made.transports = transports();
    made.allow_upgrades = switch_of("ALLOW_UPGRADES", true);
    made.cors = cors();
    if (auto const name = find("COOKIE"); name && !name->empty()) {
        partyline::cookie carries_sid;
        carries_sid.name = *name;
        made.session_cookie = carries_sid;
    }
    if (!switch_of("HTTP_COMPRESSION", true)) made.http_compression.reset();
    if (switch_of("PMD", false)) made.per_message_deflate = partyline::deflate_options{};
    if (switch_of("PMD_TAKEOVER", false) && made.per_message_deflate) {
        made.per_message_deflate->server_context_takeover = true;
        made.per_message_deflate->client_context_takeover = true;
    }
    if (auto const duration = milliseconds_of("RECOVERY_MS", 0, 0); duration.count() > 0) {
        made.connection_state_recovery = partyline::recovery_options{};
        made.connection_state_recovery->max_disconnection_duration = duration;
    }
    if (one_of("PARSER", "default", {"default", "msgpack"}) == "msgpack") made.parser = partyline::msgpack_codec();
    one_of("ADAPTER", "memory", {"memory"});
    milliseconds_of("REQUESTS_TIMEOUT", 2'000);
    made.threads = number_of("THREADS", 1, 1, 256);
    made.allowed_origins = list_of(text_of("ALLOWED_ORIGINS", ""));
    made.limits.max_attachments = number_of("MAX_ATTACHMENTS", 10, 0, 1'000'000);
    made.http.headers_timeout = milliseconds_of("HEADERS_TIMEOUT", 60'000);
    made.http.request_timeout = milliseconds_of("REQUEST_TIMEOUT", 300'000);
    made.http.keep_alive_timeout = milliseconds_of("KEEPALIVE_TIMEOUT", 5'000);
    made.cleanup_empty_child_namespaces = true;
    made.log = [](partyline::log_level level, std::string_view message) {
        if (level >= partyline::log_level::warning) std::cerr << std::string(message).append("\n");
    };
    return made;
}

} // namespace

settings settings::from_environment()
{
    settings made;
    made.mode = one_of("MODE", "contract", known_modes);
    made.host = text_of("HOST", "127.0.0.1");
    made.port = static_cast<std::uint16_t>(number_of("PORT", 3000, 0, 65'535));
    made.server_id = text_of("SERVER_ID", "s1");
    made.unix_path = text_of("UNIX_PATH", "");
    made.tls_certificate = text_of("TLS_CERT", "");
    made.tls_key = text_of("TLS_KEY", "");
    if (made.tls_certificate.empty() != made.tls_key.empty()) throw bad_setting("TLS_CERT and TLS_KEY go together");
    made.server = server_options(made.mode);
    return made;
}
