// A loop of clients without a thread: each `drive` is one turn, during which the calling thread is the loop's.
#include <partyline/client_driver.hpp>

#include <optional>
#include <utility>

#include "client/client_loop.hpp"
#include "client/client_thread.hpp"

namespace partyline {

/// Thread: whoever drives, one at a time. Owner: the driver, and a turn that is under way. Lifetime: until both are gone.
struct client_driver::state
{
    explicit state(std::function<bool()> runs_here)
        : box(std::make_shared<client_box>()), loop(std::in_place, box, net::driven_from_outside{})
    {
        if (runs_here) around.emplace(std::move(runs_here));
        box->open(*loop, loop->loop().remote());
    }

    void end()
    {
        around.reset();
        loop->end();
        loop.reset();
    }

    std::shared_ptr<client_box> box;
    std::optional<client_loop> loop; // empty when it is over
    std::optional<net::foreign_loop> around;
    bool in_turn = false;
    bool ends = false;
};

namespace {

// While it lives the calling thread is at work for that loop, and afterwards for whom it was before: loops may be driven inside of others.
class visit
{
public:
    visit(client_box& home, bool& in_turn)
        : home_(home), in_turn_(in_turn), before_(std::exchange(net::working_home(), &home))
    {
        in_turn_ = true;
        home_.enter();
    }
    visit(visit const&) = delete;
    visit& operator=(visit const&) = delete;
    ~visit()
    {
        home_.leave();
        in_turn_ = false;
        net::working_home() = before_;
    }

private:
    client_box& home_;
    bool& in_turn_;
    net::answer_home* before_;
};

} // namespace

client_driver::client_driver(std::shared_ptr<state> made) noexcept : state_(std::move(made)) {}

client_driver& client_driver::operator=(client_driver&& other) noexcept
{
    if (this == &other) return *this;
    close();
    state_ = std::move(other.state_);
    return *this;
}

client_driver::~client_driver() { close(); }

client_driver::driven_pool client_driver::make(std::function<bool()> runs_here)
{
    auto made = std::make_shared<state>(std::move(runs_here));
    client_pool pool(std::make_shared<pool_lease>(made->box));
    return {std::move(pool), client_driver(std::move(made))};
}

int client_driver::descriptor() const noexcept
{
    return state_ && state_->loop ? state_->loop->loop().descriptor() : -1;
}

bool client_driver::drive()
{
    auto const here = state_; // a handler may destroy the driver
    if (!here || !here->loop) return false;
    if (here->in_turn) return true; // a handler drives the loop that it is called by
    visit const turn(*here->box, here->in_turn);
    if (here->loop->loop().drive() && !here->ends) return true;
    here->end();
    return false;
}

void client_driver::close() noexcept
{
    auto const here = state_;
    if (!here || !here->loop) return;
    here->ends = true;
    if (here->in_turn) return;
    visit const turn(*here->box, here->in_turn);
    here->end();
}

} // namespace partyline
