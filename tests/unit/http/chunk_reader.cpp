// Chunked bodies of either side, in pieces of every size, and the framing that somebody sends instead of a body.
#include "http/chunk_reader.hpp"

#include <gtest/gtest.h>

#include "http/message_parser.hpp"

namespace partyline::http {
namespace {

constexpr std::string_view head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

struct outcome
{
    chunk_reader::verdict verdict = chunk_reader::verdict::incomplete;
    std::string body;
    std::size_t consumed = 0;
};

outcome read(std::string_view text, std::size_t piece = std::string_view::npos, chunk_limits limits = {})
{
    auto parser = message_parser::for_responses();
    parsed_head parsed;
    EXPECT_EQ(parser->parse_head(head, parsed), message_parser::verdict::ok);
    chunk_reader reader(std::move(parser), limits);
    outcome seen;
    while (!text.empty() && seen.verdict == chunk_reader::verdict::incomplete) {
        std::string const block(text.substr(0, piece));
        text.remove_prefix(block.size());
        std::size_t consumed = 0;
        seen.verdict = reader.receive(block, consumed, seen.body);
        seen.consumed += consumed;
        EXPECT_LE(reader.buffered(), limits.line_bytes + block.size());
    }
    return seen;
}

TEST(chunk_reader, reads_a_body_in_pieces_of_every_size_and_stops_behind_it)
{
    std::string const text = "5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        auto const seen = read(text + "HTTP/1.1", piece);
        EXPECT_EQ(seen.verdict, chunk_reader::verdict::complete) << piece;
        EXPECT_EQ(seen.body, "hello world");
        EXPECT_EQ(seen.consumed, text.size());
    }
}

TEST(chunk_reader, refuses_broken_framing)
{
    for (auto const* text : {"x\r\n12345", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "-1\r\nabc\r\n",
                             "ffffffffffffffffff\r\nabc"})
        EXPECT_EQ(read(text).verdict, chunk_reader::verdict::malformed) << text;
}

TEST(chunk_reader, refuses_framing_without_end)
{
    EXPECT_EQ(read("5;" + std::string(2000, 'x'), 100).verdict, chunk_reader::verdict::malformed);
    std::string tiny;
    for (int i = 0; i < 200; ++i) tiny += "1;" + std::string(900, 'x') + "\r\nb\r\n";
    EXPECT_EQ(read(tiny).verdict, chunk_reader::verdict::malformed);
    std::string honest;
    for (int i = 0; i < 100'000; ++i) honest += "1\r\nb\r\n";
    EXPECT_EQ(read(honest + "0\r\n\r\n", 64 * 1024).body.size(), 100'000u)
        << "a body in chunks of one byte is slow, not an attack";
}

} // namespace
} // namespace partyline::http
