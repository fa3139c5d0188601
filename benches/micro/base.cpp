// What the lowest floor costs: base64, looking whether text is UTF-8.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/base64.hpp"
#include "base/utf8.hpp"

using namespace partyline::base;

namespace {

void base64_write(benchmark::State& state)
{
    std::vector<std::byte> const bytes(static_cast<std::size_t>(state.range(0)), std::byte{0x5a});
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_base64(out, bytes);
        benchmark::DoNotOptimize(out);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(base64_write)->Arg(64)->Arg(1024)->Arg(65'536);

void base64_read(benchmark::State& state)
{
    auto const text = encode_base64(std::vector<std::byte>(static_cast<std::size_t>(state.range(0)), std::byte{0x5a}));
    for (auto _ : state) {
        auto bytes = decode_base64(text);
        if (!bytes) state.SkipWithError("the text was refused");
        benchmark::DoNotOptimize(bytes);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(base64_read)->Arg(64)->Arg(1024)->Arg(65'536);

void utf8_in_pieces(benchmark::State& state)
{
    std::string text;
    while (text.size() < static_cast<std::size_t>(state.range(0)))
        text += "gr\xc3\xbc\xc3\x9f"
                "e ";
    for (auto _ : state) {
        utf8_validator validator;
        if (!validator.feed(text)) state.SkipWithError("the text was refused");
        benchmark::DoNotOptimize(validator);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(utf8_in_pieces)->Arg(64)->Arg(1024);

} // namespace
