// The namespaces of the contract and who may enter them.
#include <algorithm>
#include <chrono>

#include "contract.hpp"

using partyline::args;
using partyline::next;
using partyline::refusal;
using partyline::socket;
using partyline::task;
using partyline::value;

void declare_namespaces(partyline::server& io, settings const& with)
{
    io.use([](socket s) {
        if (s.handshake().auth()["reject"] == value(true) || s.handshake().query("reject") == "1")
            throw refusal("rejected",
                          value::object{{"why", "asked"}, {"nested", value::object{{"list", value::array{1, 2, 3}}}}});
    });

    auto const custom = io.of("/custom");

    auto const auth = io.of("/auth");
    auth.use([](socket s) {
        auto const& given = s.handshake().auth();
        if (given["token"] != value("secret"))
            throw refusal("not authorized", value::object{{"code", "E_AUTH"}, {"got", given["token"]}});
        s.data()["user"] = given["user"];
    });

    auto const no_data = io.of("/no-data");
    no_data.use([](socket) { throw refusal("plain refusal"); });

    auto const slow = io.of("/slow");
    slow.use([&io](socket s) -> task<> {
        auto const asked = s.handshake().auth()["delay"].as_int64();
        co_await io.sleep(std::chrono::milliseconds(std::clamp<std::int64_t>(asked ? *asked : 100, 0, 2'000)));
    });
    slow.use([](socket s) { s.data()["second"] = true; });

    auto const by_pattern = io.of(partyline::pattern{R"(^\/dyn-\d+$)"});
    auto const by_function = io.of([](std::string_view name, value const& given, std::function<void(bool)> allow) {
        bool const fits = name.starts_with("/fn-") && name.size() > 4 &&
                          std::all_of(name.begin() + 4, name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        allow(fits && given["allow"] == value(true));
    });

    for (auto const& each : {io.of("/"), custom, io.of("/ünï"), auth, no_data, slow, by_pattern, by_function}) {
        declare_events(io, each, with);
        // the one event that reaches from any namespace into those made by the pattern
        each.on("parent-broadcast", [by_pattern](std::string event, std::optional<std::vector<value>> list) {
            by_pattern.emit(event, args::from(list.value_or(std::vector<value>{})));
            return args();
        });
    }
}
