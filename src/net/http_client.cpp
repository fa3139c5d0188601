// Theory of operation. A line is one connection: connecting → exchanging → idle → exchanging → ... What it has to tell is always the
// last that it does, because the owner may destroy everything then.
#include "net/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/request_writer.hpp"
#include "http/token.hpp"
#include "net/byte_stream.hpp"

namespace partyline::net {

namespace {

constexpr std::size_t body_slack = loop::read_slack;

// "timeout=5, max=100": after how many seconds the server closes an idle connection.
std::optional<std::chrono::seconds> announced_timeout(std::string_view header)
{
    while (!header.empty()) {
        auto const member = http::next_list_member(header);
        auto const equals = member.find('=');
        if (equals == member.npos || !http::equals_ignoring_case(http::trim(member.substr(0, equals)), "timeout"))
            continue;
        auto const digits = http::trim(member.substr(equals + 1));
        unsigned number = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{} && number < 86'400)
            return std::chrono::seconds(number);
    }
    return std::nullopt;
}

} // namespace

/// One connection of the client. Freed between turns, so that it may be dropped in its own calls.
class http_client::line final : public channel, private connect_owner
{
public:
    explicit line(http_client& home) noexcept : channel(-1), home_(&home) {}
    ~line() override
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    [[nodiscard]] bool is_idle() const noexcept { return call_ == 0; }
    [[nodiscard]] call_id call() const noexcept { return call_; }
    [[nodiscard]] bool is_usable() const noexcept;

    void begin(call_id call, http_call const& what);
    void forget() noexcept
    {
        call_ = 0;
        connector_.reset();
    }

    void on_ready(std::uint32_t events) override;
    void on_again() override;
    void on_deadline(time_point now) override;

private:
    void on_connected(connector& from, open_stream stream) override;
    void on_connect_failed(connector& from, problem const& why) override;

    void connect();
    void write();
    void read();
    void broke(problem why);
    void respond(std::size_t unread);
    void rest(http::received_response const& response);
    void fail(problem why);
    void watch(std::uint32_t events);

    http_client* home_;
    std::unique_ptr<connector> connector_;
    std::unique_ptr<http::response_reader> reader_;
    tls_state tls_;
    std::string request_;
    std::string target_;
    std::size_t written_ = 0;
    call_id call_ = 0;
    std::uint32_t watched_ = 0;
    http::asked asked_ = http::asked::ordinary;
    bool reused_ = false;
    bool repeatable_ = false;
    bool mute_ = false; // nothing can be written any more; an answer may still have come
    problem trouble_;   // to be reported in the next turn
};

http_client::http_client(loop& loop, resolver& names, http_origin const& origin, http_client_options const& options,
                         http_client_owner& owner)
    : loop_(loop), names_(names), origin_(origin), options_(options), owner_(owner)
{}

http_client::~http_client()
{
    for (auto& each : lines_) {
        each->forget();
        loop_.retire(std::move(each));
    }
}

std::size_t http_client::idle() const noexcept
{
    return static_cast<std::size_t>(
        std::count_if(lines_.begin(), lines_.end(), [](auto const& each) { return each->is_idle(); }));
}

http_client::line& http_client::free_line()
{
    for (std::size_t i = lines_.size(); i-- > 0;) { // the one that was used last is the most likely to stand still
        if (!lines_[i]->is_idle()) continue;
        if (lines_[i]->is_usable()) return *lines_[i];
        drop(*lines_[i]);
    }
    return *lines_.emplace_back(std::make_unique<line>(*this));
}

call_id http_client::start(http_call const& call)
{
    auto const id = ++last_;
    free_line().begin(id, call);
    return id;
}

bool http_client::abort(call_id call)
{
    auto const at =
        std::find_if(lines_.begin(), lines_.end(), [call](auto const& each) { return each->call() == call; });
    if (call == 0 || at == lines_.end()) return false;
    drop(**at);
    return true;
}

void http_client::close_idle()
{
    for (std::size_t i = lines_.size(); i-- > 0;)
        if (lines_[i]->is_idle()) drop(*lines_[i]);
}

void http_client::drop(line& which)
{
    auto const at = std::find_if(lines_.begin(), lines_.end(), [&](auto const& each) { return each.get() == &which; });
    which.forget();
    loop_.retire(std::move(*at));
    lines_.erase(at);
}

// -- a line

// Whether the server has not closed it, as far as this machine knows.
bool http_client::line::is_usable() const noexcept
{
    char byte = 0;
    return descriptor_ >= 0 && ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
}

void http_client::line::begin(call_id call, http_call const& what)
{
    auto& home = *home_;
    call_ = call;
    target_ = what.target;
    asked_ = what.method == "HEAD" ? http::asked::head : http::asked::ordinary;
    repeatable_ = !what.body && (what.method == "GET" || what.method == "HEAD");
    reused_ = descriptor_ >= 0;
    written_ = 0;
    request_.clear();
    home.loop_.cancel(*this);
    if (home.options_.timeout.count() > 0) home.loop_.schedule(*this, home.loop_.now() + home.options_.timeout);

    auto headers = home.origin_.headers;
    if (home.options_.compressed && !headers.find("accept-encoding")) headers.set("Accept-Encoding", "gzip, deflate");
    if (what.headers)
        for (auto const& [name, value] : *what.headers) headers.set(name, value);
    auto const cookies = home.origin_.cookies_for(target_);
    http::request_parts const parts{.method = what.method,
                                    .target = what.target,
                                    .host = home.origin_.authority,
                                    .headers = &headers,
                                    .cookies = cookies,
                                    .body = what.body};
    if (what.method == "CONNECT" || !http::write_request(request_, parts)) {
        trouble_ = {errc::invalid_option, "a header or the path of the request cannot be sent"};
        return home.loop_.again(*this);
    }
    reader_ = std::make_unique<http::response_reader>(home.options_.limits, asked_);
    if (reused_) return write();
    connect();
}

void http_client::line::connect()
{
    auto const& origin = home_->origin_;
    connector_ = std::make_unique<connector>(home_->loop_, home_->names_, origin.connect, origin.where,
                                             static_cast<connect_owner&>(*this));
    connector_->start();
}

void http_client::line::on_connected(connector&, open_stream stream)
{
    connector_.reset();
    descriptor_ = std::exchange(stream.descriptor, -1);
    tls_ = std::move(stream.tls);
    watched_ = EPOLLIN;
    if (!home_->loop_.add(*this, watched_)) return fail({errc::system_failure, "epoll_ctl"});
    write();
}

void http_client::line::on_connect_failed(connector&, problem const& why)
{
    auto reason = why; // it is the connector's
    connector_.reset();
    fail(std::move(reason));
}

void http_client::line::watch(std::uint32_t events)
{
    if (std::exchange(watched_, events) != events) home_->loop_.change(*this, events);
}

// Called out of `start`, so what goes wrong is told in the next turn.
void http_client::line::write()
{
    auto& loop = home_->loop_;
    std::span<char const> const left(request_.data() + written_, request_.size() - written_);
    auto const sent = byte_stream::write(descriptor_, tls_.get(), left, loop.counters());
    written_ += sent.bytes;
    mute_ = sent.status == io_status::failed; // a server that refuses a large body closes after its answer
    if (mute_) return loop.again(*this);
    watch(written_ == request_.size() ? EPOLLIN : EPOLLIN | EPOLLOUT);
    if (byte_stream::has_buffered(tls_.get())) loop.again(*this);
}

void http_client::line::on_ready(std::uint32_t events)
{
    if (is_idle()) return home_->drop(*this); // the server closes, or says what nobody asked for
    if (trouble_ || mute_) return;            // on_again is on its way
    if ((events & EPOLLOUT) != 0 && written_ != request_.size()) write();
    if (!mute_ && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void http_client::line::on_again()
{
    if (is_idle()) return;
    if (trouble_) return fail(std::exchange(trouble_, {}));
    read();
}

void http_client::line::read()
{
    auto& loop = home_->loop_;
    auto const buffer = loop.read_buffer();
    auto const got = byte_stream::read(descriptor_, tls_.get(), buffer, loop.counters());
    auto const taken = reader_->receive({buffer.data(), got.bytes});
    if (got.status == io_status::ended) reader_->end();
    if (reader_->complete()) return respond(got.bytes - taken);
    if (reader_->failed()) {
        auto const& host = home_->origin_.where.host;
        if (reader_->error() == errc::disconnected) return broke({errc::disconnected, host + " closed the connection"});
        return fail({reader_->error(), "the answer of " + host});
    }
    if (got.status == io_status::failed) return broke(explain_failure(tls_.get(), home_->origin_.where.host));
    if (mute_ && got.bytes == 0)
        return broke({errc::disconnected, home_->origin_.where.host + " closed the connection"});
    if (mute_ || byte_stream::has_buffered(tls_.get())) loop.again(*this);
}

// The connection has ended before the answer did.
void http_client::line::broke(problem why)
{
    if (!reused_ || !repeatable_ || reader_->begun()) return fail(std::move(why));
    home_->loop_.remove(*this);
    if (home_->options_.timeout.count() > 0)
        home_->loop_.schedule(*this, home_->loop_.now() + home_->options_.timeout); // `remove` forgot it
    ::close(std::exchange(descriptor_, -1));
    tls_.reset();
    reused_ = false;
    mute_ = false;
    written_ = 0;
    reader_ = std::make_unique<http::response_reader>(home_->options_.limits, asked_);
    connect();
}

void http_client::line::respond(std::size_t unread)
{
    auto& home = *home_;
    auto response = reader_->take();
    reader_.reset();
    if (response.status == 101)
        return fail({errc::invalid_http, "the server changed the protocol without being asked"});
    home.origin_.keep_cookies(target_, response);
    auto const id = std::exchange(call_, 0);
    home.loop_.cancel(*this);
    // What follows an answer that nobody asked for would be taken for the next one.
    bool const stays = response.keep_alive && unread == 0 && written_ == request_.size() &&
                       !byte_stream::has_buffered(tls_.get()) && home.idle() <= home.options_.max_idle;
    request_ = {};
    if (stays)
        rest(response);
    else
        home.drop(*this);
    response.body.reserve(response.body.size() + body_slack);
    home.owner_.on_response(id, std::move(response));
}

// Waits for the next exchange, or for the end.
void http_client::line::rest(http::received_response const& response)
{
    auto limit = home_->options_.keep_alive;
    if (auto const announced = announced_timeout(response.header("keep-alive")))
        limit = std::min<std::chrono::milliseconds>(limit, *announced - std::chrono::milliseconds(500));
    if (limit.count() <= 0) return home_->drop(*this);
    watch(EPOLLIN);
    home_->loop_.schedule(*this, home_->loop_.now() + limit);
}

void http_client::line::on_deadline(time_point)
{
    if (is_idle()) return home_->drop(*this);
    fail({errc::timed_out, "waiting for the answer of " + home_->origin_.where.host});
}

void http_client::line::fail(problem why)
{
    auto& home = *home_;
    auto const id = std::exchange(call_, 0);
    home.drop(*this);
    home.owner_.on_call_failed(id, why);
}

} // namespace partyline::net
