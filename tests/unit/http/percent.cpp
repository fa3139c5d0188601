#include "http/percent.hpp"

namespace partyline::http {
namespace {

using std::string_literals::operator""s;

TEST(percent, encodes_as_javascript_does)
{
    EXPECT_EQ(percent_encode("azAZ09-_.!~*'()"), "azAZ09-_.!~*'()");
    EXPECT_EQ(percent_encode("a b&c=d/\xc3\xa9\0"s), "a%20b%26c%3Dd%2F%C3%A9%00");
}

TEST(percent, decodes_every_byte_it_encodes)
{
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    auto const decoded = percent_decode(percent_encode(all));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, all);
    EXPECT_EQ(form_decode(percent_encode(all)), all);
}

TEST(percent, refuses_broken_escapes_where_it_is_strict)
{
    for (auto const* bad : {"%", "%4", "%zz", "a%4g", "%%41"})
        EXPECT_EQ(percent_decode(bad).error(), errc::invalid_http);
    EXPECT_EQ(*percent_decode("a+b"), "a+b");
}

TEST(percent, leaves_broken_escapes_alone_in_forms)
{
    EXPECT_EQ(form_decode("100%+%zz%4"), "100% %zz%4");
    EXPECT_EQ(form_decode("%2B%2b"), "++");
}

} // namespace
} // namespace partyline::http
