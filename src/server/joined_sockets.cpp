#include "server/joined_sockets.hpp"

#include <utility>

#include "server/socket_state.hpp"

namespace partyline {

namespace {

std::string_view name_of(socket_state const& socket) noexcept { return socket.identity->nsp->name(); }

} // namespace

std::size_t joined_sockets::size() const noexcept
{
    if (index_) return index_->size();
    std::size_t sum = 0;
    for (auto const* each = first_; each; each = each->next) ++sum;
    return sum;
}

// What points at the socket of that name, or the end of the chain; null where the index does not know it.
socket_state** joined_sockets::place_of(std::string_view nsp) const noexcept
{
    if (index_) {
        auto const found = index_->find(nsp);
        return found == index_->end() ? nullptr : found->second;
    }
    auto** place = const_cast<socket_state**>(&first_);
    while (*place && name_of(**place) != nsp) place = &(*place)->next;
    return place;
}

socket_state* joined_sockets::find(std::string_view nsp) const noexcept
{
    auto** const place = place_of(nsp);
    return place ? *place : nullptr;
}

void joined_sockets::add(socket_state& socket, base::hash_seed seed)
{
    socket.next = std::exchange(first_, &socket);
    if (index_) {
        (*index_)[name_of(socket)] = &first_;
        if (socket.next) (*index_)[name_of(*socket.next)] = &socket.next;
    } else if (size() >= indexed_from) {
        index_ = std::make_unique<place_index>(0, base::string_hash{seed});
        for (auto** place = &first_; *place; place = &(*place)->next) index_->emplace(name_of(**place), place);
    }
}

bool joined_sockets::remove(socket_state& socket) noexcept
{
    auto** const place = place_of(name_of(socket));
    if (!place || *place != &socket) return false;
    *place = std::exchange(socket.next, nullptr);
    if (!index_) return true;
    index_->erase(name_of(socket));
    if (*place) index_->find(name_of(**place))->second = place;
    if (!first_) index_.reset();
    return true;
}

} // namespace partyline
