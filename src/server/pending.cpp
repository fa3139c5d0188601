#include <partyline/pending.hpp>

#include <thread>

#include "server/mailbox.hpp"
#include "server/shard.hpp"

namespace partyline {

bool answer_wait::wait(std::function<void()> wake)
{
    auto* const box = working_mailbox();
    if (box && box->waiting().is_closed()) {
        fail(errc::disconnected); // or somebody has answered, or is about to
        while (!is_there()) std::this_thread::yield();
        return false;
    }
    wake_ = std::move(wake);
    if (box) {
        place_ = box->shared_from_this();
        box->waiting().add(*this);
    }
    auto expected = state::open;
    // whoever answers from now on wakes, perhaps at once and elsewhere: nothing of this may be touched any more
    if (state_.compare_exchange_strong(expected, state::waited_for)) return true;
    if (box) box->waiting().remove(*this);
    wake_ = nullptr;
    return false;
}

void answer_wait::answered()
{
    auto const self = shared_from_this(); // who is woken lets go
    if (state_.exchange(state::there) != state::waited_for) return;
    auto* const box = static_cast<mailbox*>(place_.get());
    if (!box) return wake_up();
    // a mailbox that is closed has ended this wait, or is about to
    box->run([self](shard& home) {
        if (!self->is_listed_) return;
        home.box()->waiting().remove(*self);
        home.guard("a callback", [&] { self->wake_up(); });
    });
}

void answer_wait::wake_up()
{
    auto const wake = std::exchange(wake_, nullptr);
    wake();
}

// --- those who wait on one thread -----------------------------------------------------------------------------------

void waiting_list::add(answer_wait& who) noexcept
{
    who.is_listed_ = true;
    who.previous_ = nullptr;
    who.next_ = std::exchange(first_, &who);
    if (who.next_) who.next_->previous_ = &who;
}

void waiting_list::remove(answer_wait& who) noexcept
{
    who.is_listed_ = false;
    (who.previous_ ? who.previous_->next_ : first_) = who.next_;
    if (who.next_) who.next_->previous_ = who.previous_;
    who.previous_ = who.next_ = nullptr;
}

void waiting_list::close(shard& home)
{
    is_closed_ = true;
    while (first_) {
        auto const who = first_->shared_from_this();
        remove(*who);
        // not in the list any more: `answered` wakes nobody
        who->fail(errc::disconnected);
        while (!who->is_there()) std::this_thread::yield(); // somebody else is answering at this moment
        home.guard("a callback", [&] { who->wake_up(); });
    }
}

} // namespace partyline
