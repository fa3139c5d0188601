#include "engineio/pattern.hpp"

#include <re2/re2.h>

namespace partyline::engineio {

result<pattern> pattern::make(std::string_view expression)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto compiled = std::make_shared<re2::RE2 const>(re2::StringPiece(expression.data(), expression.size()), options);
    if (!compiled->ok()) return errc::invalid_option;
    return pattern(std::move(compiled));
}

bool pattern::matches(std::string_view text) const
{
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

std::string const& pattern::expression() const noexcept { return compiled_->pattern(); }

} // namespace partyline::engineio
