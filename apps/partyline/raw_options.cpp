#include "apps/partyline/raw_options.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include <partyline/codec.hpp>

#include "apps/partyline/word.hpp"

namespace partyline_tool {

namespace {

[[nodiscard]] std::string contents(std::string const& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.is_open() || in.bad()) throw usage_error("cannot read " + file);
    return all;
}

[[nodiscard]] std::pair<std::string, std::string> pair_of(char const* option, std::string const& text, char separator)
{
    auto const at = text.find(separator);
    if (at == std::string::npos || at == 0)
        throw usage_error(std::string(option) + ": there is no '" + separator + "' in \"" + text + "\"");
    auto const value = text.find_first_not_of(' ', at + 1);
    return {text.substr(0, at), value == std::string::npos ? "" : text.substr(value)};
}

/// As one types it: "localhost:3000", ":3000".
[[nodiscard]] std::string complete(std::string url)
{
    if (url.starts_with(':')) url.insert(0, "localhost");
    return url.find("://") == std::string::npos ? "http://" + url : url;
}

} // namespace

std::optional<std::chrono::milliseconds> command_line::raw::milliseconds(char const* option,
                                                                         std::optional<double> seconds)
{
    constexpr double year = 366.0 * 86'400;
    constexpr double thousand = 1000;
    if (!seconds) return std::nullopt;
    if (!(*seconds > 0 && *seconds <= year)) throw usage_error(std::string(option) + ": seconds, more than 0");
    return std::chrono::milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(*seconds * thousand)));
}

void command_line::raw::read_way(settings& made) const
{
    constexpr std::size_t much = std::size_t{128} << 20; // more than the longest line of input
    constexpr std::size_t many = 1'000'000;
    using partyline::transport_kind;
    made.url = complete(url);
    made.namespaces = namespaces;
    made.attempts = attempts;
    auto& line = made.line;
    if (transport == "polling") line.transports = {transport_kind::polling};
    if (transport == "websocket") line.transports = {transport_kind::websocket};
    line.parser = parser == "msgpack" ? partyline::msgpack_codec() : partyline::json_codec();
    line.path = path;
    for (auto const& each : query) line.query.push_back(pair_of("--query", each, '='));
    for (auto const& each : headers) {
        auto const [name, value] = pair_of("--header", each, ':');
        line.extra_headers.add(name, value);
    }
    for (auto const& each : cookies) {
        auto const [name, value] = pair_of("--cookie", each, '=');
        line.extra_headers.add("Cookie", name + "=" + value);
    }
    line.with_credentials = !no_cookies;
    line.proxy = proxy;
    if (auto const limit = milliseconds("--connect-timeout", connect_timeout)) line.timeout = *limit;
    line.reconnection = !no_reconnect;
    line.send_buffer = line.send_queue = {.bytes = much, .packets = many}; // `talk` takes care that they stay small
    line.tls = {.ca_file = ca,
                .certificate_file = certificate,
                .key_file = key,
                .key_passphrase = passphrase,
                .server_name = server_name,
                .dangerously_accept_any_certificate = insecure};
    if (certificate.empty() != key.empty()) throw usage_error("--cert and --key go together");
    read_auth(made);
}

void command_line::raw::read_auth(settings& made) const
{
    auto const text = !auth_file.empty()      ? contents(auth_file) // PARTYLINE_AUTH may be set besides
                      : auth.starts_with('@') ? contents(auth.substr(1))
                                              : auth;
    if (text.empty()) return;
    auto parsed = read_json(text);
    if (!parsed || !parsed->is_object()) throw usage_error("--auth: an object is needed, as '{\"token\":\"abc\"}'");
    made.line.auth = std::move(*parsed);
}

} // namespace partyline_tool
