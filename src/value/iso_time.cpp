// Dates as JavaScript's Date.toJSON writes them. Days are counted in the proleptic Gregorian calendar, by the method of
// Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"; std::chrono's own years end at 32767, JavaScript's at 275760.
#include <partyline/convert.hpp>

#include <charconv>
#include <cstdio>

namespace partyline {

namespace {

struct civil
{
    std::int64_t year;
    int month;
    int day;
};

constexpr std::int64_t milliseconds_per_day = 86'400'000;

civil civil_from_days(std::int64_t days) noexcept
{
    days += 719'468; // from 0000-03-01
    auto const era = (days >= 0 ? days : days - 146'096) / 146'097;
    auto const day_of_era = days - era * 146'097;
    auto const year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    auto const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    auto const shifted_month = (5 * day_of_year + 2) / 153;
    auto const month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    auto const day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    return {year_of_era + era * 400 + (month <= 2), month, day};
}

std::int64_t days_from_civil(civil date) noexcept
{
    auto const year = date.year - (date.month <= 2);
    auto const era = (year >= 0 ? year : year - 399) / 400;
    auto const year_of_era = year - era * 400;
    auto const day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

bool is_leap(std::int64_t year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in(std::int64_t year, int month) noexcept
{
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Reads fields of fixed width from the front of a text.
struct field_reader
{
    std::string_view text;
    bool good = true;

    int number(std::size_t digits) noexcept
    {
        int out = 0;
        good = good && text.size() >= digits;
        for (std::size_t i = 0; good && i < digits; ++i) {
            good = text[i] >= '0' && text[i] <= '9';
            out = out * 10 + (text[i] - '0');
        }
        if (good) text.remove_prefix(digits);
        return good ? out : 0;
    }
    void expect(char c) noexcept
    {
        good = good && text.starts_with(c);
        if (good) text.remove_prefix(1);
    }
    int year() noexcept
    {
        bool const minus = text.starts_with('-');
        if (!minus && !text.starts_with('+')) return number(4);
        text.remove_prefix(1);
        int const magnitude = number(6);
        good = good && !(minus && magnitude == 0); // -000000 is no year
        return minus ? -magnitude : magnitude;
    }
    int milliseconds() noexcept
    {
        if (!text.starts_with('.')) return 0;
        text.remove_prefix(1);
        int out = 0;
        std::size_t digits = 0;
        for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
            if (digits < 3) out = out * 10 + (text[0] - '0');
        }
        good = good && digits > 0;
        for (; digits < 3; ++digits) out *= 10;
        return out;
    }
};

} // namespace

std::string to_iso_text(utc_milliseconds time)
{
    auto const days = std::chrono::floor<std::chrono::days>(time);
    auto const date = civil_from_days(days.time_since_epoch().count());
    auto const of_day = static_cast<int>((time - days).count());
    char text[48];
    bool const short_year = date.year >= 0 && date.year <= 9999;
    int const size =
        std::snprintf(text, sizeof text,
                      short_year ? "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ" : "%+07lld-%02d-%02dT%02d:%02d:%02d.%03dZ",
                      static_cast<long long>(date.year), date.month, date.day, of_day / 3'600'000, of_day / 60'000 % 60,
                      of_day / 1'000 % 60, of_day % 1'000);
    return {text, static_cast<std::size_t>(size)};
}

std::optional<utc_milliseconds> from_iso_text(std::string_view text) noexcept
{
    field_reader in{text};
    int const year = in.year();
    in.expect('-');
    int const month = in.number(2);
    in.expect('-');
    int const day = in.number(2);
    in.expect('T');
    int const hour = in.number(2);
    in.expect(':');
    int const minute = in.number(2);
    in.expect(':');
    int const second = in.number(2);
    int const milliseconds = in.good ? in.milliseconds() : 0;
    in.expect('Z');
    if (!in.good || !in.text.empty()) return std::nullopt;
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    auto const days = days_from_civil({year, month, day});
    return utc_milliseconds(std::chrono::milliseconds(days * milliseconds_per_day + hour * 3'600'000LL +
                                                      minute * 60'000LL + second * 1'000LL + milliseconds));
}

} // namespace partyline
