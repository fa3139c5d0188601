// Any bytes, as a client or a server would send them: whatever comes out keeps the promises of `message_reader`, and does not depend
// on how the bytes were cut. The first byte chooses the role, compression and the limits, the second the cuts.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "websocket/inflater.hpp"
#include "websocket/message_reader.hpp"

using namespace partyline;
using namespace partyline::websocket;

namespace {

void demand(bool holds)
{
    if (!holds) std::abort();
}

std::string print(reader_event const& event, message_limits const& limits)
{
    if (auto const* m = std::get_if<message>(&event)) {
        demand(m->data.size() <= limits.max_message_size);
        demand(m->is_binary || base::is_utf8(m->data));
        unsigned sum = 0;
        for (std::size_t i = 0; i != 64; ++i) sum += static_cast<unsigned char>(m->data.data()[m->data.size() + i]);
        return (m->is_binary ? "b" : "t") + std::string(m->data) + (sum == ~0u ? "!" : "");
    }
    if (auto const* p = std::get_if<ping>(&event))
        return demand(p->payload.size() <= 125), "<" + std::string(p->payload);
    if (auto const* p = std::get_if<pong>(&event))
        return demand(p->payload.size() <= 125), ">" + std::string(p->payload);
    if (auto const* c = std::get_if<websocket::close>(&event)) {
        demand(c->code == close_code::no_status || may_travel(c->code));
        demand(base::is_utf8(c->reason));
        return "c" + std::to_string(static_cast<unsigned>(c->code)) + std::string(c->reason);
    }
    auto const& f = std::get<failure>(event);
    demand(may_travel(f.code));
    return "f" + std::to_string(static_cast<unsigned>(f.code));
}

std::vector<std::string> run(role self, std::string_view bytes, std::uint32_t seed, message_limits const& limits,
                             inflater* decompressor)
{
    message_reader reader(self, limits, decompressor);
    std::vector<std::string> out;
    bool finished = false;
    while (!bytes.empty()) {
        std::size_t size = bytes.size();
        if (seed != 0) {
            seed = seed * 1664525u + 1013904223u;
            size = std::min<std::size_t>(size, 1 + (seed >> 24) % 23);
        }
        std::vector<char> memory(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        memory.resize(size + 64);
        bytes.remove_prefix(size);
        reader.receive({memory.data(), size});
        while (auto event = reader.next_event()) {
            demand(!finished);
            finished = std::holds_alternative<websocket::close>(*event) || std::holds_alternative<failure>(*event);
            out.push_back(print(*event, limits));
        }
        demand(reader.unread().empty());
        demand(reader.bytes_held() <= 2 * limits.max_message_size + 2048);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size < 2) return 0;
    std::uint8_t const flags = data[0];
    message_limits const limits{.max_message_size = (flags & 2) != 0 ? 300u : 100'000u,
                                .max_fragments = (flags & 4) != 0 ? 3u : 16'384u};
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);
    auto const self = (flags & 16) != 0 ? role::client : role::server;
    bool const takeover = (flags & 8) != 0;
    inflater first(takeover);
    inflater second(takeover);
    bool const compression = (flags & 1) != 0;
    auto const whole = run(self, bytes, 0, limits, compression ? &first : nullptr);
    auto const cut = run(self, bytes, data[1] + 1u, limits, compression ? &second : nullptr);
    demand(whole == cut);
    return 0;
}
