// Sockets that race each other, then the steps of the one that has won; see connector.hpp.
#include "net/connector.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/request_writer.hpp"
#include "http/response_reader.hpp"
#include "net/byte_stream.hpp"

namespace partyline::net {

namespace {

struct socket_name
{
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] sockaddr const* raw() const noexcept { return reinterpret_cast<sockaddr const*>(&storage); }
};

socket_name to_name(ip_address const& address, std::uint16_t port) noexcept
{
    socket_name out;
    if (address.literal.is_v6()) {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(port);
        six.sin6_scope_id = address.scope;
        std::memcpy(&six.sin6_addr, address.literal.bytes.data(), 16);
        std::memcpy(&out.storage, &six, out.size = sizeof six);
    } else {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        std::memcpy(&four.sin_addr, address.literal.bytes.data(), 4);
        std::memcpy(&out.storage, &four, out.size = sizeof four);
    }
    return out;
}

errc to_errc(int reason) noexcept
{
    switch (reason) {
    case ECONNREFUSED:
    case ECONNRESET:
        return errc::refused;
    case ETIMEDOUT:
        return errc::timed_out;
    case EADDRNOTAVAIL:
        return errc::address_not_available;
    case EACCES:
    case EPERM:
        return errc::access_denied;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return errc::system_failure;
    default:
        return errc::unreachable;
    }
}

} // namespace

/// One socket of the race.
class connector::wire final : public channel
{
public:
    wire(connector& home, int descriptor, ip_address where) noexcept : channel(descriptor), address(where), home_(home)
    {}
    ~wire() override
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    void on_ready(std::uint32_t) override { home_.on_wire(*this); }
    void on_deadline(time_point) override {}
    int release() noexcept { return std::exchange(descriptor_, -1); }

    ip_address const address;

private:
    connector& home_;
};

connector::connector(loop& loop, resolver& names, connect_options const& options, connect_target target,
                     connect_owner& owner)
    : loop_(loop), names_(names), options_(options), target_(std::move(target)), owner_(owner)
{}

connector::~connector()
{
    loop_.cancel(*this);
    if (lookup_) names_.cancel(*lookup_);
    drop_wires();
}

std::string const& connector::peer_host() const noexcept
{
    return options_.proxy ? options_.proxy->host : target_.host;
}
std::uint16_t connector::peer_port() const noexcept { return options_.proxy ? options_.proxy->port : target_.port; }

void connector::start()
{
    if (options_.timeout.count() > 0) limit_ = loop_.now() + options_.timeout;
    schedule();
    if (target_.secure && !options_.tls) return fail_later({errc::invalid_option, "a secure target needs TLS options"});
    if (!options_.local_address.empty()) {
        auto const literal = http::parse_ip(options_.local_address);
        if (!literal) return fail_later({errc::invalid_option, "local address " + options_.local_address});
        local_ = ip_address{*literal};
    }
    if (auto const known = addresses_without_lookup(peer_host())) return race(*known);
    lookup_ = names_.start(peer_host(), *this);
}

void connector::on_resolved(std::span<ip_address const> addresses, problem const& why)
{
    lookup_.reset();
    if (why || addresses.empty()) return fail(why ? why : problem{errc::not_found, peer_host()});
    race(addresses);
    if (step_ == step::racing && wires_.empty() && left_.empty()) fail(last_);
}

bool connector::may_try(ip_address const& address) const noexcept
{
    bool const is_v6 = address.literal.is_v6();
    if (local_ && local_->literal.is_v6() != is_v6) return false;
    return options_.only == family::any || (options_.only == family::v6) == is_v6;
}

// RFC 8305 section 4: the families alternate, beginning with that of the first address.
void connector::race(std::span<ip_address const> addresses)
{
    step_ = step::racing;
    std::vector<ip_address> first;
    std::vector<ip_address> second;
    for (auto const& each : addresses) {
        if (!may_try(each)) continue;
        bool const is_first = each.literal.is_v6() == addresses.front().literal.is_v6();
        (is_first ? first : second).push_back(each);
    }
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) left_.push_back(first[i]);
        if (i < second.size()) left_.push_back(second[i]);
    }
    std::reverse(left_.begin(), left_.end());
    last_ = {errc::address_not_available, peer_host() + " has no address of the family that is wanted"};
    next_attempt();
}

// Begins attempts until one is under way. With none, whoever called reports.
void connector::next_attempt()
{
    next_attempt_ = time_point::max();
    while (!left_.empty()) {
        auto const address = left_.back();
        left_.pop_back();
        if (!attempt(address)) continue;
        if (!left_.empty()) next_attempt_ = loop_.now() + options_.attempt_delay;
        break;
    }
    if (wires_.empty()) next_attempt_ = loop_.now(); // reported from there, as `start` calls nobody
    schedule();
}

bool connector::attempt(ip_address const& address)
{
    auto const remote = to_name(address, peer_port());
    int const descriptor = ::socket(remote.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        last_ = to_problem(errno, address);
        return false;
    }
    auto item = std::make_unique<wire>(*this, descriptor, address);
    int const on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (local_) {
#ifdef IP_BIND_ADDRESS_NO_PORT // the port is chosen with the address of the other end: more connections than ports
        if (!address.literal.is_v6()) ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
#endif
        auto const local = to_name(*local_, 0);
        if (::bind(descriptor, local.raw(), local.size) != 0) {
            last_ = to_problem(errno, *local_);
            return false;
        }
    }
    bool const begun = ::connect(descriptor, remote.raw(), remote.size) == 0 || errno == EINPROGRESS;
    if (!begun || !loop_.add(*item, EPOLLOUT)) {
        last_ = to_problem(errno, address);
        return false;
    }
    wires_.push_back(std::move(item));
    return true;
}

problem connector::to_problem(int reason, ip_address const& address) const
{
    auto text = peer_host();
    if (auto const shown = to_string(address.literal); shown != text) text += " (" + shown + ")";
    return {to_errc(reason), text + " port " + std::to_string(peer_port()) + ": " + std::strerror(reason)};
}

void connector::on_wire(wire& from)
{
    switch (step_) {
    case step::racing: {
        int reason = 0;
        socklen_t size = sizeof reason;
        if (::getsockopt(from.descriptor(), SOL_SOCKET, SO_ERROR, &reason, &size) != 0) reason = errno;
        if (reason != 0) return attempt_ended(from, reason);
        return won(from);
    }
    case step::tunnelling:
        return tunnel();
    case step::securing:
        return secure();
    default:
        return;
    }
}

void connector::attempt_ended(wire& which, int reason)
{
    last_ = to_problem(reason, which.address);
    auto const at = std::find_if(wires_.begin(), wires_.end(), [&](auto const& each) { return each.get() == &which; });
    loop_.retire(std::move(*at));
    wires_.erase(at);
    if (!left_.empty()) return next_attempt();
    if (wires_.empty()) fail(last_);
}

void connector::won(wire& which)
{
    for (auto& each : wires_)
        if (each.get() != &which) loop_.retire(std::move(each));
    std::erase(wires_, nullptr);
    left_.clear();
    next_attempt_ = time_point::max();
    schedule();
    if (options_.proxy) return begin_tunnel();
    if (target_.secure) return begin_tls();
    finish();
}

void connector::begin_tunnel()
{
    step_ = step::tunnelling;
    http::url target;
    target.host = target_.host;
    target.port = target_.port;
    auto const authority = target.host_and_port();
    http::header_list headers;
    if (options_.proxy->has_credentials) {
        auto credentials = http::basic_authorization(options_.proxy->user, options_.proxy->password);
        if (!credentials) return fail({errc::invalid_option, "the credentials for the proxy cannot be sent"});
        headers.set("Proxy-Authorization", std::move(*credentials));
    }
    http::request_parts const request{.method = "CONNECT", .target = authority, .host = authority, .headers = &headers};
    if (!http::write_request(text_, request)) return fail({errc::invalid_option, target_.host});
    answer_ =
        std::make_unique<http::response_reader>(http::response_limits{.body_bytes = 16 * 1024}, http::asked::connect);
    tunnel();
}

void connector::tunnel()
{
    auto& line = *wires_.front();
    if (!text_.empty()) {
        auto const sent = byte_stream::write(line.descriptor(), nullptr, text_, loop_.counters());
        text_.erase(0, sent.bytes);
        if (sent.status == io_status::failed) return fail({errc::disconnected, "the proxy closed the connection"});
        if (!text_.empty()) return;
        loop_.change(line, EPOLLIN);
    }
    auto const buffer = loop_.read_buffer();
    auto const got = byte_stream::read(line.descriptor(), nullptr, buffer, loop_.counters());
    if (got.status == io_status::blocked) return;
    std::size_t const taken = answer_->receive({buffer.data(), got.bytes});
    if (got.status != io_status::done) answer_->end();
    if (answer_->failed())
        return fail({answer_->error(), "the proxy's answer: " + std::string(describe(answer_->error()))});
    if (!answer_->complete()) return;
    auto const response = answer_->take();
    answer_.reset();
    if (response.status / 100 != 2)
        return fail({errc::refused, "the proxy answered " + std::to_string(response.status) + " " + response.reason});
    // The other end speaks only when it is spoken to; what comes before is nobody's.
    if (taken != got.bytes) return fail({errc::invalid_http, "the proxy sent more than its answer"});
    if (target_.secure) return begin_tls();
    finish();
}

void connector::begin_tls()
{
    step_ = step::securing;
    tls_ = options_.tls->open(wires_.front()->descriptor(), target_.host);
    if (!tls_) return fail({errc::tls_failure, target_.host + ": no TLS state could be made"});
    secure();
}

void connector::secure()
{
    problem why;
    switch (options_.tls->handshake(*tls_, target_.host, why)) {
    case tls_progress::done:
        return finish();
    case tls_progress::failed:
        return fail(std::move(why));
    case tls_progress::wants_read:
        return loop_.change(*wires_.front(), EPOLLIN);
    case tls_progress::wants_write:
        return loop_.change(*wires_.front(), EPOLLOUT);
    }
}

void connector::finish()
{
    step_ = step::over;
    loop_.cancel(*this);
    auto line = std::move(wires_.front());
    wires_.clear();
    loop_.remove(*line);
    int const descriptor = line->release();
    loop_.retire(std::move(line));
    connection_info info{remote_address(descriptor), local_address(descriptor), target_.secure};
    owner_.on_connected(*this, open_stream(descriptor, std::move(tls_), std::move(info)));
}

void connector::fail(problem why)
{
    step_ = step::over;
    loop_.cancel(*this);
    if (lookup_) names_.cancel(*std::exchange(lookup_, std::nullopt));
    drop_wires();
    owner_.on_connect_failed(*this, why);
}

void connector::fail_later(problem why)
{
    step_ = step::racing; // without a wire: the next deadline reports
    last_ = std::move(why);
    next_attempt_ = loop_.now();
    schedule();
}

void connector::drop_wires()
{
    tls_.reset();
    for (auto& each : wires_) loop_.retire(std::move(each));
    wires_.clear();
    left_.clear();
}

void connector::schedule()
{
    auto const next = std::min(limit_, next_attempt_);
    if (next == time_point::max())
        loop_.cancel(*this);
    else
        loop_.schedule(*this, next);
}

void connector::on_deadline(time_point now)
{
    if (step_ == step::racing && wires_.empty() && left_.empty()) return fail(last_);
    if (now >= limit_) {
        switch (step_) {
        case step::resolving:
            return fail({errc::timed_out, "looking up " + peer_host()});
        case step::tunnelling:
            return fail({errc::timed_out, "waiting for the proxy " + peer_host()});
        case step::securing:
            return fail({errc::timed_out, "the TLS handshake with " + target_.host});
        default:
            return fail({errc::timed_out, "connecting to " + peer_host() + " port " + std::to_string(peer_port())});
        }
    }
    if (step_ == step::racing && now >= next_attempt_) return next_attempt();
    schedule();
}

} // namespace partyline::net
