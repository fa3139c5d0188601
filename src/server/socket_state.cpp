// The way to a socket: to the shard where it joined, and from there, if it has moved, by way of the first shard to where it
// stands now. Sockets that move pass the first shard themselves, so that nothing arrives before them, and what one thread says stays
// in its order. Why it is done so: docs/design/take-over.md.
#include "server/socket_state.hpp"

#include "server/namespace_shard.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

shard* standing_here(socket_identity const& who) noexcept
{
    auto const place = who.place();
    if (place.number == socket_place::on_its_way) return nullptr;
    if (place.shard == who.home->index()) return who.home->here();
    auto const core = who.home->core();
    return core ? core->box(place.shard)->here() : nullptr;
}

void follow(shard& from, std::shared_ptr<socket_identity const> who, mailbox::work job, std::size_t bytes)
{
    auto const place = who->place();
    if (place.shard == from.index() && place.number != socket_place::on_its_way) return job(from);
    auto const next = from.index() == 0 ? place.shard : 0;
    if (next == from.index()) return; // it was lost on its way: the server ends
    from.core().box(next)->post([who = std::move(who), job = std::move(job),
                                 bytes](shard& there) mutable { follow(there, std::move(who), std::move(job), bytes); },
                                bytes);
}

bool send_to(std::shared_ptr<socket_identity const> const& who, mailbox::work job, std::size_t bytes)
{
    return who->home->run([who, job = std::move(job),
                           bytes](shard& there) mutable { follow(there, std::move(who), std::move(job), bytes); },
                          bytes);
}

bool socket_state::is_between_connections() const noexcept
{
    return at == phase::connected && !connection && nsp && nsp->has(*this);
}

} // namespace partyline
