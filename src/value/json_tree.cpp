// Theory of operation: one pass. `levels_` holds the arrays and objects that are open; a value that is complete is put
// into the innermost one. The grammar is ECMA-404; only white space, strings and numbers need code of their own.
#include "value/json_tree.hpp"

#include <charconv>
#include <limits>

#include "base/utf8.hpp"

namespace partyline {

namespace {

class tree_parser
{
public:
    tree_parser(std::string_view text, std::size_t max_depth)
        : at_(text.data()), end_(text.data() + text.size()), max_depth_(max_depth)
    {}

    result<value> parse()
    {
        for (;;) {
            value done;
            if (accept('[') || accept('{')) {
                char const bracket = at_[-1];
                if (!open(bracket == '{')) return failure_;
                if (!accept(bracket == '{' ? '}' : ']')) {
                    if (levels_.size() > max_depth_) return errc::too_deep;
                    if (bracket == '{' && !key()) return failure_;
                    continue;
                }
                done = close();
            } else if (!leaf(done)) {
                return failure_;
            }
            // `done` goes into the innermost level; out of all levels that end here
            for (;;) {
                if (levels_.empty()) return finish(std::move(done));
                auto& outer = levels_.back();
                if (outer.is_object)
                    outer.members.back().content = std::move(done);
                else
                    outer.elements.push_back(std::move(done));
                if (accept(',')) {
                    if (outer.is_object && !key()) return failure_;
                    break;
                }
                if (!accept(outer.is_object ? '}' : ']')) return errc::invalid_json;
                done = close();
            }
        }
    }

private:
    struct level
    {
        bool is_object;
        value::array elements;
        std::vector<value::member> members;
    };

    bool fail(errc why = errc::invalid_json) noexcept
    {
        failure_ = why;
        return false;
    }

    result<value> finish(value done)
    {
        skip_space();
        if (at_ != end_) return errc::invalid_json;
        return done;
    }

    void skip_space() noexcept
    {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool accept(char c) noexcept
    {
        skip_space();
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    bool open(bool is_object)
    {
        if (levels_.size() > max_depth_) return fail(errc::too_deep);
        levels_.push_back({is_object, {}, {}});
        return true;
    }

    value close()
    {
        level done = std::move(levels_.back());
        levels_.pop_back();
        if (done.is_object) return value::object(std::move(done.members));
        return std::move(done.elements);
    }

    bool key()
    {
        std::string name;
        if (!accept('"') || !string(name) || !accept(':')) return fail();
        levels_.back().members.push_back({std::move(name), {}});
        return true;
    }

    bool leaf(value& out)
    {
        skip_space();
        if (at_ == end_) return fail();
        switch (*at_) {
        case '"': {
            ++at_;
            std::string text;
            if (!string(text)) return fail();
            out = std::move(text);
            return true;
        }
        case 't':
            out = true;
            return word("true");
        case 'f':
            out = false;
            return word("false");
        case 'n':
            return word("null");
        default:
            return number(out);
        }
    }

    bool word(std::string_view expected)
    {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(expected)) return fail();
        at_ += expected.size();
        return true;
    }

    bool digits() noexcept
    {
        auto const begin = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
        return at_ != begin;
    }

    bool number(value& out)
    {
        auto const begin = at_;
        if (*at_ == '-') ++at_;
        bool const zero = at_ != end_ && *at_ == '0';
        if (zero)
            ++at_;
        else if (!digits())
            return fail();
        bool integral = true;
        if (at_ != end_ && *at_ == '.') {
            integral = false;
            ++at_;
            if (!digits()) return fail();
        }
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            integral = false;
            ++at_;
            if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
            if (!digits()) return fail();
        }
        if (integral) {
            std::int64_t i = 0;
            if (std::from_chars(begin, at_, i).ec == std::errc()) return out = i, true;
            std::uint64_t u = 0;
            if (std::from_chars(begin, at_, u).ec == std::errc()) return out = u, true;
        }
        double d = 0;
        if (std::from_chars(begin, at_, d).ec == std::errc::result_out_of_range) d = out_of_range(begin);
        out = d;
        return true;
    }

    /// What JavaScript makes of a number that no double holds: infinity if it is too big, zero if it is too small.
    double out_of_range(char const* begin) const noexcept
    {
        std::string_view const text(begin, static_cast<std::size_t>(at_ - begin));
        bool const minus = text.front() == '-';
        // the place of the first digit that counts, before the exponent is applied: positive before the point
        long long place = 0;
        bool seen_point = false;
        bool seen_digit = false;
        for (char const c : text.substr(minus)) {
            if (c == 'e' || c == 'E') break;
            if (c == '.') {
                seen_point = true;
                continue;
            }
            if (c != '0') seen_digit = true;
            if (seen_digit && !seen_point) ++place;
            if (!seen_digit && seen_point) --place;
        }
        auto const e = text.find_first_of("eE");
        bool tiny = place < 0;
        if (e != std::string_view::npos) {
            auto exponent = text.substr(e + 1);
            bool const down = exponent.front() == '-';
            if (down || exponent.front() == '+') exponent.remove_prefix(1);
            long long shift = 0;
            if (std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift).ec != std::errc())
                tiny = down;
            else
                tiny = (down ? -shift : shift) + place < 0;
        }
        double const size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
        return minus ? -size : size;
    }

    /// Reads to the closing quote.
    bool string(std::string& out)
    {
        for (;;) {
            auto const begin = at_;
            while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
            out.append(begin, at_);
            if (at_ == end_ || static_cast<unsigned char>(*at_) < 0x20) return false;
            if (*at_++ == '"') return true;
            if (!escape(out)) return false;
        }
    }

    bool escape(std::string& out)
    {
        if (at_ == end_) return false;
        switch (*at_++) {
        case '"':
            out.push_back('"');
            return true;
        case '\\':
            out.push_back('\\');
            return true;
        case '/':
            out.push_back('/');
            return true;
        case 'b':
            out.push_back('\b');
            return true;
        case 'f':
            out.push_back('\f');
            return true;
        case 'n':
            out.push_back('\n');
            return true;
        case 'r':
            out.push_back('\r');
            return true;
        case 't':
            out.push_back('\t');
            return true;
        case 'u':
            break;
        default:
            return false;
        }
        std::uint32_t unit = 0;
        if (!hex(unit)) return false;
        if (unit >= 0xd800 && unit < 0xdc00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
            auto const behind = at_;
            at_ += 2;
            std::uint32_t second = 0;
            if (!hex(second)) return false;
            if (second >= 0xdc00 && second < 0xe000)
                unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
            else
                at_ = behind; // a character of its own
        }
        append_code_point(out, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
        return true;
    }

    bool hex(std::uint32_t& out) noexcept
    {
        if (end_ - at_ < 4) return false;
        auto const [stop, error] = std::from_chars(at_, at_ + 4, out, 16);
        if (error != std::errc() || stop != at_ + 4) return false;
        at_ += 4;
        return true;
    }

    static void append_code_point(std::string& out, std::uint32_t c)
    {
        auto const put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
        if (c < 0x80) return put(c);
        if (c < 0x800) {
            put(0xc0 | c >> 6);
        } else if (c < 0x10000) {
            put(0xe0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3f));
        } else {
            put(0xf0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3f));
            put(0x80 | (c >> 6 & 0x3f));
        }
        put(0x80 | (c & 0x3f));
    }

    char const* at_;
    char const* end_;
    std::size_t max_depth_;
    std::vector<level> levels_;
    errc failure_ = errc::invalid_json;
};

} // namespace

result<value> parse_json_tree(std::string_view text, std::size_t max_depth)
{
    if (!base::is_utf8(text)) return errc::invalid_utf8;
    return tree_parser(text, max_depth).parse();
}

} // namespace partyline
