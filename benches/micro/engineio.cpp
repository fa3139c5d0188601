// What sessions and polling payloads cost: a payload taken apart and put together, a message in and out of a session.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "engineio/delivery.hpp"
#include "engineio/outgoing.hpp"
#include "engineio/payload_reader.hpp"
#include "engineio/payload_writer.hpp"
#include "engineio/session.hpp"

using namespace partyline::engineio;

namespace {

delivery_ref text_delivery(std::string_view text)
{
    outgoing_part part;
    part.buffer.assign(16, '\0');
    part.buffer += text;
    part.begin = 16;
    return delivery_ref::make(make_message(std::move(part), {}, false));
}

void read_payload(benchmark::State& state)
{
    std::string body;
    payload_writer writer(body);
    for (int i = 0; i < state.range(0); ++i) writer.add("42[\"echo\",\"a line of text\"]");
    auto const size = body.size();
    body += std::string(64, '\0');
    std::string scratch;
    for (auto _ : state) {
        payload_reader reader(std::string_view(body).substr(0, size), 65'536);
        while (reader.more()) {
            auto packet = reader.next(scratch);
            if (!packet) state.SkipWithError("refused");
            benchmark::DoNotOptimize(packet);
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(read_payload)->Arg(1)->Arg(16)->Arg(256);

void write_payload(benchmark::State& state)
{
    std::string const packet = state.range(1) == 0 ? "4hello, a line of text" : std::string("b") + std::string(24, 'A');
    std::string body;
    for (auto _ : state) {
        body.clear();
        payload_writer writer(body);
        for (int i = 0; i < state.range(0); ++i) writer.add(packet);
        benchmark::DoNotOptimize(body);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_payload)->ArgsProduct({{1, 16}, {0, 1}});

/// A message comes in, one is queued, and the queue is written out: what a session adds to an echo.
void session_turn(benchmark::State& state)
{
    constexpr link_id link{7};
    session_context context{session_options{}};
    auto const open = delivery_ref::make(make_control(packet_type::open, "{}"));
    time_point const now{};
    session each(context, open, link, now);
    each.consume(1);
    auto const item = text_delivery("2[\"echo\",\"hello\"]");
    std::string message = "42[\"echo\",\"hello\"]";
    auto const size = message.size();
    message += std::string(64, '\0');
    for (auto _ : state) {
        each.receive(link, false, std::string_view(message).substr(0, size), now);
        while (each.next_event()) each.send(item);
        each.consume(each.queue().size());
    }
}
BENCHMARK(session_turn);

} // namespace
