#include "client/client_loop.hpp"

#include <algorithm>
#include <cstring>

#include "client/client_core.hpp"
#include "client/client_shell.hpp"

namespace partyline {

namespace {

constexpr std::size_t items_per_turn = 1024;
constexpr int rounds_per_turn = 16;

} // namespace

client_loop::client_loop(std::shared_ptr<client_box> box)
    : box_(std::move(box)), loop_(*this), table_(loop_, nobody_, unused_), names_(loop_)
{}

client_loop::client_loop(std::shared_ptr<client_box> box, net::driven_from_outside how)
    : box_(std::move(box)), loop_(*this, how), table_(loop_, nobody_, unused_), names_(loop_)
{}

client_loop::~client_loop() = default;

void client_loop::end()
{
    box_->close_waits();
    clear();
    box_->close();
}

// Taken out first: what the objects of their users do when they are destroyed must find everything still there.
void client_loop::clear()
{
    while (!shells_.empty()) {
        auto const gone = std::move(shells_.back());
        shells_.pop_back();
    }
}

std::uint64_t client_loop::random_number()
{
    auto const bytes = random_.bytes<sizeof(std::uint64_t)>();
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

codec& client_loop::codec_of(std::shared_ptr<codec_source const> const& source)
{
    std::erase_if(codecs_, [](auto const& each) { return each.first.expired(); });
    for (auto const& [of, made] : codecs_)
        if (of.lock() == source) return *made;
    return *codecs_.emplace_back(source, source->make()).second;
}

void client_loop::add(std::unique_ptr<client_shell> shell)
{
    auto& place = shell->place();
    place = shells_.size();
    shells_.push_back(std::move(shell));
}

void client_loop::mark_dirty(client_shell& changed)
{
    if (std::exchange(changed.dirty(), true)) return;
    dirty_.push_back(&changed);
    loop_.demand_turn();
}

void client_loop::release(client_shell& ended)
{
    ended_.push_back(&ended);
    loop_.demand_turn();
}

void client_loop::let_go()
{
    let_go_ = true;
    loop_.demand_turn();
}

void client_loop::report(std::string_view what, std::exception_ptr thrown) noexcept
{
    if (at_work_) return at_work_->report(what, std::move(thrown));
    // a coroutine that goes on by itself: whose it is, is not known
    for (auto const& each : shells_) each->core().report(what, thrown);
}

void client_loop::on_wake()
{
    if (box_->drain(items_per_turn)) loop_.wake();
}

void client_loop::flush()
{
    // code of the user may run while events are handled, and make others dirty: rounds until nobody is
    for (int round = 0; !dirty_.empty() && round < rounds_per_turn; ++round) {
        flushing_.swap(dirty_);
        for (auto* const each : flushing_) {
            each->dirty() = false;
            each->flush();
        }
        flushing_.clear();
    }
    if (!dirty_.empty()) loop_.wake(); // in the next turn
}

void client_loop::on_turn_end()
{
    flush();
    while (!ended_.empty()) {
        for (auto* const each : std::exchange(ended_, {})) {
            std::erase(dirty_, each);
            auto const place = each->place();
            auto const gone = std::move(shells_[place]);
            if (place + 1 != shells_.size()) {
                shells_[place] = std::move(shells_.back());
                shells_[place]->place() = place;
            }
            shells_.pop_back();
        }
        flush(); // the objects of their users may have ended other clients
    }
    if (let_go_ && shells_.empty()) loop_.stop();
}

} // namespace partyline
