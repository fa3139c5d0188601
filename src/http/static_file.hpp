// The pure half of serving files: which file a path means, what it is, and what a conditional or range request gets of it
// (RFC 9110 sections 13 and 14). Opens nothing: the shell looks the file up and sends the bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/http.hpp>
#include <partyline/result.hpp>

namespace partyline::http {

/// The path below the root for a request path: "/a/b%20c.js" is "a/b c.js", "/a/" is "a/". It never leaves the root:
/// `..`, empty and dot segments, backslashes, NUL, control characters, colons and broken escapes are `refused`; so are dot files.
/// Symbolic links are for the shell to judge.
[[nodiscard]] result<std::string> resolve_path(std::string_view request_path);

/// The content type for a file name's extension; "application/octet-stream" if unknown.
[[nodiscard]] std::string_view content_type(std::string_view file_name) noexcept;
/// Whether compressing such content pays (text, JavaScript, JSON, SVG, WebAssembly; not images or archives).
[[nodiscard]] bool is_compressible(std::string_view content_type) noexcept;

/// `W/"size-time"` in hexadecimal: weak, since two writes within the time's resolution look alike.
[[nodiscard]] std::string make_etag(std::uint64_t size, std::chrono::sys_seconds modified);

/// Whether a list of entity tags, or `*`, names this one: weak comparison for If-None-Match, strong for If-Match and If-Range.
[[nodiscard]] bool etag_matches(std::string_view list, std::string_view etag, bool strong) noexcept;

struct byte_range
{
    std::uint64_t first = 0;
    std::uint64_t size = 0;
};
enum class range_verdict : std::uint8_t
{
    whole,
    partial,
    unsatisfiable
};
/// Reads one range. Several ranges, other units and syntax errors mean the whole file: a server may always ignore Range,
/// and answering many overlapping ranges is how servers were made to send a file a thousand times over.
[[nodiscard]] range_verdict parse_range(std::string_view header, std::uint64_t size, byte_range& out) noexcept;

/// What the shell knows of a file that exists.
struct file_facts
{
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
    /// With its quotes; `make_etag` where there is nothing better.
    std::string etag = {};
    std::string_view content_type = "application/octet-stream";
    /// Content-Encoding of the bytes (a precompressed file); none if empty. Ranges count these bytes.
    std::string_view coding = {};
    /// Other codings exist: the answer says `Vary: Accept-Encoding`.
    bool varies = false;
};

/// What to send. `head` has everything but the bytes: 200, 206, 304, 405, 412 or 416, with `content_length` set.
struct file_answer
{
    response head;
    /// The bytes of the file to send; size 0: none.
    byte_range bytes;
};

/// Preconditions in the order of RFC 9110 section 13.2.2, then Range. GET and HEAD only; to HEAD no bytes belong.
[[nodiscard]] file_answer answer_file(request const& request, file_facts const& file);

} // namespace partyline::http
