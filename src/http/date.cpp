// Dates of HTTP; see date.hpp.
#include "http/date.hpp"

#include <array>

namespace partyline::http {

namespace {

using std::chrono::days;
using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_number(std::string& out, unsigned number, unsigned digits)
{
    for (unsigned divisor = digits == 4 ? 1000 : 10; divisor != 0; divisor /= 10)
        out += static_cast<char>('0' + number / divisor % 10);
}

// -1 if the text is not made of digits alone.
int read_number(std::string_view text) noexcept
{
    int number = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

} // namespace

std::string format_date(sys_seconds time)
{
    auto const day = std::chrono::floor<days>(time);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const clock{time - day};
    std::string out;
    out.reserve(29);
    out += day_names[std::chrono::weekday{day}.c_encoding()];
    out += ", ";
    append_number(out, static_cast<unsigned>(date.day()), 2);
    out += ' ';
    out += month_names[(static_cast<unsigned>(date.month()) - 1) % 12];
    out += ' ';
    append_number(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out += ' ';
    append_number(out, static_cast<unsigned>(clock.hours().count()), 2);
    out += ':';
    append_number(out, static_cast<unsigned>(clock.minutes().count()), 2);
    out += ':';
    append_number(out, static_cast<unsigned>(clock.seconds().count()), 2);
    out += " GMT";
    return out;
}

std::optional<sys_seconds> parse_date(std::string_view text) noexcept
{
    // "Sun, 06 Nov 1994 08:49:37 GMT"
    if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' ||
        text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT")
        return std::nullopt;
    unsigned month = 1;
    while (month <= 12 && month_names[month - 1] != text.substr(8, 3)) ++month;
    int const day = read_number(text.substr(5, 2));
    int const year = read_number(text.substr(12, 4));
    int const hours = read_number(text.substr(17, 2));
    int const minutes = read_number(text.substr(20, 2));
    int const seconds = read_number(text.substr(23, 2));
    if (day < 0 || year < 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60)
        return std::nullopt;
    auto const date =
        std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{static_cast<unsigned>(day)};
    if (!date.ok()) return std::nullopt;
    return sys_seconds{std::chrono::sys_days{date}} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds};
}

} // namespace partyline::http
