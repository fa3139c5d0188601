// What the WebSocket floor costs per frame, handshake and compressed message, without any I/O.
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "websocket/deflater.hpp"
#include "websocket/handshake.hpp"
#include "websocket/inflater.hpp"
#include "websocket/mask.hpp"
#include "websocket/message_reader.hpp"

using namespace partyline::websocket;

namespace {

constexpr mask_key zero_key{0, 0, 0, 0}; // reading leaves the bytes as they are: they can be read again
constexpr std::size_t frames_per_read = 64;

std::vector<char> read_buffer(std::string_view payload)
{
    std::string frames;
    for (std::size_t i = 0; i != frames_per_read; ++i)
        append_frame(frames, {.code = opcode::text, .mask = zero_key}, payload);
    std::vector<char> bytes(frames.begin(), frames.end());
    bytes.resize(bytes.size() + 64);
    return bytes;
}

void read_frames(benchmark::State& state, std::string_view unit)
{
    std::string payload;
    while (payload.size() < static_cast<std::size_t>(state.range(0))) payload += unit;
    payload.resize(static_cast<std::size_t>(state.range(0)) / unit.size() * unit.size());
    auto bytes = read_buffer(payload);
    message_limits const limits;
    message_reader reader(role::server, limits);
    std::size_t count = 0;
    for (auto _ : state) {
        reader.receive({bytes.data(), bytes.size() - 64});
        while (auto event = reader.next_event()) {
            benchmark::DoNotOptimize(event);
            ++count;
        }
    }
    if (count != state.iterations() * frames_per_read) state.SkipWithError("frames were lost");
    state.SetItemsProcessed(static_cast<std::int64_t>(count));
}

void read_ascii(benchmark::State& state) { read_frames(state, "x"); }
void read_utf8(benchmark::State& state) { read_frames(state, "\xc3\xa9"); }
BENCHMARK(read_ascii)->Arg(16)->Arg(64)->Arg(125)->Arg(1024)->Arg(15'000);
BENCHMARK(read_utf8)->Arg(64)->Arg(1024)->Arg(15'000);

void unmask(benchmark::State& state)
{
    std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        benchmark::DoNotOptimize(apply_mask(bytes.data(), bytes.size(), {0x37, 0xfa, 0x21, 0x3d}));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(unmask)->Arg(16)->Arg(64)->Arg(1024)->Arg(65'536);

// A message of 1 MB that arrives 64 KiB at a time.
void read_in_pieces(benchmark::State& state)
{
    std::string frame;
    append_frame(frame, {.code = opcode::text, .mask = zero_key}, std::string(1'000'000, 'x'));
    frame.resize(frame.size() + 64);
    message_limits const limits;
    message_reader reader(role::server, limits);
    for (auto _ : state) {
        for (std::size_t at = 0; at < frame.size() - 64; at += 65'536) {
            reader.receive({frame.data() + at, std::min<std::size_t>(65'536, frame.size() - 64 - at)});
            while (auto event = reader.next_event()) benchmark::DoNotOptimize(event);
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * frame.size()));
}
BENCHMARK(read_in_pieces);

void write_one_header(benchmark::State& state)
{
    std::array<char, max_header_size> out;
    frame_header const header{.code = opcode::text, .payload_size = static_cast<std::uint64_t>(state.range(0))};
    for (auto _ : state) {
        benchmark::DoNotOptimize(write_header(out.data(), header));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(write_one_header)->Arg(64)->Arg(1024);

void accept_handshake(benchmark::State& state)
{
    upgrade_request const request{.method = "GET",
                                  .upgrade = "websocket",
                                  .connection = "Upgrade",
                                  .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                  .version = "13",
                                  .extensions = "permessage-deflate; client_max_window_bits"};
    deflate_options const options;
    for (auto _ : state) benchmark::DoNotOptimize(accept_upgrade(request, state.range(0) != 0 ? &options : nullptr));
}
BENCHMARK(accept_handshake)->Arg(0)->Arg(1);

std::string json_of(std::size_t size)
{
    std::string out = "42[\"updated_chat\",";
    for (std::size_t i = 0; out.size() < size; ++i)
        out += "{\"id\":" + std::to_string(i * 7919) + ",\"name\":\"user" + std::to_string(i * i) + "\"},";
    out.resize(size);
    return out;
}

// Arguments: bytes, level, mem_level.
void deflate_one(benchmark::State& state)
{
    auto const plain = json_of(static_cast<std::size_t>(state.range(0)));
    thread_deflater compressor({static_cast<int>(state.range(1)), static_cast<int>(state.range(2))});
    std::string out;
    for (auto _ : state) {
        out.clear();
        if (!compressor.deflate_message(plain, 15, out)) state.SkipWithError("deflate failed");
        benchmark::DoNotOptimize(out);
    }
    state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(deflate_one)->ArgsProduct({{1024, 16'384}, {1, 6}, {4, 6, 8}});

void inflate_one(benchmark::State& state)
{
    auto const plain = json_of(static_cast<std::size_t>(state.range(0)));
    std::string data;
    if (!thread_deflater().deflate_message(plain, 15, data)) state.SkipWithError("deflate failed");
    inflater machine(false);
    for (auto _ : state) {
        padded_buffer out;
        if (!machine.inflate(data, 1'000'000, out)) state.SkipWithError("inflate failed");
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(inflate_one)->Arg(1024)->Arg(16'384);

} // namespace
