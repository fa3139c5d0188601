// What HTTP costs: the request of a WebSocket handshake and of a POST, the head of a response, a compressed body.
#include <benchmark/benchmark.h>

#include <string>

#include "http/compression.hpp"
#include "http/query.hpp"
#include "http/request_reader.hpp"
#include "http/response_writer.hpp"

using namespace partyline::http;

namespace {

std::string const browser = "Host: localhost:3000\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0\r\n"
                            "Accept: */*\r\nOrigin: http://localhost:3000\r\nAccept-Encoding: gzip, deflate, br\r\n"
                            "Accept-Language: en-GB,en;q=0.9\r\n";

void read(benchmark::State& state, std::string const& request)
{
    request_reader reader;
    for (auto _ : state) {
        std::string_view rest = request;
        while (!reader.complete() && !reader.failed() && !rest.empty()) rest.remove_prefix(reader.receive(rest));
        if (!reader.complete()) state.SkipWithError("the request was refused");
        benchmark::DoNotOptimize(reader.head());
        reader.next();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * request.size()));
}

void read_upgrade(benchmark::State& state)
{
    read(state, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" + browser +
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
}
BENCHMARK(read_upgrade);

void read_post(benchmark::State& state)
{
    std::string const body(static_cast<std::size_t>(state.range(0)), 'x');
    read(state, "POST /socket.io/?EIO=4&transport=polling&sid=abcdefghijklmnopqrst HTTP/1.1\r\n" + browser +
                    "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
}
BENCHMARK(read_post)->Arg(100)->Arg(10'000);

void write_answer(benchmark::State& state)
{
    auto message = response::text(200, std::string(100, 'x'), "text/plain; charset=UTF-8");
    std::string out;
    for (auto _ : state) {
        out.clear();
        if (!write_response(out, message, {.date = "Sun, 06 Nov 1994 08:49:37 GMT"})) state.SkipWithError("refused");
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(write_answer);

void compress(benchmark::State& state)
{
    std::string text;
    for (int i = 0; text.size() < static_cast<std::size_t>(state.range(0)); ++i)
        text += "42[\"updated_chat\",{\"id\":" + std::to_string(i * 7919) + ",\"text\":\"hello\"}]\x1e";
    compressor machine;
    for (auto _ : state) {
        auto out = machine.compress(coding::gzip, text);
        if (!out) state.SkipWithError("not compressed");
        benchmark::DoNotOptimize(out);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(compress)->Arg(2'000)->Arg(20'000);

} // namespace
