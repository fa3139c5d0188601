// What rooms cost, and that it does not grow: joining and leaving among so many members, walking a broadcast's receivers.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "adapter/room_index.hpp"

using namespace partyline;
using namespace partyline::adapters;

namespace {

base::id20 id(std::size_t number)
{
    auto const digits = std::to_string(number);
    return *base::id20::parse(std::string(base::id20::size - digits.size(), 'i') + digits);
}

/// `count` members, all of them in "everybody", each tenth in "some".
void fill(room_index& index, std::int64_t count)
{
    for (member who = 0; who < static_cast<member>(count); ++who) {
        index.add(who, id(who));
        (void)index.join(who, "everybody");
        if (who % 10 == 0) (void)index.join(who, "some");
    }
}

void join_and_leave(benchmark::State& state)
{
    room_index index({17, 4}, 100'000);
    fill(index, state.range(0));
    member who = 0;
    for (auto _ : state) {
        (void)index.leave(who, "everybody");
        if (!index.join(who, "everybody")) state.SkipWithError("refused");
        who = (who + 7919) % static_cast<member>(state.range(0));
    }
}
BENCHMARK(join_and_leave)->Arg(100)->Arg(1'000)->Arg(20'000)->Arg(100'000);

/// A member that is in so many rooms leaves one and joins it again.
void join_among_many_rooms(benchmark::State& state)
{
    room_index index({17, 4}, 100'000);
    fill(index, 100);
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < state.range(0); ++i) names.push_back("room " + std::to_string(i));
    for (auto const& each : names) (void)index.join(0, each);
    std::size_t next = 0;
    for (auto _ : state) {
        (void)index.leave(0, names[next]);
        if (!index.join(0, names[next])) state.SkipWithError("refused");
        next = (next + 7919) % names.size();
    }
}
BENCHMARK(join_among_many_rooms)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

void add_and_remove(benchmark::State& state)
{
    room_index index({17, 4}, 100'000);
    fill(index, state.range(0));
    auto const newcomer = static_cast<member>(state.range(0));
    auto const name = id(newcomer);
    for (auto _ : state) {
        index.add(newcomer, name);
        (void)index.join(newcomer, "everybody");
        index.remove(newcomer);
    }
}
BENCHMARK(add_and_remove)->Arg(100)->Arg(20'000)->Arg(100'000);

void walk(benchmark::State& state, std::vector<std::string> const& rooms, std::vector<std::string> const& except)
{
    room_index index({17, 4}, 100'000);
    fill(index, state.range(0));
    std::size_t reached = 0;
    for (auto _ : state)
        index.for_each({rooms, except}, [&](member who) {
            benchmark::DoNotOptimize(who);
            ++reached;
        });
    state.SetItemsProcessed(static_cast<std::int64_t>(reached));
}
void walk_all(benchmark::State& state) { walk(state, {}, {}); }
void walk_room(benchmark::State& state) { walk(state, {"everybody"}, {}); }
void walk_two_rooms(benchmark::State& state) { walk(state, {"everybody", "some"}, {}); }
void walk_all_except_room(benchmark::State& state) { walk(state, {}, {"some"}); }
BENCHMARK(walk_all)->Arg(100)->Arg(1'000)->Arg(20'000)->Arg(100'000);
BENCHMARK(walk_room)->Arg(100)->Arg(1'000)->Arg(20'000)->Arg(100'000);
BENCHMARK(walk_two_rooms)->Arg(100)->Arg(20'000);
BENCHMARK(walk_all_except_room)->Arg(100)->Arg(20'000);

} // namespace
