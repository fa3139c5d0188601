// The conversation of an HTTP connection: requests out of bytes, and answers into bytes.
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "http/response_writer.hpp"
#include "net/byte_stream.hpp"
#include "net/connections.hpp"
#include "net/http_connection.hpp"

namespace partyline::net {

namespace {

constexpr int requests_per_turn = 32;

} // namespace

void http_connection::process_kept()
{
    // The parser wants its input to stay, and the host wants room behind a body, so it is read from a copy with both.
    std::string input = std::exchange(kept_, {});
    std::size_t const size = input.size();
    input.append(loop::read_slack, '\0');
    process(std::string_view(input).substr(0, size));
    if (phase_ == phase::closed) return;
    if (input_over_ && kept_.empty()) return input_ended();
    if (byte_stream::has_buffered(tls_.get())) home_.loop_.again(*this);
    watch();
}

void http_connection::process(std::string_view input)
{
    std::string_view const whole = input;
    silent_ = false;
    for (int requests = 0; !input.empty();) {
        if (closing_) return;
        if (must_wait() || requests == requests_per_turn) {
            keep(input);
            if (!must_wait()) home_.loop_.again(*this);
            return;
        }
        if (!reader_) {
            reader_ = home_.take_reader();
            request_began_ = home_.loop_.now();
        }
        http::request_reader& reader = *reader_;
        input.remove_prefix(std::min(reader.receive(input), input.size()));
        if (!reader.failed() && phase_ == phase::idle) enter(phase::head);
        if (!reader.failed() && reader.at_body() && phase_ == phase::head) {
            begin_body();
            if (phase_ == phase::closed || closing_) return;
        }
        if (reader.failed()) return refuse(reader.status());
        if (!reader.complete()) continue;
        ++requests;
        if (phase_ == phase::head && reader.head().is_upgrade()) keep(std::exchange(input, {}));
        // Only a body that lies in what was just received has room behind it.
        std::string_view const body = reader.body();
        if (body.empty() || (body.data() >= whole.data() && body.data() < whole.data() + whole.size())) {
            dispatch(body);
        } else {
            std::string padded;
            padded.reserve(body.size() + loop::read_slack);
            padded.assign(body).append(loop::read_slack, '\0');
            dispatch(std::string_view(padded).substr(0, body.size()));
        }
        if (phase_ == phase::closed) return;
    }
}

void http_connection::begin_exchange(http::request const& head)
{
    head_only_ = head.method == http::method::head;
    minor_version_ = head.minor_version;
    keep_alive_ = head.keep_alive;
    announced_ = true;
    home_.renew_id(slot_, 0);
    ++home_.loop_.counters().requests;
}

void http_connection::begin_body()
{
    http::request_reader& reader = *reader_;
    begin_exchange(reader.head());
    enter(phase::body);
    std::uint64_t const limit = home_.host_.on_head(home_.id_of(slot_), reader.head());
    if (phase_ == phase::closed || closing_) return;
    bool const expected = reader.expects_continue();
    reader.body_limit(limit);
    if (reader.failed() || !expected) return;
    output_.text() += http::continue_response;
    home_.flush_later(*this);
}

void http_connection::dispatch(std::string_view body)
{
    auto held = std::move(reader_); // what the host looks at lives as long as the call, whatever is done in it
    http::request const& head = held->head();
    if (phase_ == phase::head) {
        begin_exchange(head);
        upgrade_ = head.is_upgrade();
    }
    enter(phase::waiting);
    exchange_id const exchange = home_.id_of(slot_);
    if (upgrade_)
        home_.host_.on_upgrade(exchange, head);
    else
        home_.host_.on_request(exchange, head, body);
    home_.give_reader(std::move(held));
}

void http_connection::respond(http::response message)
{
    bool const complete = phase_ == phase::waiting;
    bool const keep_alive = complete && keep_alive_ && !upgrade_ && !home_.draining_;
    announced_ = false;
    home_.renew_id(slot_, 0);
    write(std::move(message), keep_alive);
    closing_ = !keep_alive;
    linger_ = !complete || upgrade_; // more may be on its way, and closing over it would take the answer back
    enter(phase::idle);
    home_.flush_later(*this);
}

void http_connection::write(http::response message, bool keep_alive)
{
    http::framing const how{.head_only = head_only_,
                            .keep_alive = keep_alive,
                            .minor_version = minor_version_,
                            .chunked = false,
                            .date = home_.date()};
    if (keep_alive) home_.say_keep_alive(message);
    std::string& text = output_.text();
    bool const large =
        message.content().size() >= http_output::large && !head_only_ && http::may_have_body(message.status);
    if (!(large ? http::write_head(text, message, how) : http::write_response(text, message, how))) {
        http::response bare;
        bare.status = 500;
        [[maybe_unused]] auto const ignored = http::write_response(text, bare, how);
        return;
    }
    if (!large) return;
    if (!message.shared_body.empty()) return output_.set_body(std::move(message.shared_body));
    auto const owner = std::make_shared<std::string const>(std::move(message.body));
    output_.set_body(binary(owner, std::as_bytes(std::span(*owner))));
}

// The answer to what cannot be read or took too long. An exchange that had begun is over for the host.
void http_connection::refuse(int status)
{
    ++home_.loop_.counters().bad_requests;
    if (!announced_) head_only_ = false;
    auto message = home_.host_.refusal(status, announced_ ? &reader_->head() : nullptr);
    if (std::exchange(announced_, false)) {
        exchange_id const over = home_.id_of(slot_);
        home_.renew_id(slot_, 0);
        home_.host_.on_aborted(over);
    }
    write(std::move(message), false);
    closing_ = linger_ = true;
    enter(phase::idle);
    home_.flush_later(*this);
}

} // namespace partyline::net
