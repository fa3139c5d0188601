#include "client/client_settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

#include "base/wait.hpp"
#include "http/ip_literal.hpp"
#include "http/percent.hpp"
#include "http/proxy.hpp"
#include "http/query.hpp"
#include "http/token.hpp"
#include "net/tls_client_context.hpp"
#include "socketio/names.hpp"

namespace partyline {

namespace {

using namespace std::chrono_literals;

// Lower case first, as curl reads them.
std::string environment(char const* lower, char const* upper)
{
    for (auto const* const name : {lower, upper})
        if (auto const* const text = std::getenv(name); text && *text) return text;
    return {};
}

void check_time(std::string_view name, std::chrono::milliseconds time)
{
    if (time < 0ms) throw error(errc::invalid_option, std::string(name).append(": less than nothing"));
}

constexpr std::array<std::string_view, 5> protocol_names{"EIO", "transport", "sid", "b64", "j"};

bool says_nothing(client_tls_options const& tls)
{
    return tls.ca_file.empty() && tls.ca_pem.empty() && tls.certificate_file.empty() && tls.key_file.empty() &&
           tls.pfx_file.empty() && tls.ciphers.empty() && tls.server_name.empty() && !tls.accept_certificate &&
           !tls.clock && !tls.dangerously_accept_any_certificate;
}

std::shared_ptr<net::tls_client_context const> make_tls(client_tls_options const& tls)
{
    net::tls_client_options options{.ca_file = tls.ca_file,
                                    .ca_pem = tls.ca_pem,
                                    .certificate_file = tls.certificate_file,
                                    .private_key_file = tls.key_file,
                                    .pfx_file = tls.pfx_file,
                                    .private_key_passphrase = tls.key_passphrase,
                                    .ciphers = tls.ciphers,
                                    .server_name = tls.server_name,
                                    .accept_certificate = {},
                                    .clock = tls.clock,
                                    .dangerously_accept_any_certificate = tls.dangerously_accept_any_certificate};
    if (tls.accept_certificate)
        options.accept_certificate = [accept = tls.accept_certificate](net::peer_certificate const& shown) {
            return accept({shown.host, shown.der, shown.sha256});
        };
    return std::make_shared<net::tls_client_context>(std::move(options));
}

// The authorities of the system are read once for all clients that say nothing about TLS.
std::shared_ptr<net::tls_client_context const> default_tls()
{
    static std::mutex mutex;
    static auto& current = *new std::weak_ptr<net::tls_client_context const>; // clients may outlive static objects
    std::lock_guard const lock(mutex);
    auto context = current.lock();
    if (!context) current = context = make_tls({});
    return context;
}

} // namespace

reconnect_options to_machine(client_reconnection const& how) noexcept
{
    return {.enabled = how.enabled,
            .attempts = how.attempts,
            .delay = how.delay,
            .delay_max = how.delay_max,
            .randomization = how.randomization_factor};
}

client_settings::client_settings(std::string_view url, client_options given) : options(std::move(given))
{
    auto parsed = http::parse_url(url);
    if (!parsed) {
        bool const has_scheme = url.find("://") != url.npos;
        throw error(parsed.error(), std::string(url).append(
                                        has_scheme ? "" : ": a URL begins with http://, https://, ws:// or wss://"));
    }
    target = std::move(*parsed);
    check();
    cap_times();

    auto const path = http::percent_decode(target.path);
    nsp_name = checked_nsp_name(path ? *path : target.path);
    request_path = options.path;
    if (!request_path.starts_with('/')) request_path.insert(0, 1, '/');
    while (request_path.ends_with('/')) request_path.pop_back();
    if (options.add_trailing_slash || request_path.empty()) request_path += '/';
    if (!http::is_request_target(request_path)) throw error(errc::invalid_option, "path: " + options.path);
    read_query();
    codecs = codec_source::of(options.parser, {.max_attachments = options.max_attachments,
                                               .max_depth = options.max_json_depth,
                                               .max_bytes = options.max_message_bytes});
    read_proxy();
    guard_functions();
    read_tls();
}

std::string client_settings::checked_nsp_name(std::string_view name)
{
    auto full = socketio::full_nsp_name(name);
    if (!socketio::is_nsp_name(full)) throw error(errc::invalid_option, "namespace: it cannot have a comma or U+001E");
    return full;
}

void client_settings::check() const
{
    if (options.transports.empty()) throw error(errc::invalid_option, "transports: at least one is needed");
    if (!options.auth.fixed().is_object() && !options.auth.fixed().is_null())
        throw error(errc::invalid_option, "auth: an object is needed");
    if (!options.local_address.empty() && !http::parse_ip(options.local_address))
        throw error(errc::invalid_option, "local_address: " + options.local_address);
    check(reconnection());
    for (auto const& [name, time] : {std::pair("request_timeout", options.request_timeout),
                                     {"upgrade_timeout", options.upgrade_timeout},
                                     {"linger", options.linger},
                                     {"ack_timeout", options.ack_timeout.value_or(0ms)}})
        check_time(name, time);
    for (auto const* list : {&options.extra_headers, &options.polling.headers, &options.websocket.headers})
        for (auto const& [name, content] : *list)
            if (!http::is_token(name) || !http::is_field_value(content))
                throw error(errc::invalid_option, "headers: \"" + name + "\" cannot be sent, by its name or its value");
    if (std::find(protocol_names.begin(), protocol_names.end(), options.timestamp_param) != protocol_names.end())
        throw error(errc::invalid_option, "timestamp_param: the name is the protocol's");
}

void client_settings::check_name(std::string_view name) const
{
    if (name == options.timestamp_param ||
        std::find(protocol_names.begin(), protocol_names.end(), name) != protocol_names.end())
        throw error(errc::invalid_option, std::string("query: the name ").append(name).append(" is the protocol's"));
}

void client_settings::read_query()
{
    if (!target.query.empty()) query += "&" + target.query;
    for (auto const& [name, content] : http::query(target.query).parameters()) check_name(name);
    auto const append = [this](std::string& out, std::vector<std::pair<std::string, std::string>> const& pairs) {
        for (auto const& [name, content] : pairs) {
            check_name(name);
            out += "&" + http::percent_encode(name) + "=" + http::percent_encode(content);
        }
    };
    append(query, options.query);
    append(poll_query, options.polling.query);
    append(link_query, options.websocket.query);
}

void client_settings::read_proxy()
{
    connect_.local_address = options.local_address;
    // limited where it is known what it is for: `timeout`, `upgrade_timeout`, `request_timeout`, the watchdog
    connect_.timeout = std::chrono::milliseconds(0);
    connect_.only = options.family == address_family::ipv4   ? net::family::v4
                    : options.family == address_family::ipv6 ? net::family::v6
                                                             : net::family::any;
    result<std::optional<http::url>> chosen = std::optional<http::url>();
    if (!options.proxy) {
        // HTTP_PROXY in capitals could be a header of a request that started this program (CGI), so it does not count
        chosen = http::choose_proxy(target, {.http_proxy = environment("http_proxy", "http_proxy"),
                                             .https_proxy = environment("https_proxy", "HTTPS_PROXY"),
                                             .no_proxy = environment("no_proxy", "NO_PROXY")});
    } else if (!options.proxy->empty()) {
        auto named = http::parse_proxy(*options.proxy);
        if (!named) throw error(errc::invalid_option, std::string("proxy: ").append(describe(named.error())));
        chosen = std::optional<http::url>(std::move(*named));
    }
    if (!chosen) throw error(errc::invalid_option, std::string("proxy: ").append(describe(chosen.error())));
    connect_.proxy = std::move(*chosen);
}

// A client that was destroyed goes on connecting while it lingers, without the user's functions: then it reaches nobody.
void client_settings::guard_functions()
{
    auto& names = options.resolver;
    auto& accept = options.tls.accept_certificate;
    auto& clock = options.tls.clock;
    if (!names && !accept && !clock) return;
    silence_ = std::make_shared<std::atomic<bool>>(false);
    if (names)
        names = [ask = std::move(names), silence = silence_](std::string host, auto answer) {
            if (*silence) return answer({});
            ask(std::move(host), std::move(answer));
        };
    if (accept)
        accept = [ask = std::move(accept), silence = silence_](server_certificate const& shown) {
            return !*silence && ask(shown);
        };
    if (clock)
        clock = [ask = std::move(clock), silence = silence_] {
            return *silence ? std::chrono::system_clock::time_point{} : ask(); // before any certificate is valid
        };
}

void client_settings::read_tls()
{
    if (target.secure) connect_.tls = says_nothing(options.tls) ? default_tls() : make_tls(options.tls);
}

connection_options client_settings::connection() const
{
    connection_options made;
    made.engine.transports.clear();
    for (auto const each : options.transports)
        made.engine.transports.push_back(each == transport_kind::polling ? engineio::transport::polling
                                                                         : engineio::transport::websocket);
    made.engine.upgrade = options.upgrade;
    made.engine.remember_upgrade = options.remember_upgrade;
    made.engine.try_all_transports = options.try_all_transports;
    made.engine.force_base64 = options.force_base64;
    made.engine.timestamp_requests = options.timestamp_requests;
    made.engine.timestamp_param = options.timestamp_param;
    made.engine.upgrade_timeout = options.upgrade_timeout;
    made.engine.close_timeout = options.linger;
    made.engine.max_message_bytes = options.max_message_bytes;
    made.reconnection = to_machine(reconnection());
    made.connect_timeout = options.timeout;
    made.send_queue = options.send_queue;
    return made;
}

client_reconnection client_settings::reconnection() const
{
    return {.enabled = options.reconnection,
            .attempts = options.reconnection_attempts,
            .delay = options.reconnection_delay,
            .delay_max = options.reconnection_delay_max,
            .randomization_factor = options.randomization_factor,
            .timeout = options.timeout};
}

void client_settings::check(client_reconnection const& how)
{
    if (!(how.randomization_factor >= 0 && how.randomization_factor <= 1))
        throw error(errc::invalid_option, "randomization_factor: 0 to 1");
    check_time("reconnection_delay", how.delay);
    check_time("reconnection_delay_max", how.delay_max);
    check_time("timeout", how.timeout.value_or(0ms));
}

// `milliseconds::max()`, which means for ever, becomes ten years.
void client_settings::cap_times()
{
    for (auto* const time : {&options.request_timeout, &options.reconnection_delay, &options.reconnection_delay_max,
                             &options.upgrade_timeout, &options.linger})
        *time = base::capped(*time);
    for (auto* const time : {&options.timeout, &options.ack_timeout})
        if (*time) *time = base::capped(**time);
}

// Functions cannot be compared, so who brings one that concerns the connection travels alone.
std::string client_settings::sharing_key() const
{
    auto const& tls = options.tls;
    if (!options.multiplex || options.force_new || options.resolver || options.on_packet || tls.accept_certificate ||
        tls.clock)
        return {};
    std::string key;
    auto const add = [&key](std::string_view part) {
        key.append(std::to_string(part.size())).append(1, ':').append(part);
    };
    auto const add_headers = [&](http::header_list const& list) {
        add(std::to_string(list.size()));
        for (auto const& [name, content] : list) add(name), add(content);
    };
    for (std::string_view const part :
         {std::string_view(request_path), std::string_view(query), std::string_view(poll_query),
          std::string_view(link_query), std::string_view(options.local_address)})
        add(part);
    add(target.origin());
    for (auto const* list : {&options.extra_headers, &options.polling.headers, &options.websocket.headers})
        add_headers(*list);
    for (auto const each : options.transports) add(each == transport_kind::polling ? "polling" : "websocket");
    for (auto const& each : options.protocols) add(each);
    add(options.with_credentials ? "cookies" : "");
    add(std::to_string(static_cast<int>(options.family)));
    add(options.proxy ? "proxy " + *options.proxy : "");
    for (auto const* part : {&tls.ca_file, &tls.ca_pem, &tls.certificate_file, &tls.key_file, &tls.pfx_file,
                             &tls.key_passphrase, &tls.ciphers, &tls.server_name})
        add(*part);
    add(tls.dangerously_accept_any_certificate ? "any" : "");
    add(std::to_string(reinterpret_cast<std::uintptr_t>(codecs.get())));
    return key;
}

client_nsp_options client_settings::nsp() const
{
    return {.retries = options.retries == 0U ? std::nullopt : options.retries, // as there: no queue
            .ack_timeout = options.ack_timeout,
            .send_buffer = options.send_buffer,
            .on_overflow = options.on_overflow,
            .retry_queue = options.retry_queue,
            .receive_buffer = options.receive_buffer,
            .max_pending_acks = options.max_pending_acks};
}

std::shared_ptr<client_plan const> client_settings::plan() const
{
    client_plan made{.origin = origin(),
                     .link_origin = link_origin(),
                     .nsp = nsp(),
                     .request_path = request_path,
                     .query = query,
                     .poll_query = poll_query,
                     .link_query = link_query,
                     .protocols = options.protocols,
                     .reconnection = reconnection(),
                     .linger = options.linger,
                     .silence = silence_,
                     .offers_deflate = options.per_message_deflate.has_value(),
                     .force_base64 = options.force_base64,
                     .multiplex = options.multiplex};
    // never destroyed: clients may be made until the program has ended
    static auto& mutex = *new std::mutex;
    static auto& last = *new std::weak_ptr<client_plan const>;
    std::lock_guard const lock(mutex);
    auto plan = last.lock();
    if (!plan || *plan != made) last = plan = std::make_shared<client_plan const>(std::move(made));
    return plan;
}

net::http_origin client_settings::origin() const
{
    net::http_origin made;
    made.where = {target.host, target.port, target.secure};
    made.authority = target.authority();
    made.headers = options.extra_headers;
    for (auto const& [name, content] : options.polling.headers) made.headers.set(name, content);
    made.connect = connect_;
    return made;
}

std::optional<net::http_origin> client_settings::link_origin() const
{
    if (options.polling.headers.empty() && options.websocket.headers.empty()) return {};
    std::optional<net::http_origin> made(origin());
    made->headers = options.extra_headers;
    for (auto const& [name, content] : options.websocket.headers) made->headers.set(name, content);
    return made;
}

net::http_client_options client_settings::http() const
{
    net::http_client_options made;
    made.limits.body_bytes = options.max_message_bytes;
    made.timeout = options.request_timeout;
    return made;
}

net::link_options client_settings::links() const
{
    net::link_options made;
    made.messages.max_message_size = options.max_message_bytes;
    made.close_timeout = options.linger;
    if (options.per_message_deflate) made.compress_threshold = options.per_message_deflate->threshold;
    return made;
}

} // namespace partyline
