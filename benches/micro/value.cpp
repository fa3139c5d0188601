// What values cost: JSON and MessagePack, read into typed arguments, into a tree, and written.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <partyline/convert.hpp>
#include <partyline/struct.hpp>
#include <partyline/value.hpp>

#include "value/json_document.hpp"
#include "value/json_writer.hpp"
#include "value/msgpack_document.hpp"
#include "value/msgpack_writer.hpp"

namespace {

using namespace partyline;

struct message
{
    std::int64_t id = 0;
    std::string from;
    std::string text;
    std::vector<double> at;
    bool is_new = false;
    std::optional<std::string> image;
};
PARTYLINE_STRUCT(message, id, from, text, at, is_new, image)

std::vector<message> messages(std::int64_t count)
{
    std::vector<message> all;
    for (std::int64_t i = 0; i < count; ++i)
        all.push_back(
            {i * 7919, "somebody", "a line of text, as long as lines of chat are", {1.5, -2.25, 1e9}, i % 2 == 0, {}});
    return all;
}

std::string json_of(std::vector<message> const& all)
{
    std::string text;
    std::vector<binary> attachments;
    json_writer out(text, attachments);
    convert<std::vector<message>>::encode(out, all);
    return text;
}

std::string msgpack_of(std::vector<message> const& all)
{
    std::string bytes;
    msgpack_writer out(bytes);
    convert<std::vector<message>>::encode(out, all);
    return bytes;
}

template <class Document>
result<void> parse(Document& document, std::string const& text, std::size_t size)
{
    if constexpr (std::is_same_v<Document, json_document>)
        return document.parse_padded(std::string_view(text).substr(0, size));
    else
        return document.parse(std::string_view(text).substr(0, size));
}

template <class Document, class T>
void read(benchmark::State& state)
{
    std::string text = std::is_same_v<Document, json_document> ? json_of(messages(state.range(0)))
                                                               : msgpack_of(messages(state.range(0)));
    auto const size = text.size();
    text += std::string(json_document::padding, '\0');
    Document document;
    for (auto _ : state) {
        T all;
        if (!parse(document, text, size) || !convert<T>::decode(document.root(), all)) state.SkipWithError("not read");
        benchmark::DoNotOptimize(all);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}

/// Only looks whether it is right: what an event costs whose text is handed on.
template <class Document>
void validate(benchmark::State& state)
{
    std::string text = std::is_same_v<Document, json_document> ? json_of(messages(state.range(0)))
                                                               : msgpack_of(messages(state.range(0)));
    auto const size = text.size();
    text += std::string(json_document::padding, '\0');
    Document document;
    for (auto _ : state)
        if (!parse(document, text, size)) state.SkipWithError("not read");
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}

void json_validate(benchmark::State& state) { validate<json_document>(state); }
void json_into_structs(benchmark::State& state) { read<json_document, std::vector<message>>(state); }
void json_into_tree(benchmark::State& state) { read<json_document, value>(state); }
void msgpack_validate(benchmark::State& state) { validate<msgpack_document>(state); }
void msgpack_into_structs(benchmark::State& state) { read<msgpack_document, std::vector<message>>(state); }
void msgpack_into_tree(benchmark::State& state) { read<msgpack_document, value>(state); }
BENCHMARK(json_validate)->Arg(1)->Arg(100);
BENCHMARK(json_into_structs)->Arg(1)->Arg(100);
BENCHMARK(json_into_tree)->Arg(1)->Arg(100);
BENCHMARK(msgpack_validate)->Arg(1)->Arg(100);
BENCHMARK(msgpack_into_structs)->Arg(1)->Arg(100);
BENCHMARK(msgpack_into_tree)->Arg(1)->Arg(100);

void json_write(benchmark::State& state)
{
    auto const all = messages(state.range(0));
    std::string text;
    std::vector<binary> attachments;
    json_writer out(text, attachments);
    for (auto _ : state) {
        text.clear();
        out.restart();
        convert<std::vector<message>>::encode(out, all);
        benchmark::DoNotOptimize(text);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(json_write)->Arg(1)->Arg(100);

void msgpack_write(benchmark::State& state)
{
    auto const all = messages(state.range(0));
    std::string bytes;
    msgpack_writer out(bytes);
    for (auto _ : state) {
        bytes.clear();
        out.restart();
        convert<std::vector<message>>::encode(out, all);
        benchmark::DoNotOptimize(bytes);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(msgpack_write)->Arg(1)->Arg(100);

} // namespace
