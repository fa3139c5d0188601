#include "websocket/extension.hpp"

#include "websocket/token.hpp"

namespace partyline::websocket {

namespace {

// Walks the header once, from left to right.
class cursor
{
public:
    explicit cursor(std::string_view text) noexcept : rest_(text) {}

    void skip_blanks() noexcept
    {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    // Takes `c` if it stands next, with blanks on both sides.
    bool take(char c) noexcept
    {
        skip_blanks();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        skip_blanks();
        return true;
    }
    // The token that stands next; empty if there is none.
    std::string_view token() noexcept
    {
        std::size_t size = 0;
        while (size < rest_.size() && is_token_character(rest_[size])) ++size;
        auto const found = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return found;
    }
    // The rest of a quoted string whose opening quote was taken. RFC 6455 section 9.1: unquoted, it has to be a token.
    std::optional<std::string> quoted()
    {
        std::string value;
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                if (value.empty()) return std::nullopt;
                return value;
            }
            if (rest_[i] == '\\') ++i;
            if (i == rest_.size() || !is_token_character(rest_[i])) return std::nullopt;
            value.push_back(rest_[i]);
        }
        return std::nullopt;
    }
    bool take_quote() noexcept
    {
        if (rest_.empty() || rest_.front() != '"') return false;
        rest_.remove_prefix(1);
        return true;
    }

private:
    std::string_view rest_;
};

result<extension_parameter> parse_parameter(cursor& at)
{
    extension_parameter parameter{at.token(), {}};
    if (parameter.name.empty()) return errc::invalid_handshake;
    if (!at.take('=')) return parameter;
    if (at.take_quote()) {
        parameter.value = at.quoted();
        if (!parameter.value) return errc::invalid_handshake;
    } else {
        auto const value = at.token();
        if (value.empty()) return errc::invalid_handshake;
        parameter.value.emplace(value);
    }
    return parameter;
}

} // namespace

result<std::vector<extension>> parse_extensions(std::string_view header)
{
    std::vector<extension> found;
    cursor at(header);
    at.skip_blanks();
    if (at.at_end()) return found;
    do {
        if (found.size() == max_extensions) return errc::limit_exceeded;
        auto& one = found.emplace_back(extension{at.token(), {}});
        if (one.name.empty()) return errc::invalid_handshake;
        while (at.take(';')) {
            if (one.parameters.size() == max_extension_parameters) return errc::limit_exceeded;
            auto parameter = parse_parameter(at);
            if (!parameter) return parameter.error();
            one.parameters.push_back(std::move(*parameter));
        }
    } while (at.take(','));
    if (!at.at_end()) return errc::invalid_handshake;
    return found;
}

} // namespace partyline::websocket
