#include "options.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace driver {

using partyline::client_options;
using partyline::value;
using std::chrono::milliseconds;

namespace {

using setter = std::function<void(client_options&, value const&)>;

[[noreturn]] void refuse(std::string const& why) { throw std::invalid_argument("driver: " + why); }

template <class T>
T as(value const& given)
{
    auto const read = given.to<T>();
    if (!read) refuse("an option has the wrong type: " + given.to_json());
    return *read;
}

milliseconds as_time(value const& given) { return milliseconds(as<std::int64_t>(given)); }

template <class T>
setter into(T client_options::*member)
{
    return [member](client_options& to, value const& given) { to.*member = as<T>(given); };
}

setter into(milliseconds client_options::*member)
{
    return [member](client_options& to, value const& given) { to.*member = as_time(given); };
}

setter into(std::optional<milliseconds> client_options::*member)
{
    return [member](client_options& to, value const& given) {
        if (given.is_null())
            to.*member = std::nullopt;
        else
            to.*member = as_time(given);
    };
}

setter into(partyline::buffer_limits client_options::*member)
{
    return [member](client_options& to, value const& given) {
        to.*member = {.bytes = as<std::size_t>(given["bytes"]), .packets = as<std::size_t>(given["packets"])};
    };
}

void set_transports(client_options& to, value const& given)
{
    to.transports.clear();
    for (auto const& each : as<std::vector<std::string>>(given))
        to.transports.push_back(each == "polling" ? partyline::transport_kind::polling
                                                  : partyline::transport_kind::websocket);
}

void set_parser(client_options& to, value const& given)
{
    to.parser = as<std::string>(given) == "msgpack" ? partyline::msgpack_codec() : partyline::json_codec();
}

void set_deflate(client_options& to, value const& given)
{
    to.per_message_deflate = std::nullopt;
    if (given.is_object())
        to.per_message_deflate = partyline::client_deflate_options{as<std::size_t>(given["threshold"])};
}

void set_query(client_options& to, value const& given)
{
    for (auto const& [name, each] : *given.as_object()) to.query.emplace_back(name, as<std::string>(each));
}

void set_headers(client_options& to, value const& given)
{
    for (auto const& [name, each] : *given.as_object()) to.extra_headers.add(name, as<std::string>(each));
}

void set_overflow(client_options& to, value const& given)
{
    to.on_overflow = as<std::string>(given) == "drop_oldest" ? partyline::buffer_overflow::drop_oldest
                                                             : partyline::buffer_overflow::refuse;
}

/// `clock_offset`: seconds between the clock that certificates are held against and the machine's.
/// `pin`: SHA-256 of the one certificate that is accepted, as hexadecimal digits.
void set_tls(client_options& to, value const& given)
{
    std::map<std::string_view, std::string partyline::client_tls_options::*> const texts{
        {"ca_file", &partyline::client_tls_options::ca_file},
        {"ca_pem", &partyline::client_tls_options::ca_pem},
        {"certificate_file", &partyline::client_tls_options::certificate_file},
        {"key_file", &partyline::client_tls_options::key_file},
        {"key_passphrase", &partyline::client_tls_options::key_passphrase},
        {"ciphers", &partyline::client_tls_options::ciphers},
        {"server_name", &partyline::client_tls_options::server_name}};
    for (auto const& [name, each] : *given.as_object()) {
        if (auto const text = texts.find(name); text != texts.end()) {
            to.tls.*text->second = as<std::string>(each);
        } else if (name == "clock_offset") {
            to.tls.clock = [by = std::chrono::seconds(as<std::int64_t>(each))] {
                return std::chrono::system_clock::now() + by;
            };
        } else if (name == "pin") {
            to.tls.accept_certificate = [pin = as<std::string>(each)](partyline::server_certificate const& shown) {
                std::string hex;
                for (auto const byte : shown.sha256)
                    for (auto const nibble : {std::to_integer<int>(byte) >> 4, std::to_integer<int>(byte) & 15})
                        hex += "0123456789abcdef"[nibble];
                return hex == pin;
            };
        } else if (name == "dangerously_accept_any_certificate") {
            to.tls.dangerously_accept_any_certificate = as<bool>(each);
        } else {
            refuse("there is no TLS option " + name);
        }
    }
}

std::map<std::string_view, setter> const& setters()
{
    using o = client_options;
    static std::map<std::string_view, setter> const all{{"transports", set_transports},
                                                        {"upgrade", into(&o::upgrade)},
                                                        {"remember_upgrade", into(&o::remember_upgrade)},
                                                        {"try_all_transports", into(&o::try_all_transports)},
                                                        {"path", into(&o::path)},
                                                        {"add_trailing_slash", into(&o::add_trailing_slash)},
                                                        {"query", set_query},
                                                        {"extra_headers", set_headers},
                                                        {"protocols", into(&o::protocols)},
                                                        {"with_credentials", into(&o::with_credentials)},
                                                        {"timestamp_requests", into(&o::timestamp_requests)},
                                                        {"timestamp_param", into(&o::timestamp_param)},
                                                        {"force_base64", into(&o::force_base64)},
                                                        {"per_message_deflate", set_deflate},
                                                        {"tls", set_tls},
                                                        {"proxy", into(&o::proxy)},
                                                        {"local_address", into(&o::local_address)},
                                                        {"auto_connect", into(&o::auto_connect)},
                                                        {"timeout", into(&o::timeout)},
                                                        {"request_timeout", into(&o::request_timeout)},
                                                        {"reconnection", into(&o::reconnection)},
                                                        {"reconnection_attempts", into(&o::reconnection_attempts)},
                                                        {"reconnection_delay", into(&o::reconnection_delay)},
                                                        {"reconnection_delay_max", into(&o::reconnection_delay_max)},
                                                        {"randomization_factor", into(&o::randomization_factor)},
                                                        {"upgrade_timeout", into(&o::upgrade_timeout)},
                                                        {"linger", into(&o::linger)},
                                                        {"parser", set_parser},
                                                        {"retries", into(&o::retries)},
                                                        {"ack_timeout", into(&o::ack_timeout)},
                                                        {"send_buffer", into(&o::send_buffer)},
                                                        {"on_overflow", set_overflow},
                                                        {"send_queue", into(&o::send_queue)},
                                                        {"retry_queue", into(&o::retry_queue)},
                                                        {"receive_buffer", into(&o::receive_buffer)},
                                                        {"max_message_bytes", into(&o::max_message_bytes)},
                                                        {"max_attachments", into(&o::max_attachments)},
                                                        {"max_json_depth", into(&o::max_json_depth)},
                                                        {"max_pending_acks", into(&o::max_pending_acks)},
                                                        {"mailbox_bytes", into(&o::mailbox_bytes)}};
    return all;
}

} // namespace

client_options options_of(value const& given)
{
    client_options made;
    if (!given.as_object()) return made;
    for (auto const& [name, each] : *given.as_object()) {
        if (name == "auth" || name == "auth_by" || name == "resolver") continue; // of the line
        auto const known = setters().find(name);
        if (known == setters().end()) refuse("there is no option " + name);
        known->second(made, each);
    }
    return made;
}

} // namespace driver
