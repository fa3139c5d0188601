#include "http/compression.hpp"

#include <zlib.h>

namespace partyline::http {
namespace {

constexpr coding both[] = {coding::gzip, coding::deflate};
constexpr coding all[] = {coding::brotli, coding::gzip, coding::deflate};

TEST(compression, chooses_as_the_official_server_does)
{
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd", both), coding::gzip);
    EXPECT_EQ(choose_coding("deflate, gzip", both), coding::deflate) << "equal weights: the order of the header";
    EXPECT_EQ(choose_coding("gzip;q=0.5, deflate", both), coding::deflate);
    EXPECT_EQ(choose_coding("gzip;q=0.5, deflate;q=0.501", both), coding::deflate);
    EXPECT_EQ(choose_coding("GZIP", both), coding::gzip);
    EXPECT_EQ(choose_coding("x-gzip", both), coding::gzip);
    EXPECT_EQ(choose_coding("*", both), coding::gzip);
    EXPECT_EQ(choose_coding("*, deflate", both), coding::deflate) << "a name counts more than *";
    EXPECT_EQ(choose_coding("gzip, deflate, br", all), coding::gzip);
    EXPECT_EQ(choose_coding("br;q=1.0, gzip;q=0.9", all), coding::brotli);
}

TEST(compression, takes_no_for_an_answer)
{
    EXPECT_EQ(choose_coding("", both), coding::identity);
    EXPECT_EQ(choose_coding("br", both), coding::identity);
    EXPECT_EQ(choose_coding("identity", both), coding::identity);
    EXPECT_EQ(choose_coding("gzip;q=0", both), coding::identity);
    EXPECT_EQ(choose_coding("gzip;q=0.000, *", both), coding::deflate);
    EXPECT_EQ(choose_coding("*;q=0", both), coding::identity);
    EXPECT_EQ(choose_coding("*;q=0, deflate", both), coding::deflate);
    EXPECT_EQ(choose_coding("gzip", {}), coding::identity);
}

TEST(compression, ignores_weights_that_are_none)
{
    for (auto const* bad : {"gzip;q=", "gzip;q=2", "gzip;q=1.5", "gzip;q=0.1234", "gzip;q=-1", "gzip;q=a", "gzip;q=.5"})
        EXPECT_EQ(choose_coding(bad, both), coding::identity) << bad;
    EXPECT_EQ(choose_coding(" gzip ; Q = 0.8 ", both), coding::gzip);
    EXPECT_EQ(choose_coding("gzip;level=1", both), coding::gzip);
}

std::string inflated(std::string const& data, int window_bits)
{
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, window_bits), Z_OK);
    std::string out(1 << 20, '\0');
    std::string input = data;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

TEST(compression, compresses_again_and_again_with_one_state)
{
    compressor zip;
    for (auto const& text : {std::string(), std::string("hello"), std::string(100'000, 'x'), std::string("hello")}) {
        auto const gzip = zip.compress(coding::gzip, text);
        auto const deflate = zip.compress(coding::deflate, text);
        ASSERT_TRUE(gzip && deflate);
        EXPECT_EQ(inflated(*gzip, 15 + 16), text);
        EXPECT_EQ(inflated(*deflate, 15), text) << "deflate is the zlib format, as in Node";
    }
    EXPECT_LT(zip.compress(coding::gzip, std::string(100'000, 'x'))->size(), 1000u);
}

TEST(compression, knows_no_other_coding)
{
    compressor zip(0);
    EXPECT_EQ(zip.compress(coding::brotli, "x").error(), errc::unsupported);
    EXPECT_EQ(zip.compress(coding::identity, "x").error(), errc::unsupported);
    auto moved = std::move(zip);
    EXPECT_TRUE(moved.compress(coding::gzip, "x"));
    EXPECT_EQ(to_string(coding::brotli), "br");
}

} // namespace
} // namespace partyline::http
