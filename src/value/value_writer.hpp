// Builds a `value` tree from what is written.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <partyline/value.hpp>
#include <partyline/writer.hpp>

namespace partyline {

/// Thread: any one at a time. Owner: whoever writes.
class value_writer final : public writer
{
public:
    void null() override { add({}); }
    void boolean(bool v) override { add(v); }
    void integer(std::int64_t v) override { add(v); }
    void unsigned_integer(std::uint64_t v) override { add(v); }
    void real(double v) override { add(v); }
    /// Invalid UTF-8 is mended here, too.
    void string(std::string_view v) override;
    void bytes(binary const& v) override { add(v); }
    void begin_array(std::size_t count) override;
    void end_array() override;
    void begin_object(std::size_t count) override;
    void key(std::string_view name) override;
    void end_object() override;
    void splice(args const& list) override;

    /// The value written; of several at the outermost level the last.
    [[nodiscard]] value take() && { return std::move(done_); }

private:
    struct level
    {
        bool is_object = false;
        value::array elements;
        std::vector<value::member> members; // the last one's content is to come, once its key was written
    };
    void add(value v);

    std::vector<level> levels_;
    value done_;
};

} // namespace partyline
