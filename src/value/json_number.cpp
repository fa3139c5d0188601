#include "value/json_number.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace partyline {

void append_json_number(std::string& out, double number)
{
    char text[32];
    if (!std::isfinite(number)) {
        out.append("null");
        return;
    }
    constexpr double exact = 9007199254740992; // 2^53: below, an integral double is its integer
    if (number == std::trunc(number) && std::fabs(number) <= exact) {
        auto const end = std::to_chars(text, text + sizeof text, static_cast<long long>(number)).ptr;
        out.append(text, end);
        return;
    }
    // digits and exponent: d.ddde±xx
    auto const end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
    std::string_view const all(text, static_cast<std::size_t>(end - text));
    auto const e = all.find('e');
    int exponent = 0;
    std::from_chars(text + e + (all[e + 1] == '+' ? 2 : 1), end, exponent);
    std::string_view mantissa = all.substr(0, e);
    if (mantissa.front() == '-') {
        out.push_back('-');
        mantissa.remove_prefix(1);
    }
    char digits[24];
    std::size_t count = 0;
    for (char const c : mantissa) {
        if (c != '.') digits[count++] = c;
    }
    // ECMA-262, Number::toString: k digits, and the point behind the n-th
    auto const k = static_cast<int>(count);
    int const n = exponent + 1;
    if (k <= n && n <= 21) {
        out.append(digits, count).append(static_cast<std::size_t>(n - k), '0');
    } else if (0 < n && n <= 21) {
        auto const whole = static_cast<std::size_t>(n);
        out.append(digits, whole).append(1, '.').append(digits + whole, count - whole);
    } else if (-6 < n && n <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-n), '0').append(digits, count);
    } else {
        out.append(1, digits[0]);
        if (k > 1) out.append(1, '.').append(digits + 1, count - 1);
        out.append(n - 1 < 0 ? "e" : "e+");
        auto const exponent_end = std::to_chars(text, text + sizeof text, n - 1).ptr;
        out.append(text, exponent_end);
    }
}

} // namespace partyline
