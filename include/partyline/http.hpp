// Requests and responses as values: what middleware, `on_http` and the header hooks are given, and what they answer with.
// Nothing here knows connections; http/request_reader makes requests, http/response_writer sends responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/binary.hpp>

namespace partyline::http {

/// The methods that have a meaning here; every other one is `unknown` and keeps its text.
enum class method : std::uint8_t
{
    unknown,
    get,
    head,
    post,
    put,
    delete_,
    connect,
    options,
    trace,
    patch
};

/// "GET" and so on; empty for `unknown`.
[[nodiscard]] std::string_view to_string(method verb) noexcept;
/// Methods are case-sensitive (RFC 9110 section 9.1).
[[nodiscard]] method to_method(std::string_view text) noexcept;

/// A header as it stands in a message, without white space around the value.
struct header_field
{
    std::string_view name;
    std::string_view value;
};

/// Whether two header names are the same: ASCII case does not count.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// The headers of a received message: immutable, in the order of arrival, one allocation of exactly their bytes (four
/// for each field, plus names and values), because a handshake is kept for the life of its connection.
class header_block
{
public:
    header_block() = default;
    /// Copies. Fields whose name or value exceeds 65,535 bytes are left out; the readers refuse them before.
    explicit header_block(std::span<header_field const> fields);
    header_block(header_block const& other);
    header_block(header_block&& other) noexcept;
    header_block& operator=(header_block other) noexcept;
    ~header_block() = default;

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Bytes on the heap.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    /// The value of the first header of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
    /// The same, with an empty text where there is none.
    [[nodiscard]] std::string_view value_or_empty(std::string_view name) const noexcept;
    /// All values of that name, joined with ", " (cookies: "; "), as Node does.
    [[nodiscard]] std::string joined(std::string_view name) const;
    /// Whether a comma-separated list, spread over one or more headers of that name, has this token. Case does not count.
    [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const noexcept;
    /// Only the headers with these names, in their order: what `.keep_headers` leaves of a handshake.
    [[nodiscard]] header_block only(std::span<std::string const> names) const;

    /// Walks the fields in the order of arrival.
    class iterator
    {
    public:
        using value_type = header_field;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        header_field operator*() const noexcept;
        iterator& operator++() noexcept;
        iterator operator++(int) noexcept;
        friend bool operator==(iterator const& a, iterator const& b) noexcept { return a.sizes_ == b.sizes_; }

    private:
        friend class header_block;
        iterator(char const* sizes, char const* text) noexcept : sizes_(sizes), text_(text) {}
        char const* sizes_ = nullptr;
        char const* text_ = nullptr;
    };
    [[nodiscard]] iterator begin() const noexcept;
    [[nodiscard]] iterator end() const noexcept;

private:
    std::unique_ptr<char[]> data_; // count_ times {name size, value size} as 16-bit numbers, then the texts
    std::uint32_t bytes_ = 0;
    std::uint32_t count_ = 0;
};

/// The headers of a message that is being made. Names and values are checked when the message is written: what could
/// split a response (CR, LF, NUL) is refused there, not sent.
class header_list
{
public:
    struct entry
    {
        std::string name;
        std::string value;
    };

    header_list() = default;
    header_list(std::initializer_list<entry> entries) : entries_(entries) {}

    /// Replaces every header of that name.
    void set(std::string_view name, std::string value);
    /// Adds one more, as Set-Cookie needs it.
    void add(std::string_view name, std::string value);
    /// Adds a member to a comma-separated list such as Vary, unless it is there already.
    void append_token(std::string_view name, std::string_view token);
    /// How many were removed.
    std::size_t remove(std::string_view name);
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }

private:
    std::vector<entry> entries_;
};

/// A request. Owns everything it shows, so it may be kept, copied and passed between threads.
struct request
{
    http::method method = http::method::get;
    /// HTTP/1.0 or HTTP/1.1.
    std::uint8_t minor_version = 1;
    /// Whether the client wants the connection to stay open (RFC 9112 section 9.3).
    bool keep_alive = true;
    /// The text of a method that is not in the enumeration.
    std::string unknown_method = {};
    /// As it stands in the request line: "/chat?x=1", "http://host/chat?x=1", "*", or "host:port" for CONNECT.
    std::string target = "/";
    header_block headers = {};
    /// Empty until the reader's `take()`; before that the reader shows the body without a copy.
    std::string body = {};

    [[nodiscard]] std::string_view method_text() const noexcept;
    /// The path as sent, not decoded: "/chat". "/" for an absolute target without one, "*" for `OPTIONS *`, empty for CONNECT.
    [[nodiscard]] std::string_view path() const noexcept;
    /// What follows the question mark, not decoded; empty if there is none.
    [[nodiscard]] std::string_view query() const noexcept;
    /// "host" or "host:port": from an absolute target, else from the Host header (RFC 9112 section 3.2.2).
    [[nodiscard]] std::string_view host() const noexcept;
    /// The value of the first header of that name; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept { return headers.value_or_empty(name); }
    /// Whether the client asks to change the protocol of this connection (`Connection: Upgrade` and an `Upgrade` header).
    [[nodiscard]] bool is_upgrade() const noexcept;
    /// Whether it names this protocol among those it would change to, for example "websocket".
    [[nodiscard]] bool is_upgrade_to(std::string_view protocol) const noexcept;
};

/// A response. `Content-Length`, `Transfer-Encoding` and (but for status 101) `Connection` are the writer's business.
struct response
{
    int status = 200;
    header_list headers = {};
    std::string body = {};
    /// Sent instead of `body` if not empty: shared bytes, not copied.
    binary shared_body = {};
    /// What `Content-Length` says where that is not the size of the body: for HEAD, for 304, for bodies sent apart.
    std::optional<std::uint64_t> content_length = {};

    /// The body, whichever of the two holds it.
    [[nodiscard]] std::string_view content() const noexcept
    {
        return shared_body.empty() ? std::string_view(body) : shared_body.text();
    }

    /// A response with a body and its content type.
    [[nodiscard]] static response text(int status, std::string body,
                                       std::string_view content_type = "text/plain; charset=UTF-8");
};

/// "Not Found" for 404; "Unknown" for a number without a registered phrase.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

} // namespace partyline::http
