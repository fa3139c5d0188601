// The modes other than `contract`: small servers that third-party suites and benchmarks expect.
#include <chrono>
#include <optional>

#include "contract.hpp"

using partyline::args;
using partyline::binary;
using partyline::nsp;
using partyline::refusal;
using partyline::server;
using partyline::socket;
using partyline::value;

namespace {

binary bytes_of(std::string_view text) { return binary::from_text(text); }

/// Requests whose query has a parameter `deny` are refused.
void refuse_denied(settings& with)
{
    with.server.allow_request = [](partyline::http_call const& call,
                                   std::function<void(std::optional<std::string>)> const& accept) {
        auto const query = std::string(call.request.query());
        bool const denied = ("&" + query).find("&deny") != std::string::npos;
        accept(denied ? std::optional<std::string>("") : std::nullopt);
    };
}

// --- Engine.IO alone ------------------------------------------------------------------------------------------------

void prepare_engine_echo(settings& with)
{
    with.server.engine.on_open = [](std::shared_ptr<partyline::engine_socket> const&) {};
    with.server.engine.on_text = [](partyline::engine_socket& s, std::string_view text) { s.send(text); };
    with.server.engine.on_binary = [](partyline::engine_socket& s, binary bytes) { s.send(std::move(bytes)); };
}

/// The headers of the POST that is being read: messages are handed on before the request is answered.
thread_local std::string headers_of_request;

void prepare_engine_client_suite(settings& with)
{
    with.server.engine.on_open = [](std::shared_ptr<partyline::engine_socket> const& s) { s->send("hi"); };
    with.server.engine.on_text = [](partyline::engine_socket& s, std::string_view text) {
        if (text == "give binary")
            s.send(bytes_of(std::string_view("\0\1\2\3\4", 5)));
        else if (text == "give utf8")
            s.send("пойду спать всем спокойной ночи");
        else if (text == "sendHeaders")
            s.send(headers_of_request);
        else
            s.send(text);
    };
    with.server.engine.on_binary = [](partyline::engine_socket& s, binary bytes) { s.send(std::move(bytes)); };
    with.server.headers = [](partyline::http::header_list&, partyline::http_call const& call) {
        if (call.request.method != partyline::http::method::post) return;
        value::object all;
        for (auto const field : call.request.headers) {
            std::string name(field.name);
            for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            all[name] = field.value;
        }
        headers_of_request = value(all).to_json();
    };
    with.server.initial_headers = [](partyline::http::header_list& headers, partyline::http_call const&) {
        auto const now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        char expires[64];
        std::tm parts{};
        std::strftime(expires, sizeof expires, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
        headers.add("Set-Cookie", "1=1; Max-Age=86400");
        headers.add("Set-Cookie", "2=2; Path=/; HttpOnly; Secure; SameSite=Strict");
        headers.add("Set-Cookie", "3=3; Max-Age=0");
        headers.add("Set-Cookie", std::string("4=4; Expires=") + expires);
    };
}

// --- sio-conformance ------------------------------------------------------------------------------------------------

void declare_conformance(server& io)
{
    auto const greet = [](socket s) { s.emit("auth", s.handshake().auth()); };
    io.on_connection(greet);
    io.of("/custom").on_connection(greet);
    io.on("message", [](socket s, args all) { s.emit("message-back", all); });
    io.on("message-with-ack", [](args all) { return all; });
}

// --- sio-client-suite -----------------------------------------------------------------------------------------------

std::string now_as_text() { return *value::of(std::chrono::system_clock::now()).as_string(); }

bool is_greeting(value const& given)
{
    return given["hello"] == value("lol") && given["message"].is_binary() && given["goodbye"] == value("gotcha");
}

/// Which of several events came before.
struct order
{
    bool abuff1 = false;
    int blobs = 0;
};

void declare_client_suite(server& io)
{
    io.use([](socket s) {
        if (auto const fail = s.handshake().query("fail"); fail && !fail->empty())
            throw refusal("Auth failed (main namespace)");
    });
    auto const give_id = [](socket s) { return std::string(s.id()); };
    io.of("/foo").on("getId", give_id);
    for (auto const* name : {"/timeout_socket", "/valid", "/asd"}) (void)io.of(name);
    io.of("/abc").on_connection([](socket s) { s.emit("handshake", s.handshake().to_value()); });
    io.of("/no").use([](socket) { throw refusal("Auth failed (custom namespace)"); });

    io.on("hi", [](socket s) { s.emit("hi"); });
    io.on("echo", [](value given) { return given; });
    io.on("ack", [](socket s) {
        s.emit("ack", [s](int number, value given) {
            if (number == 5 && given["test"] == value(true)) s.emit("got it");
        });
    });
    io.on("getAckDate", [](value) { return now_as_text(); });
    io.on("getDate", [](socket s) { s.emit("takeDate", now_as_text()); });
    io.on("getDateObj", [](socket s) { s.emit("takeDateObj", value::object{{"date", now_as_text()}}); });
    io.on("getUtf8", [](socket s) {
        for (auto const* text : {"てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"})
            s.emit("takeUtf8", text);
    });
    io.on("false", [](socket s) { s.emit("false", false); });
    io.on("doge", [](socket s) { s.emit("doge", bytes_of("asdfasdf")); });
    io.on("getbin", [](socket s) { s.emit("takebin", bytes_of("asdfasdf")); });
    io.on("buffa", [](socket s, binary) { s.emit("buffack"); });
    io.on("blob", [](socket s, binary) { s.emit("back"); });
    io.on("jsonbuff", [](socket s, value given) {
        if (is_greeting(given)) s.emit("jsonbuff-ack");
    });
    io.on("jsonblob", [](socket s, value given) {
        if (is_greeting(given)) s.emit("jsonblob-ack");
    });
    io.on("abuff1", [](socket s, binary) { s.data<order>().abuff1 = true; });
    io.on("abuff2", [](socket s) {
        if (s.data<order>().abuff1) s.emit("abuff2-ack");
    });
    io.on("blob1", [](socket s, binary) { s.data<order>().blobs = 1; });
    io.on("blob2", [](socket s, std::string text) {
        auto& blobs = s.data<order>().blobs;
        if (blobs == 1 && text == "second") blobs = 2;
    });
    io.on("blob3", [](socket s, binary) {
        if (s.data<order>().blobs == 2) s.emit("blob3-ack");
    });
    io.on("getHandshake", [](socket s) { return s.handshake().to_value(); });
    io.on("getId", give_id);
}

void prepare_client_suite(settings& with)
{
    with.server.connection_state_recovery = partyline::recovery_options{};
    // every request waits a little: the suite's tests of time-outs need it
    with.server.allow_request = [self = with.self](partyline::http_call const&,
                                                   std::function<void(std::optional<std::string>)> const& accept) {
        (*self)->after(std::chrono::milliseconds(10), [accept] { accept(std::nullopt); });
    };
}

// --- bench ----------------------------------------------------------------------------------------------------------

void declare_bench(server& io)
{
    io.on("echo", [](socket s, args all) { s.emit("echo", all); });
    io.on("ack", [](args all) { return all; });
    io.on("broadcast", [](socket s, args all) { s.nsp().emit("broadcast", all); });
    io.on("others", [](socket s, args all) { s.broadcast().emit("others", all); });
    io.on("join", [](socket s, std::string room) {
        s.join(room);
        return args();
    });
    io.on("room", [](socket s, std::string room, value given) { s.nsp().to(room).emit("room", given); });
}

} // namespace

void prepare_mode(settings& with)
{
    if (with.mode == "contract" || with.mode == "engine-client-suite") refuse_denied(with);
    if (with.mode == "engine-echo") prepare_engine_echo(with);
    if (with.mode == "engine-client-suite") prepare_engine_client_suite(with);
    if (with.mode == "sio-client-suite") prepare_client_suite(with);
}

void declare_mode(server& io, settings const& with)
{
    if (with.mode == "sio-conformance") declare_conformance(io);
    if (with.mode == "sio-client-suite") declare_client_suite(io);
    if (with.mode == "bench") declare_bench(io);
}
