// Writes JSON as JSON.stringify does, in one pass, appending to a string; binary leaves are collected on the way.
// It does not know packets: the Socket.IO codec gives it the string behind the head room.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/writer.hpp>

namespace partyline {

/// Values written at the outermost level are separated by commas, so that a list without brackets can be written, too.
///
/// Thread: any one at a time. Owner: whoever writes. Lifetime: `text` and `attachments` outlive it.
class json_writer final : public writer
{
public:
    /// Appends to `text`; the placeholder of a binary carries its place in `attachments`, where it is appended.
    json_writer(std::string& text, std::vector<binary>& attachments, std::size_t max_depth = 128) noexcept
        : text_(text), attachments_(attachments), max_depth_(max_depth)
    {}

    /// Forgets the past, to write the next text (after the caller has emptied `text` and `attachments`).
    void restart() noexcept;

    void null() override;
    void boolean(bool value) override;
    void integer(std::int64_t value) override;
    void unsigned_integer(std::uint64_t value) override;
    void real(double value) override;
    void string(std::string_view value) override;
    void bytes(binary const& value) override;
    void begin_array(std::size_t count) override;
    void end_array() override;
    void begin_object(std::size_t count) override;
    void key(std::string_view name) override;
    void end_object() override;
    void splice(args const& list) override;

private:
    void separate();
    void open(char bracket, std::size_t count);
    void close(char bracket);

    std::string& text_;
    std::vector<binary>& attachments_;
    std::size_t max_depth_;
    std::size_t depth_ = 0;
    std::size_t too_deep_ = 0; // open levels that were not written
    bool first_ = true;        // no comma before the next value
};

/// Appends `text` in quotes, escaped as JSON.stringify does; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

} // namespace partyline
