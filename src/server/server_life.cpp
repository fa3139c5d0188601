#include "server/server_life.hpp"

#include <algorithm>
#include <csignal>

#include "server/front.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

net::client_proof proof_of(client_certificate asked) noexcept
{
    switch (asked) {
    case client_certificate::request:
        return net::client_proof::welcome;
    case client_certificate::require:
        return net::client_proof::needed;
    case client_certificate::ignore:
        break;
    }
    return net::client_proof::none;
}

} // namespace

server_life::server_life(std::shared_ptr<server_core> root)
    : cores_{root}, bundle_(root->options().client_bundle_folder)
{}

server_life::~server_life() = default;

bool server_life::serves(std::string_view path) const noexcept
{
    return std::any_of(cores_.begin(), cores_.end(),
                       [&](auto const& each) { return path.starts_with(each->endpoint().path()); });
}

std::uint16_t server_life::listen(net::listen_address const& where, listen_options const& options)
{
    demand_stopped();
    if (ports_.empty())
        for (auto const& core : cores_)
            for (std::size_t i = 0; i < core->threads(); ++i) core->box(i)->reopen();
    port made;
    if (options.tls)
        made.tls = std::make_unique<net::tls_context>(net::tls_files{.certificate = options.tls->certificate_file,
                                                                     .private_key = options.tls->key_file,
                                                                     .ciphers = options.tls->ciphers,
                                                                     .authorities = options.tls->ca_file,
                                                                     .clients = proof_of(options.tls->verify_client)});
    made.sockets = net::listen_on(
        where, {.backlog = options.backlog, .reuse_port = options.reuse_port, .unsent_bytes = options.unsent_bytes});
    ports_.push_back(std::move(made));
    return ports_.back().sockets.front()->address().port;
}

void server_life::demand_stopped() const
{
    if (running_) throw error(errc::wrong_thread, "this has to be said before run() or start()");
}

void server_life::reload_tls()
{
    for (auto& each : ports_)
        if (each.tls) each.tls->reload();
}

// --- running --------------------------------------------------------------------------------------------------------

void server_life::prepare(std::size_t own_threads)
{
    if (running_.exchange(true)) throw error(errc::wrong_thread, "the server runs already");
    if (ports_.empty()) {
        running_ = false;
        throw error(errc::invalid_option,
                    "no port: call listen() first, and again before each further run() or start()");
    }
    draining_ = false;
    auto const threads = root()->threads();
    for (std::size_t i = 0; i < threads; ++i) {
        auto& made = *fronts_.emplace_back(std::make_unique<front>(*this, static_cast<std::uint32_t>(i)));
        for (auto const& core : cores_)
            made.add(*core->shards.emplace_back(std::make_unique<shard>(*core, made, static_cast<std::uint32_t>(i))));
        for (auto const& each : ports_)
            for (auto const& socket : each.sockets) made.listen(socket, each.tls.get());
    }
    {
        std::lock_guard const lock(mutex_);
        working_ = threads;
    }
    for (auto const& core : cores_)
        for (auto const& each : core->names().all()) core->with_adapter(each, false, [](adapter&) {});
    for (std::size_t i = threads - own_threads; i < threads; ++i)
        threads_.emplace_back([self = shared_from_this(), i] { self->work(i); });
}

void server_life::run()
{
    auto const self = shared_from_this(); // a handler may destroy the server
    prepare(root()->threads() - 1);
    {
        std::unique_ptr<net::signals> signals;
        if (root()->options().signals) {
            constexpr std::array numbers = {SIGINT, SIGTERM};
            signals = std::make_unique<net::signals>(fronts_.front()->loop(), numbers,
                                                     [this](int) { stop(draining_.load()); });
        }
        work(0);
    }
    wait();
}

void server_life::start() { prepare(root()->threads()); }

void server_life::work(std::size_t index)
{
    auto& mine = *fronts_[index];
    for (auto const& core : cores_) core->box(index)->open(*core->shards[index], mine.loop());
    net::working_home() = root()->box(index).get();
    mine.loop().run();
    for (auto const& core : cores_) core->shards[index]->shut_down(true);
    root()->box(index)->close_waits();
    for (auto const& core : cores_) {
        core->shards[index]->clear();
        core->box(index)->close();
    }
    mine.stop_listening();
    net::working_home() = nullptr;
    std::lock_guard const lock(mutex_);
    --working_;
    idle_.notify_all();
}

bool server_life::on_own_thread() const noexcept
{
    for (std::size_t i = 0; i < root()->threads(); ++i)
        if (root()->box(i)->is_here()) return true;
    return false;
}

void server_life::wait()
{
    if (on_own_thread()) throw error(errc::wrong_thread, "a server cannot wait for itself on one of its threads");
    {
        std::unique_lock lock(mutex_);
        idle_.wait(lock, [this] { return working_ == 0; });
    }
    std::lock_guard const lock(join_);
    for (auto& each : threads_)
        if (each.joinable()) each.join();
    threads_.clear();
    if (!running_.exchange(false)) return;
    for (auto const& core : cores_) core->shards.clear();
    fronts_.clear();
    ports_.clear();
}

void server_life::abandon()
{
    if (!running_) {
        // what was posted and never ran: it may hold handles, and those the mailboxes
        for (auto const& core : cores_)
            for (std::size_t i = 0; i < core->threads(); ++i) core->box(i)->close();
        return;
    }
    stop(true);
    if (!on_own_thread()) return wait();
    // the threads own this object until they end
    std::lock_guard const lock(join_);
    for (auto& each : threads_) each.detach();
    threads_.clear();
}

// --- the end --------------------------------------------------------------------------------------------------------

void server_life::stop(bool at_once) noexcept
{
    if (!running_) return;
    if (at_once) {
        for (auto const& each : fronts_) each->loop().stop();
        return;
    }
    if (draining_.exchange(true)) return;
    root()->box(0)->post([this](shard&) { begin_drain(); });
}

void server_life::begin_drain()
{
    // the last thread that stops listening closes them: who comes now is refused instead of waiting for nobody
    for (auto& each : ports_) each.sockets.clear();
    auto const patience = root()->options().drain_timeout;
    for (std::size_t i = 0; i < root()->threads(); ++i)
        root()->box(i)->post([patience](shard& at) { drain(at.home(), patience); });
}

void server_life::drain(front& at, std::chrono::milliseconds patience)
{
    at.stop_listening();
    at.connections().drain();
    at.shut_down(false);
    at.stop_when_empty(at.loop().now() + patience);
}

} // namespace partyline
