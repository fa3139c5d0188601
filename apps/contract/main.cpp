// The contract server: from the environment to a server that runs. See README.md.
#include <csignal>
#include <iostream>

#include <pthread.h>

#include <thread>

#include "contract.hpp"

namespace {

partyline::http::response json(partyline::value const& body)
{
    return partyline::http::response::text(200, body.to_json(), "application/json");
}

/// `/healthz` and `/state`.
void declare_pages(partyline::server& io, settings const& with)
{
    io.on_http([&io, id = with.server_id](partyline::http_call const& call, partyline::http_answer answer) {
        auto const path = call.request.path();
        auto const method = call.request.method;
        if (path != "/healthz" && path != "/state") return false;
        if (method != partyline::http::method::get && method != partyline::http::method::head) {
            answer(partyline::http::response::text(405, "Method Not Allowed\n"));
        } else if (path == "/healthz") {
            answer(partyline::http::response::text(200, "ok"));
        } else {
            io.statistics().then([answer, id](partyline::result<partyline::server_statistics> const& now) {
                if (!now) return answer(partyline::http::response::text(500, "stopping\n"));
                partyline::value::array names;
                for (auto const& each : now->namespaces) names.emplace_back(each);
                answer(json(partyline::value::object{{"serverId", id},
                                                     {"connections", now->connections},
                                                     {"sockets", now->sockets},
                                                     {"rooms", now->rooms},
                                                     {"namespaces", std::move(names)}}));
            });
        }
        return true;
    });
}

/// Reads the certificates again at each SIGHUP, on a thread of its own, which waits for nothing else.
class hangup_watch
{
public:
    explicit hangup_watch(partyline::server& io)
    {
        sigemptyset(&set_);
        sigaddset(&set_, SIGHUP);
        sigaddset(&set_, SIGUSR2);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        thread_ = std::thread([this, &io] {
            for (int number = 0; sigwait(&set_, &number) == 0 && number == SIGHUP;) {
                try {
                    io.reload_tls();
                } catch (partyline::error const& why) {
                    std::cerr << "the certificate stays as it was: " << why.what() << '\n';
                }
            }
        });
    }
    ~hangup_watch()
    {
        pthread_kill(thread_.native_handle(), SIGUSR2);
        thread_.join();
    }

private:
    sigset_t set_{};
    std::thread thread_;
};

int serve(settings with)
{
    prepare_mode(with);
    partyline::server io{with.server};
    *with.self = &io;
    declare_pages(io, with);
    if (with.mode == "contract")
        declare_namespaces(io, with);
    else
        declare_mode(io, with);

    partyline::listen_options how;
    if (!with.tls_certificate.empty())
        how.tls = partyline::tls_options{.certificate_file = with.tls_certificate, .key_file = with.tls_key};
    auto const port = io.listen(with.host, with.port, how);
    if (!with.unix_path.empty()) io.listen_unix(with.unix_path);
    hangup_watch const watch(io); // before the threads, which inherit the mask
    // said by the running server: from then on SIGTERM is a request
    io.after(std::chrono::milliseconds(0), [port] { std::cout << "READY " << port << std::endl; });
    io.run();
    return 0;
}

} // namespace

int main()
{
    try {
        return serve(settings::from_environment());
    } catch (bad_setting const& why) {
        std::cerr << why.what() << '\n';
        return 2;
    } catch (partyline::error const& why) {
        std::cerr << "cannot start: " << why.what() << '\n';
        return why.code() == partyline::errc::invalid_option ? 2 : 1;
    }
}
