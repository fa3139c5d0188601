// The table behind the ids, and what happens at the end of each turn.
#include "net/connections.hpp"

#include <cassert>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "http/date.hpp"
#include "net/http_connection.hpp"
#include "net/link_tools.hpp"

namespace partyline::net {

namespace {

constexpr std::size_t spare_readers = 16;
constexpr auto date_is_good_for = std::chrono::seconds(1);

} // namespace

connections::connections(loop& loop, http_host& host, http_options const& options)
    : loop_(loop), host_(host), options_(options), tools_(std::make_unique<link_tools>(options.deflate))
{
    loop_.listen_to_turns(this);
}

connections::~connections()
{
    loop_.listen_to_turns(nullptr);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        channel* const item = slots_[i].item.get();
        if (!item) continue;
        if (is_link(i))
            static_cast<link*>(item)->abort();
        else
            static_cast<http_connection*>(item)->close();
    }
}

std::uint32_t connections::take_slot()
{
    ++used_;
    if (first_free_ != none) {
        std::uint32_t const index = first_free_;
        first_free_ = std::exchange(slots_[index].next_free, none);
        return index;
    }
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
}

std::uint64_t connections::id_of(std::uint32_t index) const noexcept
{
    return std::uint64_t{slots_[index].generation} << 32 | (index + 1);
}

std::uint64_t connections::renew_id(std::uint32_t index, std::uint32_t kind) noexcept
{
    slots_[index].generation = ((slots_[index].generation + 1) & ~link_bit) | kind;
    return id_of(index);
}

channel* connections::find(std::uint64_t id) const noexcept
{
    std::uint64_t const index = (id & UINT32_MAX) - 1; // 0 is no id and wraps to an index that does not exist
    if (index >= slots_.size() || slots_[index].generation != id >> 32) return nullptr;
    return slots_[index].item.get();
}

http_connection* connections::find_exchange(exchange_id id) const noexcept
{
    if ((id >> 32 & link_bit) != 0) return nullptr;
    auto* const found = static_cast<http_connection*>(find(id));
    return found && found->waiting() ? found : nullptr;
}

link* connections::find_link(link_id id) const noexcept
{
    return (id >> 32 & link_bit) != 0 ? static_cast<link*>(find(id)) : nullptr;
}

connection_info const* connections::info(exchange_id exchange) const noexcept
{
    auto const* const found = find_exchange(exchange);
    return found ? &found->info() : nullptr;
}

std::string connections::certificate_subject(exchange_id exchange) const
{
    auto const* const found = find_exchange(exchange);
    return found ? found->certificate_subject() : std::string();
}

bool connections::respond(exchange_id exchange, http::response response)
{
    auto* const found = find_exchange(exchange);
    if (found) found->respond(std::move(response));
    return found != nullptr;
}

bool connections::abort(exchange_id exchange)
{
    auto* const found = find_exchange(exchange);
    if (found) found->close();
    return found != nullptr;
}

detached_connection connections::detach(exchange_id exchange)
{
    auto* const found = find_exchange(exchange);
    return found && found->upgrading() ? found->detach() : detached_connection();
}

exchange_id connections::adopt(detached_connection connection)
{
    if (!connection) return 0;
    std::uint32_t const index = take_slot();
    auto made = std::make_unique<http_connection>(*this, index, std::exchange(connection.descriptor_, -1),
                                                  std::move(connection.tls_), std::move(connection.info_));
    auto* const item = made.get();
    slots_[index].item = std::move(made);
    ++loop_.counters().http_connections;
    renew_id(index, 0);
    if (!item->resume(std::move(connection.unread_))) return 0;
    return id_of(index);
}

void connections::accept(int descriptor, tls_context const* tls, connection_info info)
{
    tls_state state = tls ? tls->open(descriptor) : nullptr;
    if (tls && !state) {
        ::close(descriptor);
        return;
    }
    std::uint32_t const index = take_slot();
    auto made = std::make_unique<http_connection>(*this, index, descriptor, std::move(state), std::move(info));
    auto* const item = made.get();
    slots_[index].item = std::move(made);
    ++loop_.counters().http_connections;
    renew_id(index, 0);
    item->begin();
}

link* connections::accept_websocket(exchange_id exchange, std::string_view answer,
                                    std::optional<websocket::deflate_parameters> const& deflate,
                                    link_options const& options, link_owner& owner)
{
    auto* const found = find_exchange(exchange);
    if (!found || !found->upgrading()) return nullptr;
    std::uint32_t const index = found->slot_;
    std::unique_ptr<link> made(
        new link(*this, index, std::exchange(found->descriptor_, -1), std::move(found->tls_), options, owner));
    std::string const unread = std::move(found->kept_);
    found->phase_ = http_connection::phase::closed;
    loop_.retire(std::exchange(slots_[index].item, nullptr));
    auto* const item = made.get();
    slots_[index].item = std::move(made);
    renew_id(index, link_bit);
    --loop_.counters().http_connections;
    ++loop_.counters().links;
    item->begin(answer, deflate, unread);
    return item;
}

link* connections::open_link(open_stream stream, std::string_view unread,
                             std::optional<websocket::deflate_parameters> const& deflate, link_options const& options,
                             link_owner& owner)
{
    std::uint32_t const index = take_slot();
    std::unique_ptr<link> made(
        new link(*this, index, std::exchange(stream.descriptor, -1), std::move(stream.tls), options, owner));
    auto* const item = made.get();
    item->flags_ |= link::is_client;
    slots_[index].item = std::move(made);
    renew_id(index, link_bit);
    ++loop_.counters().links;
    if (!loop_.add(*item, EPOLLIN)) {
        item->abort();
        return nullptr;
    }
    item->begin({}, deflate, unread);
    return item;
}

void connections::release(std::uint32_t index)
{
    bool const was_link = is_link(index);
    --(was_link ? loop_.counters().links : loop_.counters().http_connections);
    loop_.retire(std::exchange(slots_[index].item, nullptr));
    renew_id(index, 0);
    slots_[index].next_free = std::exchange(first_free_, index);
    --used_;
}

void connections::drain()
{
    draining_ = true;
    for (std::size_t i = 0; i < slots_.size(); ++i)
        if (slots_[i].item && !is_link(i)) static_cast<http_connection*>(slots_[i].item.get())->drain();
}

void connections::flush_later(http_connection& item)
{
    if (std::exchange(item.dirty_, true)) return;
    dirty_connections_.push_back(&item);
    loop_.demand_turn();
}

void connections::flush_later(link& item)
{
    dirty_links_.push_back(&item);
    loop_.demand_turn();
}

void connections::report_later(link& item)
{
    broken_links_.push_back(&item);
    loop_.demand_turn();
}

// Everything in the lists lives until the end of the turn, closed or not (`loop::retire`).
bool connections::on_turn_end()
{
    bool told = false;
    for (std::size_t i = 0; i < dirty_connections_.size(); ++i) told |= dirty_connections_[i]->flush();
    dirty_connections_.clear();
    for (std::size_t i = 0; i < dirty_links_.size(); ++i) dirty_links_[i]->flush_own();
    dirty_links_.clear();
    for (std::size_t i = 0; i < broken_links_.size(); ++i) told |= broken_links_[i]->report_broken();
    broken_links_.clear();
    tools_->joins.clear();
    return told;
}

std::unique_ptr<http::request_reader> connections::take_reader()
{
    if (readers_.empty()) return std::make_unique<http::request_reader>(options_.head);
    auto reader = std::move(readers_.back());
    readers_.pop_back();
    return reader;
}

void connections::give_reader(std::unique_ptr<http::request_reader> reader)
{
    reader->next();
    if (readers_.size() < spare_readers) readers_.push_back(std::move(reader));
}

std::string_view connections::date()
{
    if (!options_.date) return {};
    if (date_.empty() || loop_.now() - date_made_ >= date_is_good_for) {
        date_ = http::format_date(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
        date_made_ = loop_.now();
    }
    return date_;
}

// The hint that keeps clients from sending a request into a connection that is about to close.
void connections::say_keep_alive(http::response& message) const
{
    auto const seconds = options_.keep_alive.count() / 1000;
    if (seconds > 0) message.headers.set("Keep-Alive", "timeout=" + std::to_string(seconds));
}

} // namespace partyline::net
