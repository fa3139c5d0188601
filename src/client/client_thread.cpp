// Nobody joins these threads: the last client may be destroyed on the very thread that serves it. When the program ends they are asked
// to end, and waited for shortly, so that none works on among objects that are gone; one that comes too late stands still. Until then,
// and in the destructors of the program's own static objects, clients must work: so what the library keeps for the whole process is
// never destroyed.
#include "client/client_thread.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <partyline/client_options.hpp>

#include "base/utf8.hpp"
#include "client/client_loop.hpp"
#include "net/tls_client_context.hpp"

namespace partyline {

namespace {

// In short pieces: where the whole program was held up, that counts as one of them.
constexpr std::chrono::milliseconds piece_of_patience(10);
constexpr int patience_at_exit = 100;

class running_threads
{
public:
    /// `false`: the program ends.
    [[nodiscard]] bool begun(std::shared_ptr<client_box> const& box)
    {
        std::lock_guard const lock(mutex_);
        if (!is_over_) boxes_.push_back(box);
        return !is_over_;
    }
    /// Comes back only if what the thread uses still stands.
    void ending()
    {
        std::unique_lock lock(mutex_);
        none_.wait(lock, [this] { return !is_given_up_; });
    }
    void ended(std::shared_ptr<client_box> const& box)
    {
        std::lock_guard const lock(mutex_);
        std::erase(boxes_, box);
        none_.notify_all();
    }
    void end_all()
    {
        std::unique_lock lock(mutex_);
        is_over_ = true;
        for (auto const& each : boxes_) each->post([](client_loop& loop) { loop.stop(); });
        // one of them may be the thread that ends the program
        auto const are_over = [this] {
            return std::all_of(boxes_.begin(), boxes_.end(), [](auto const& each) { return each->is_here(); });
        };
        for (int left = patience_at_exit; left > 0 && !none_.wait_for(lock, piece_of_patience, are_over); --left) {
        }
        is_given_up_ = true;
    }

private:
    std::mutex mutex_;
    std::condition_variable none_;
    std::vector<std::shared_ptr<client_box>> boxes_;
    bool is_over_ = false;
    bool is_given_up_ = false;
};

// A thread that hangs in a handler holds it for longer than the program.
std::shared_ptr<running_threads> const& threads()
{
    static auto const& all = *new auto(std::make_shared<running_threads>());
    struct at_exit
    {
        // What OpenSSL and simdjson destroy at the end must have begun before this: then it goes later, when our threads are over.
        at_exit()
        {
            net::prepare_end_of_tls();
            [[maybe_unused]] bool const simdjson_has_begun = base::is_utf8(std::string(1024, 'a'));
        }
        at_exit(at_exit const&) = delete;
        at_exit& operator=(at_exit const&) = delete;
        ~at_exit() { all->end_all(); }
    };
    static at_exit const end;
    return all;
}

void work(std::shared_ptr<client_box> box, std::shared_ptr<running_threads> all)
{
    sigset_t every;
    sigfillset(&every);
    ::pthread_sigmask(SIG_BLOCK, &every, nullptr); // signals are the program's
    {
        client_loop loop(box);
        box->open(loop, loop.loop().remote());
        box->enter();
        net::working_home() = box.get();
        loop.loop().run();
        all->ending();
        loop.end();
        net::working_home() = nullptr;
    }
    net::end_tls_of_thread(); // not when the thread itself is over: that may be after OpenSSL's own end
    all->ended(box);
}

} // namespace

pool_lease::~pool_lease()
{
    box->run([](client_loop& loop) { loop.let_go(); });
}

std::shared_ptr<client_box> start_client_thread()
{
    auto box = std::make_shared<client_box>();
    auto const& all = threads();
    if (!all->begun(box)) {
        box->close(); // its clients do nothing
        return box;
    }
    try {
        std::thread(work, box, all).detach();
    } catch (std::system_error const& why) {
        all->ended(box);
        throw error(errc::system_failure, why.what());
    }
    return box;
}

client_pool::client_pool() : lease_(std::make_shared<pool_lease>(start_client_thread())) {}

client_pool client_pool::shared()
{
    static std::mutex mutex;
    static auto& current = *new std::weak_ptr<pool_lease>;
    std::lock_guard const lock(mutex);
    auto lease = current.lock();
    if (!lease) current = lease = std::make_shared<pool_lease>(start_client_thread());
    return client_pool(std::move(lease));
}

} // namespace partyline
