#include <partyline/broadcast.hpp>

#include "base/wait.hpp"
#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

void append(std::vector<std::string>& to, room_list const& rooms)
{
    to.insert(to.end(), rooms.names().begin(), rooms.names().end());
}

broadcast_options options_of(selection const& to, emit_options const& how)
{
    return {
        .rooms = to.rooms,
        .except = to.except,
        .flags = {.volatile_ = how.is_volatile, .compress = how.compress, .local = to.local, .timeout = how.timeout}};
}

} // namespace

broadcast broadcast::to(room_list const& rooms) const
{
    auto changed = *this;
    append(changed.to_.rooms, rooms);
    return changed;
}
broadcast broadcast::except(room_list const& rooms) const
{
    auto changed = *this;
    append(changed.to_.except, rooms);
    return changed;
}
broadcast broadcast::volatile_() const
{
    auto changed = *this;
    changed.options_.is_volatile = true;
    return changed;
}
broadcast broadcast::local() const
{
    auto changed = *this;
    changed.to_.local = true;
    return changed;
}
broadcast broadcast::compress(bool on) const
{
    auto changed = *this;
    changed.options_.compress = on;
    return changed;
}
broadcast broadcast::timeout(std::chrono::milliseconds limit) const
{
    auto changed = *this;
    changed.options_.timeout = base::capped(limit); // adapters add it to a time
    return changed;
}

void broadcast::report_unfit(std::weak_ptr<server_core> const& core, errc why) noexcept
{
    auto const held = core.lock();
    if (auto* const home = held ? held->here() : nullptr)
        home->report("reading an acknowledgement of a broadcast", std::make_exception_ptr(error(why)));
}

codec& broadcast::codec_here() const
{
    if (!core_) throw error(errc::disconnected, "the server is gone");
    return core_->codec_here();
}

bool broadcast::publish(payload event, std::unique_ptr<responses_receiver> receiver) const
{
    if (!core_) return false;
    return core_->broadcast(nsp_, std::move(event), options_of(to_, options_), std::move(receiver));
}

void broadcast::sockets_join(room_list const& rooms) const
{
    if (!core_) return;
    auto const options = options_of(to_, options_);
    core_->for_each_socket(nsp_, options,
                           [names = rooms.names()](shard&, socket_state& socket) { socket.nsp->join(socket, names); });
    core_->with_adapter(nsp_, to_.local,
                        [options, names = rooms.names()](adapter& others) { others.sockets_join(options, names); });
}

void broadcast::sockets_leave(room_list const& rooms) const
{
    if (!core_) return;
    auto const options = options_of(to_, options_);
    core_->for_each_socket(nsp_, options, [names = rooms.names()](shard&, socket_state& socket) {
        for (auto const& room : names) socket.nsp->leave(socket, room);
    });
    core_->with_adapter(nsp_, to_.local,
                        [options, names = rooms.names()](adapter& others) { others.sockets_leave(options, names); });
}

void broadcast::disconnect_sockets(bool close) const
{
    if (!core_) return;
    auto const options = options_of(to_, options_);
    core_->for_each_socket(nsp_, options,
                           [close](shard& at, socket_state& socket) { peer::disconnect(at, socket, close); });
    core_->with_adapter(nsp_, to_.local,
                        [options, close](adapter& others) { others.disconnect_sockets(options, close); });
}

pending<std::vector<remote_socket>> broadcast::fetch_sockets() const
{
    pending<std::vector<remote_socket>> answer;
    if (!core_ || nsp_->is_parent()) {
        answer.completer()->complete(core_ ? errc::unsupported
                                           : errc::disconnected); // as in JavaScript, not on a parent
        return answer;
    }
    auto const options = options_of(to_, options_);
    auto const convert_all = [](std::vector<socket_description> found) {
        std::vector<remote_socket> all;
        all.reserve(found.size());
        for (auto& each : found)
            all.push_back({std::move(each.id), std::move(each.rooms), std::move(each.data), std::move(each.handshake)});
        return all;
    };
    core_->fetch_local(nsp_, options,
                       [core = core_, nsp = nsp_, local = to_.local, options, promise = answer.completer(),
                        convert_all](std::vector<socket_description> mine) {
                           if (local || !core->options().adapter)
                               return promise->complete(convert_all(std::move(mine)));
                           auto const own = std::make_shared<std::vector<socket_description>>(std::move(mine));
                           // refused at the stop: the promise goes unfulfilled, which is an answer, too
                           core->with_adapter(nsp, local, [options, own, promise, convert_all](adapter& others) {
                               others.fetch_sockets(options, [own, promise, convert_all](
                                                                 result<std::vector<socket_description>> theirs) {
                                   if (!theirs) return promise->complete(theirs.error());
                                   for (auto& each : *theirs) own->push_back(std::move(each));
                                   promise->complete(convert_all(std::move(*own)));
                               });
                           });
                       });
    return answer;
}

} // namespace partyline
