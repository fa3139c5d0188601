#include "value/json_number.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace {

std::string written(double number)
{
    std::string out;
    partyline::append_json_number(out, number);
    return out;
}

} // namespace

// the column on the right is what node prints
TEST(json_number, is_written_as_javascript_writes_it)
{
    std::pair<double, char const*> const table[] = {{0.0, "0"},
                                                    {-0.0, "0"},
                                                    {5.0, "5"},
                                                    {-5.0, "-5"},
                                                    {0.1, "0.1"},
                                                    {-0.1, "-0.1"},
                                                    {1.5, "1.5"},
                                                    {123456.789, "123456.789"},
                                                    {1e20, "100000000000000000000"},
                                                    {1e21, "1e+21"},
                                                    {1.5e21, "1.5e+21"},
                                                    {123456789012345680000.0, "123456789012345680000"},
                                                    {0.000001, "0.000001"},
                                                    {0.0000015, "0.0000015"},
                                                    {1e-7, "1e-7"},
                                                    {1.5e-7, "1.5e-7"},
                                                    {-1e-7, "-1e-7"},
                                                    {5e-324, "5e-324"},
                                                    {1.7976931348623157e308, "1.7976931348623157e+308"},
                                                    {9007199254740991.0, "9007199254740991"},
                                                    {9007199254740992.0, "9007199254740992"},
                                                    {9007199254740994.0, "9007199254740994"},
                                                    {18446744073709551616.0, "18446744073709552000"},
                                                    {0.1 + 0.2, "0.30000000000000004"},
                                                    {100.0, "100"},
                                                    {1e-5, "0.00001"},
                                                    {4.35, "4.35"}};
    for (auto const& [number, text] : table) EXPECT_EQ(written(number), text);
}

TEST(json_number, is_null_where_json_has_no_number)
{
    EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
}
