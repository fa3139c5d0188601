#include "client/client_call.hpp"

#include <string>
#include <utility>

#include "client/client_shell.hpp"

namespace partyline {

namespace {

bool acknowledge_at(client_socket const& who, reply_ticket const& ticket, payload arguments)
{
    auto const bytes = arguments.buffer.size();
    bool sent = true;
    if (auto* const shell = who.core()->here())
        sent = !who.place()->member->gone && shell->part(who.place()).acknowledge(ticket, std::move(arguments));
    else
        sent = who.core()->run(
            [who, ticket, arguments = std::move(arguments)](client_shell& at) mutable {
                if (!who.place()->member->gone) at.part(who.place()).acknowledge(ticket, std::move(arguments));
            },
            bytes);
    return sent;
}

} // namespace

later_client_answer::later_client_answer(client_socket who, std::optional<reply_ticket> ticket)
    : who_(std::move(who)), ticket_(ticket)
{}

bool later_client_answer::send(payload arguments)
{
    if (!ticket_ || given_.test_and_set()) return false;
    return acknowledge_at(who_, *ticket_, std::move(arguments));
}

client_call::client_call(client_socket const& who, codec& with, nsp_event const& event)
    : event_call(&who), who_(who), codec_(with), event_(event), ticket_(event.reply)
{}

reader& client_call::arguments()
{
    if (event_.cursor) return codec_.arguments();
    if (!tree_) tree_ = std::make_unique<value>(value::array(event_.arguments.borrow().values()));
    cursor_.emplace(*tree_);
    cursor_->enter_array();
    return *cursor_;
}

void client_call::acknowledge(payload given)
{
    if (!ticket_) return;
    if (later_) {
        later_->send(std::move(given));
        return;
    }
    acknowledge_at(who_, *std::exchange(ticket_, std::nullopt), std::move(given));
}

// One place for all handlers of the event, so that the first answer wins.
std::shared_ptr<answer_place> client_call::answer_later()
{
    if (!later_) later_ = std::make_shared<later_client_answer>(who_, ticket_);
    return later_;
}

std::string client_call::name(std::string_view what) const
{
    return std::string(what).append(" \"").append(event_.name).append("\" in ").append(who_.name());
}

void client_call::unfit(errc why) noexcept
{
    who_.core()->handler_errors().fetch_add(1, std::memory_order_relaxed);
    who_.core()->log(log_level::warning,
                     name("the arguments of").append(" do not fit its handler: ").append(describe(why)));
}

} // namespace partyline
