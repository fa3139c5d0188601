// The one source that includes Boost.Beast: basic_parser, fed complete heads and chunked bodies. None of its I/O is used.
#include "http/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "http/token.hpp"

namespace partyline::http {

namespace {

namespace beast = boost::beast;
using text_view = beast::string_view;
using beast_error = beast::error_code;

constexpr std::size_t smallest_body = 5;

std::string_view to_std(text_view text) noexcept { return {text.data(), text.size()}; }

template <bool is_request>
class adaptor final : public message_parser, private beast::http::basic_parser<is_request>
{
    using base = beast::http::basic_parser<is_request>;

public:
    adaptor()
    {
        // Sizes are the readers' policy.
        base::header_limit(UINT32_MAX);
        base::body_limit(boost::none);
    }

    verdict parse_head(std::string_view text, parsed_head& out) override
    {
        head_ = &out;
        beast_error code;
        auto const consumed = base::put(beast::net::const_buffer(text.data(), text.size()), code);
        head_ = nullptr;
        if (code == beast::http::error::bad_version) return verdict::bad_version;
        // The scanner saw the end of the head; if Beast sees it elsewhere the two disagree, and that is an attack.
        if (code || consumed != text.size() || !base::is_header_done()) return verdict::malformed;
        return verdict::ok;
    }

    verdict parse_chunks(std::string_view input, std::size_t& consumed, std::string& out) override
    {
        consumed = 0;
        // Beast asserts that it is shown five bytes once it has seen "0" and a line end at the start of a body (later a
        // line end stands in front). Every body has five bytes, so nothing is lost by waiting for them.
        if (!body_begun_ && input.size() < smallest_body) return verdict::need_more;
        body_begun_ = true;
        body_ = &out;
        base::eager(true);
        beast_error code;
        consumed = base::put(beast::net::const_buffer(input.data(), input.size()), code);
        body_ = nullptr;
        if (code == beast::http::error::need_more) return verdict::need_more;
        if (code) return verdict::malformed;
        return base::is_done() ? verdict::complete : verdict::need_more;
    }

private:
    void on_request_impl(beast::http::verb, text_view method, text_view target, int version, beast_error&) override
    {
        head_->method = to_std(method);
        head_->target = to_std(target);
        head_->minor_version = version % 10;
    }

    void on_response_impl(int status, text_view reason, int version, beast_error&) override
    {
        head_->status = status;
        head_->reason = to_std(reason);
        head_->minor_version = version % 10;
    }

    void on_field_impl(beast::http::field, text_view name, text_view value, beast_error&) override
    {
        if (head_)
            head_->fields.push_back({to_std(name), to_std(value)}); // else it is a trailer, which nobody may trust
    }

    void on_header_impl(beast_error&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, beast_error&) override {}
    std::size_t on_body_impl(text_view, beast_error&) override { return 0; } // sized bodies are counted by the readers

    void on_chunk_header_impl(std::uint64_t, text_view extensions, beast_error& code) override
    {
        // Inside a quoted string Beast lets a bare LF pass, which others take for the end of the line.
        if (!is_field_value(to_std(extensions))) code = beast::http::error::bad_chunk_extension;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, text_view data, beast_error&) override
    {
        body_->append(data.data(), data.size());
        return data.size();
    }

    void on_finish_impl(beast_error&) override {}

    parsed_head* head_ = nullptr;
    std::string* body_ = nullptr;
    bool body_begun_ = false;
};

} // namespace

std::unique_ptr<message_parser> message_parser::for_requests() { return std::make_unique<adaptor<true>>(); }

std::unique_ptr<message_parser> message_parser::for_responses() { return std::make_unique<adaptor<false>>(); }

} // namespace partyline::http
