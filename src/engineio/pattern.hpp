// A regular expression in linear time (RE2), for origins and for the names of dynamic namespaces: `std::regex` recurses
// once per character and overflows the stack on a hostile name. It does not know what it is matched against.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <partyline/result.hpp>

namespace re2 {
class RE2;
}

namespace partyline::engineio {

/// Immutable and cheap to copy; may be matched on any thread.
class pattern
{
public:
    /// RE2 syntax. `errc::invalid_option` if it does not compile.
    static result<pattern> make(std::string_view expression);

    /// Whether it is found somewhere in `text`, as JavaScript's `test`: use `^` and `$` to match the whole.
    [[nodiscard]] bool matches(std::string_view text) const;
    /// The expression that it was made from.
    [[nodiscard]] std::string const& expression() const noexcept;

private:
    explicit pattern(std::shared_ptr<re2::RE2 const> compiled) noexcept : compiled_(std::move(compiled)) {}
    std::shared_ptr<re2::RE2 const> compiled_;
};

} // namespace partyline::engineio
