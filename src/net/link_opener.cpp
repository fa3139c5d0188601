// The opening handshake of RFC 6455 section 4.1 on a connection; see link_opener.hpp.
#include "net/link_opener.hpp"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "http/request_writer.hpp"
#include "http/token.hpp"
#include "net/byte_stream.hpp"
#include "websocket/handshake.hpp"

namespace partyline::net {

namespace {

constexpr http::response_limits answer_limits{.body_bytes = 64 * 1024};

std::vector<std::string_view> views_of(std::vector<std::string> const& texts) { return {texts.begin(), texts.end()}; }

bool are_protocols(std::vector<std::string> const& names)
{
    for (auto at = names.begin(); at != names.end(); ++at)
        if (!http::is_token(*at) || std::find(names.begin(), at, *at) != at) return false;
    return true;
}

} // namespace

/// The connection until it is a link.
class link_opener::wire final : public channel
{
public:
    wire(link_opener& home, open_stream s) noexcept : channel(s.descriptor), stream(std::move(s)), home_(home) {}
    void on_ready(std::uint32_t) override { home_.on_wire(); }
    void on_again() override { home_.on_wire(); }
    void on_deadline(time_point) override {}

    open_stream stream; // closes the descriptor

private:
    link_opener& home_;
};

link_opener::link_opener(place where, http_origin const& origin, link_wish wish, link_options const& options,
                         link_owner& messages, link_open_owner& owner)
    : where_(where), origin_(origin), wish_(std::move(wish)), options_(options), messages_(messages), owner_(owner)
{}

link_opener::~link_opener()
{
    where_.home.cancel(*this);
    if (wire_) where_.home.retire(std::move(wire_));
}

void link_opener::start()
{
    auto& home = where_.home;
    if (origin_.connect.timeout.count() > 0) limit_ = home.now() + origin_.connect.timeout;
    where_.nonces.fill(nonce_);
    auto const protocols = views_of(wish_.protocols);
    auto const lines = websocket::request_upgrade(nonce_, protocols, wish_.deflate ? &*wish_.deflate : nullptr);
    auto const cookies = origin_.cookies_for(wish_.target);
    http::request_parts const request{.target = wish_.target,
                                      .host = origin_.authority,
                                      .headers = &origin_.headers,
                                      .cookies = cookies,
                                      .handshake = lines};
    if (!are_protocols(wish_.protocols) || !http::write_request(request_, request)) {
        refused_ = {errc::invalid_option, "a header, subprotocol or path of the request cannot be sent"};
        return home.schedule(*this, home.now());
    }
    connector_ = std::make_unique<connector>(home, where_.names, origin_.connect, origin_.where,
                                             static_cast<connect_owner&>(*this));
    connector_->start();
}

void link_opener::on_connected(connector&, open_stream stream)
{
    connector_.reset();
    wire_ = std::make_unique<wire>(*this, std::move(stream));
    answer_ = std::make_unique<http::response_reader>(answer_limits);
    if (limit_ != time_point::max()) where_.home.schedule(*this, limit_);
    if (!where_.home.add(*wire_, EPOLLIN)) return fail({errc::system_failure, "epoll_ctl"});
    write();
}

void link_opener::on_connect_failed(connector&, problem const& why)
{
    auto const reason = why; // it is the connector's
    connector_.reset();
    fail(reason);
}

void link_opener::on_deadline(time_point)
{
    if (refused_) return fail(std::exchange(refused_, {}));
    fail({errc::timed_out, "waiting for the WebSocket handshake of " + origin_.where.host});
}

void link_opener::on_wire()
{
    if (!request_.empty()) return write();
    read();
}

void link_opener::write()
{
    auto& stream = wire_->stream;
    auto const sent = byte_stream::write(stream.descriptor, stream.tls.get(), request_, where_.home.counters());
    request_.erase(0, sent.bytes);
    if (sent.status == io_status::failed) return fail(explain_failure(stream.tls.get(), origin_.where.host));
    where_.home.change(*wire_, request_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
    // What TLS has read already would not be announced.
    if (request_.empty() && byte_stream::has_buffered(stream.tls.get())) where_.home.again(*wire_);
}

void link_opener::read()
{
    auto& stream = wire_->stream;
    auto const buffer = where_.home.read_buffer();
    auto const got = byte_stream::read(stream.descriptor, stream.tls.get(), buffer, where_.home.counters());
    if (got.status == io_status::blocked && got.bytes == 0) return;
    std::string_view const bytes(buffer.data(), got.bytes);
    auto const taken = answer_->receive(bytes);
    if (got.status == io_status::ended) answer_->end();
    if (answer_->failed())
        return fail({answer_->error(), origin_.where.host + ": the answer to the WebSocket handshake"});
    if (answer_->complete()) return judge(answer_->take(), bytes.substr(taken));
    if (got.status == io_status::failed) return fail(explain_failure(stream.tls.get(), origin_.where.host));
    if (byte_stream::has_buffered(stream.tls.get())) where_.home.again(*wire_);
}

void link_opener::judge(http::received_response const& response, std::string_view unread)
{
    origin_.keep_cookies(wish_.target, response);
    auto const upgrade = response.headers.joined("upgrade");
    auto const connection = response.headers.joined("connection");
    auto const accept = response.headers.joined("sec-websocket-accept");
    auto const protocol = response.headers.joined("sec-websocket-protocol");
    auto const extensions = response.headers.joined("sec-websocket-extensions");
    auto const protocols = views_of(wish_.protocols);
    auto const agreed = websocket::confirm_upgrade({response.status, upgrade, connection, accept, protocol, extensions},
                                                   nonce_, protocols, wish_.deflate ? &*wish_.deflate : nullptr);
    if (!agreed) {
        auto detail = agreed.error() == errc::refused
                          ? "the server answered " + std::to_string(response.status) + " " + response.reason
                          : std::string("the server's answer to the WebSocket handshake");
        return fail({agreed.error(), std::move(detail)}, response.status);
    }
    where_.home.cancel(*this);
    auto stream = std::move(wire_->stream);
    where_.home.retire(std::move(wire_)); // out of the set before the link is put into it
    auto* const opened = where_.table.open_link(std::move(stream), unread, agreed->deflate, options_, messages_);
    if (!opened) return fail({errc::system_failure, "epoll_ctl"});
    owner_.on_link_open(*this, *opened, agreed->protocol);
}

void link_opener::fail(problem why, int status)
{
    where_.home.cancel(*this);
    connector_.reset();
    if (wire_) where_.home.retire(std::move(wire_));
    owner_.on_link_refused(*this, why, status);
}

} // namespace partyline::net
