#include <partyline/pending.hpp>

#include "server/mailbox.hpp"
#include "server/shard.hpp"

namespace partyline {

resume_place resume_place::here()
{
    resume_place place;
    if (auto* const box = working_mailbox()) place.mailbox_ = box->shared_from_this();
    return place;
}

void resume_place::run(std::function<void()> work) const
{
    auto* const box = static_cast<mailbox*>(mailbox_.get());
    if (!box) return work();
    box->run([work = std::move(work)](shard& home) { home.guard("a callback", work); });
}

} // namespace partyline
