// The query of a request target, `a=b&c=d`, read where it stands: nothing is stored, values are decoded when asked for.
// Called by engineio's endpoint on every poll.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partyline::http {

/// A view: the text must outlive it. Pairs keep their order, and duplicates all count.
class query
{
public:
    struct parameter
    {
        std::string name;
        std::string value;
    };
    /// Pairs beyond are ignored, as Node's `querystring` does.
    static constexpr std::size_t default_limit = 1000;

    explicit query(std::string_view text, std::size_t limit = default_limit) noexcept : text_(text), limit_(limit) {}

    /// The decoded value of the first pair with that name.
    [[nodiscard]] std::optional<std::string> first(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> last(std::string_view name) const;
    /// The value of the first pair with that name, as it stands: for values that need no decoding, such as a sid.
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const { return raw(name).has_value(); }
    /// All pairs, decoded, in order.
    [[nodiscard]] std::vector<parameter> parameters() const;

private:
    template <class F>
    void walk(F visit) const;

    std::string_view text_;
    std::size_t limit_;
};

} // namespace partyline::http
