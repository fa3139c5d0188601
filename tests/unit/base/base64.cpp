#include "base/base64.hpp"

#include <gtest/gtest.h>

using namespace partyline;
using base::decode_base64;
using base::encode_base64;

namespace {

std::string encoded(std::string_view text) { return encode_base64(std::as_bytes(std::span(text.data(), text.size()))); }

std::string decoded(std::string_view text)
{
    auto const bytes = decode_base64(text);
    if (!bytes) return "error";
    return std::string(reinterpret_cast<char const*>(bytes->data()), bytes->size());
}

} // namespace

// RFC 4648, section 10
TEST(base64, knows_the_vectors_of_its_rfc)
{
    std::pair<char const*, char const*> const vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (auto const& [plain, text] : vectors) {
        EXPECT_EQ(encoded(plain), text);
        EXPECT_EQ(decoded(text), plain);
    }
}

TEST(base64, takes_every_byte_at_every_length_there_and_back)
{
    for (std::size_t size = 0; size < 70; ++size) {
        std::vector<std::byte> bytes(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 37 + size * 101);
        auto const text = encode_base64(bytes);
        EXPECT_EQ(text.size(), base::base64_size(size));
        auto const back = decode_base64(text);
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, bytes);
    }
}

TEST(base64, appends_behind_what_is_there)
{
    std::string out = "b";
    base::append_base64(out, std::as_bytes(std::span("foo", 3)));
    EXPECT_EQ(out, "bZm9v");
}

TEST(base64, refuses_every_foreign_character_at_every_place)
{
    std::string_view const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int c = 0; c < 256; ++c) {
        for (std::size_t place = 0; place < 8; ++place) {
            std::string text = "Zm9vYmFy";
            text[place] = static_cast<char>(c);
            bool const good = alphabet.find(static_cast<char>(c)) != std::string_view::npos;
            if (c == '=' && place == 7) continue; // padding: see below
            EXPECT_EQ(decode_base64(text).has_value(), good) << c << " at " << place;
        }
    }
}

TEST(base64, wants_its_padding_whole_and_at_the_end)
{
    for (char const* text :
         {"Z", "Zg", "Zg=", "Zm8", "=", "==", "====", "Z===", "Zg==Zg==", "Zm8=Zm8=", "Zm9v=", "Zm=v", "=m9v"})
    {
        EXPECT_FALSE(decode_base64(text)) << text;
    }
}

TEST(base64, refuses_bits_behind_the_last_byte)
{
    EXPECT_FALSE(decode_base64("Zh=="));
    EXPECT_FALSE(decode_base64("Zm9="));
    EXPECT_EQ(decode_base64("Zh==").error(), errc::invalid_base64);
}
