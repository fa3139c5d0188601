// JSON text, validated as a whole and then read by a cursor. Accepts exactly what JSON.parse accepts: simdjson reads nearly
// everything; what it refuses and JavaScript does not (lone surrogates, integers beyond 64 bits, 1e400) is read by `json_tree`.
// It does not know packets. The Socket.IO codec owns one and uses it for one message after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <partyline/binary.hpp>
#include <partyline/reader.hpp>
#include <partyline/result.hpp>

namespace partyline {

/// Thread: any one at a time. Owner: whoever reads. Lifetime: cursors and the views they hand out live until the next parse.
class json_document
{
public:
    /// Readable bytes that `parse_padded` needs behind the text.
    static constexpr std::size_t padding = 64;

    /// Arrays and objects may be nested `max_depth` deep; an innermost one that is empty does not count.
    explicit json_document(std::size_t max_depth = 128);
    json_document(json_document&&) noexcept;
    json_document& operator=(json_document&&) noexcept;
    ~json_document();

    /// Reads one JSON text: `errc::invalid_json`, `invalid_utf8`, or `too_deep`. The text itself is not needed afterwards.
    /// `padding` bytes behind its end must be readable (their content does not matter).
    result<void> parse_padded(std::string_view text);
    /// The same of any text; copies it first.
    result<void> parse(std::string_view text);

    /// How many elements or members the outermost array or object has; 0 for a scalar.
    [[nodiscard]] std::size_t size() const;

    /// The cursor, put at the start. With `attachments` (which must outlive the reading) every object whose
    /// `_placeholder` is true is the attachment of its `num`; without, such objects are plain data.
    /// Precondition: the last parse succeeded.
    reader& root(std::span<binary const> attachments = {});

    /// How many placeholders there are, or `errc::invalid_attachment` if the `num` of one is no integer from 0 below
    /// `attachments`. To be asked once per packet with attachments, before anything of it is read.
    [[nodiscard]] result<std::size_t> check_placeholders(std::size_t attachments) const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace partyline
