// What packets cost: encoding and sealing an event, decoding one, with and without a look at its arguments, in both formats.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include <partyline/args.hpp>
#include <partyline/codec.hpp>
#include <partyline/convert.hpp>

using namespace partyline;

namespace {

std::string line_of(std::int64_t size) { return std::string(static_cast<std::size_t>(size), 'x'); }

encoded_packet event(codec& with, std::string const& line)
{
    auto& out = with.begin();
    out.begin_array(4);
    out.string("new_text");
    out.string("somebody");
    out.integer(42);
    out.string(line);
    out.end_array();
    return with.seal({packet_type::event, "/", {}}, std::move(with.end()).value());
}

void write(benchmark::State& state, codec_factory const& factory)
{
    auto const with = factory(codec_limits{});
    auto const line = line_of(state.range(0));
    for (auto _ : state) {
        auto packet = event(*with, line);
        benchmark::DoNotOptimize(packet);
    }
}

enum class look
{
    none,
    arguments,
    relay
};

void read(benchmark::State& state, codec_factory const& factory, bool is_binary, look how)
{
    auto const with = factory(codec_limits{});
    auto const packet = event(*with, line_of(state.range(0)));
    std::string bytes = packet.first.buffer.substr(packet.first.begin);
    auto const size = bytes.size();
    bytes += std::string(64, '\0');
    std::unique_ptr<partial_packet> partial;
    for (auto _ : state) {
        auto got = with->decode(is_binary, std::string_view(bytes).substr(0, size), partial);
        if (!got || !*got) state.SkipWithError("refused");
        if (how == look::arguments) {
            auto& cursor = with->arguments();
            std::string who, text;
            std::int64_t number = 0;
            if (!(cursor.next_element() && convert<std::string>::decode(cursor, who) && cursor.next_element() &&
                  convert<std::int64_t>::decode(cursor, number) && cursor.next_element() &&
                  convert<std::string>::decode(cursor, text)))
                state.SkipWithError("not read");
            benchmark::DoNotOptimize(text);
        } else if (how == look::relay) {
            auto const all = (**got).arguments.borrow();
            auto& out = with->begin();
            out.begin_array(1 + all.size());
            out.string("new_text");
            out.splice(all);
            out.end_array();
            auto again = with->seal({packet_type::event, "/", {}}, std::move(with->end()).value());
            benchmark::DoNotOptimize(again);
        }
        benchmark::DoNotOptimize(got);
    }
}

void json_write(benchmark::State& state) { write(state, json_codec()); }
void json_read(benchmark::State& state) { read(state, json_codec(), false, look::none); }
void json_read_arguments(benchmark::State& state) { read(state, json_codec(), false, look::arguments); }
void json_relay(benchmark::State& state) { read(state, json_codec(), false, look::relay); }
void msgpack_write(benchmark::State& state) { write(state, msgpack_codec()); }
void msgpack_read(benchmark::State& state) { read(state, msgpack_codec(), true, look::none); }
void msgpack_read_arguments(benchmark::State& state) { read(state, msgpack_codec(), true, look::arguments); }
void msgpack_relay(benchmark::State& state) { read(state, msgpack_codec(), true, look::relay); }
BENCHMARK(json_write)->Arg(64)->Arg(1024)->Arg(16'384);
BENCHMARK(json_read)->Arg(64)->Arg(1024)->Arg(16'384);
BENCHMARK(json_read_arguments)->Arg(64)->Arg(1024)->Arg(16'384);
BENCHMARK(json_relay)->Arg(64)->Arg(1024)->Arg(16'384);
BENCHMARK(msgpack_write)->Arg(64)->Arg(1024);
BENCHMARK(msgpack_read)->Arg(64)->Arg(1024);
BENCHMARK(msgpack_read_arguments)->Arg(64)->Arg(1024);
BENCHMARK(msgpack_relay)->Arg(64)->Arg(1024);

} // namespace
