#include "server/dispatch.hpp"

#include <memory>
#include <vector>

#include "server/server_core.hpp"
#include "server/shard.hpp"
#include "value/value_reader.hpp"

namespace partyline {

namespace {

/// Sends an acknowledgement, if its socket is still there.
void send_ack(shard& home, std::shared_ptr<socket_identity const> const& who, std::uint64_t id, payload arguments)
{
    auto const bytes = arguments.buffer.size();
    home.core().in_order(
        who,
        [id, arguments = std::move(arguments)](shard& at, std::shared_ptr<socket_identity const> const& to) mutable {
            auto* const socket = at.find(*to);
            if (!socket || !socket->connection) return;
            at.send(*socket->connection, {.type = packet_type::ack, .nsp = to->nsp->name(), .id = id},
                    std::move(arguments));
        },
        bytes);
}

/// A handler has failed: the connection ends if the server was told so.
void end_where_asked(shard const& home, socket const& who)
{
    if (home.core().options().on_handler_error == handler_error_policy::disconnect) who.disconnect(true);
}

/// Where an acknowledgement goes that a handler gives later, on whatever thread.
class later_answer final : public answer_place
{
public:
    later_answer(std::shared_ptr<socket_identity const> who, std::optional<std::uint64_t> id)
        : who_(std::move(who)), id_(id)
    {}

    [[nodiscard]] bool wanted() const noexcept override { return id_.has_value() && !given_.test(); }
    codec& codec_here() override { return who_->home->codec_here(); }
    bool send(payload arguments) override
    {
        if (!id_ || given_.test_and_set()) return false;
        auto const bytes = arguments.buffer.size();
        return run_at(
            who_,
            [who = who_, id = *id_, arguments = std::move(arguments)](shard& home) mutable {
                send_ack(home, who, id, std::move(arguments));
            },
            bytes);
    }
    void failed(std::exception_ptr thrown) noexcept override
    {
        if (auto const core = who_->home->core()) core->report("a handler", std::move(thrown));
        // now, if this is its thread: who has seen a later answer sees this counted
        run_at(who_, [who = who_](shard& home) {
            ++home.statistics().handler_errors;
            end_where_asked(home, socket(who));
        });
    }

private:
    std::shared_ptr<socket_identity const> who_;
    std::optional<std::uint64_t> id_;
    std::atomic_flag given_;
};

/// One event on its way through the handlers.
class socket_call : public event_call
{
public:
    socket_call(shard& home, socket const& who, std::string_view event, std::optional<std::uint64_t> id)
        : event_call(&who), home_(home), who_(who), event_(event), id_(id)
    {}

    [[nodiscard]] std::string_view event() const noexcept override { return event_; }
    [[nodiscard]] bool wants_ack() const noexcept override { return id_.has_value() && !later_; }
    codec& codec_here() override { return home_.own_codec(); }
    void acknowledge(payload given) override
    {
        if (!id_) return;
        if (later_) {
            later_->send(std::move(given));
            return;
        }
        send_ack(home_, who_.identity(), *std::exchange(id_, std::nullopt), std::move(given));
    }
    [[nodiscard]] std::shared_ptr<answer_place> answer_later() override
    {
        // one place for all handlers of the event, so that the first answer wins
        if (!later_) later_ = std::make_shared<later_answer>(who_.identity(), id_);
        return later_;
    }
    [[nodiscard]] std::shared_ptr<void const> hold() const override { return handler_ ? *handler_ : nullptr; }
    void unfit(errc why) noexcept override
    {
        ++home_.statistics().handler_errors;
        unfit_ = true;
        home_.core().log(log_level::warning,
                         name("the arguments of").append(" do not fit its handler: ").append(describe(why)));
    }
    /// Which handler is next. Coroutines hold its captures; for others no reference is counted, since all threads would count the same.
    void serve(std::shared_ptr<event_handler const> const& next) noexcept { handler_ = &next; }
    [[nodiscard]] bool was_unfit() const noexcept { return unfit_; }
    /// `a handler of "move" in /table`
    [[nodiscard]] std::string name(std::string_view what) const
    {
        return std::string(what).append(" \"").append(event_).append("\" in ").append(who_.nsp().name());
    }

private:
    shard& home_;
    socket const& who_;
    std::string_view event_;
    std::optional<std::uint64_t> id_;
    std::shared_ptr<event_handler const> const* handler_ = nullptr; // in the table that is being walked
    std::shared_ptr<later_answer> later_;
    bool unfit_ = false;
};

/// The arguments are on the tape of the shard's codec.
class decoded_call final : public socket_call
{
public:
    decoded_call(shard& home, socket const& who, std::string_view event, std::optional<std::uint64_t> id,
                 arguments_view const& view)
        : socket_call(home, who, event, id), codec_(home.own_codec()), view_(view)
    {}
    reader& arguments() override { return codec_.arguments(); }
    [[nodiscard]] args raw() const override { return view_.borrow(); }

private:
    codec& codec_;
    arguments_view const& view_;
};

/// The arguments are kept.
class kept_call final : public socket_call
{
public:
    kept_call(shard& home, socket const& who, std::string_view event, std::optional<std::uint64_t> id, args const& kept)
        : socket_call(home, who, event, id), kept_(kept)
    {}
    reader& arguments() override
    {
        if (!tree_) tree_ = std::make_unique<value>(value::array(kept_.values()));
        cursor_.emplace(*tree_);
        cursor_->enter_array();
        return *cursor_;
    }
    [[nodiscard]] args raw() const override
    {
        return args::borrow(kept_.how(), kept_.text(), kept_.size(), kept_.attachments());
    }

private:
    args const& kept_;
    std::unique_ptr<value> tree_;
    std::optional<value_reader> cursor_;
};

/// What came of an event's listeners so far.
struct outcome
{
    bool well = true;
    bool is_there = true; ///< the socket, still
};

/// `flag_of(listener)`: what says whether a `once` listener has been called; null: it is none.
template <class FlagOf>
void run_listeners(shard& home, socket const& who, std::vector<event_listener> const& listeners, socket_call& call,
                   outcome& so_far, FlagOf const& flag_of)
{
    for (auto const& each : listeners) {
        if (each.once && flag_of(each)->test_and_set()) continue;
        call.serve(each.handler);
        so_far.well &= home.guard([&] { return call.name("a handler of"); }, [&] { each.handler->call(call); });
        so_far.is_there = home.find(*who.identity()) != nullptr;
        if (!so_far.is_there) break;
    }
    so_far.well &= !call.was_unfit();
}

/// Takes away those that have been called; a parent's stay, for its other children.
void remove_spent(shard& home, std::shared_ptr<namespace_state> const& nsp, handler_table const& table,
                  std::vector<event_listener> const& listeners)
{
    if (table.of != nsp.get()) return;
    for (auto const& each : listeners) {
        if (!each.once || !each.once->test()) continue;
        nsp->change([id = each.id](handler_table& changed) { changed.remove(id); });
        home.core().refresh(nsp);
    }
}

void run_handlers(shard& home, socket_state& socket, partyline::socket const& who, std::string_view event,
                  socket_call& call)
{
    auto const table = socket.nsp->table(); // handlers may declare others
    std::vector<event_listener> own;
    if (socket.extras) {
        auto& events = socket.extras->own.events;
        if (auto const found = events.find(event); found != events.end()) {
            own = found->second;
            std::erase_if(found->second, [](auto const& each) { return each.once != nullptr; });
            if (found->second.empty()) events.erase(found);
        }
    }
    outcome so_far;
    if (auto const found = table->events.find(event); found != table->events.end()) {
        auto const& nsp = who.identity()->nsp;
        run_listeners(home, who, found->second, call, so_far,
                      [&](event_listener const& each) { return nsp->once_flag(*table, each); });
        remove_spent(home, nsp, *table, found->second);
    }
    if (so_far.is_there)
        run_listeners(home, who, own, call, so_far, [](event_listener const& each) { return each.once; });
    if (!so_far.well) end_where_asked(home, who);
}

void call_any(shard& home, socket_state const& socket, partyline::socket const& who, std::string_view event,
              args const& all)
{
    auto const table = socket.nsp->table();
    auto own = socket.extras ? socket.extras->own.any : decltype(handler_table::any){};
    for (auto const& each : table->any) home.guard("on_any", [&] { each.function(who, event, all); });
    for (auto const& each : own) home.guard("on_any", [&] { each.function(who, event, all); });
}

using middleware_list = declared_list<void(socket, incoming_event&, next)>;

/// Event middleware, one after the other; each may take its time. The event is kept meanwhile.
void run_event_middleware(shard& home, socket const& who, std::shared_ptr<middleware_list const> const& list,
                          std::size_t next_one, std::shared_ptr<incoming_event> const& event,
                          std::optional<std::uint64_t> id)
{
    auto* const socket = home.find(*who.identity());
    if (!socket) return;
    if (next_one == list->size()) {
        kept_call call(home, who, event->name, id, event->arguments);
        return run_handlers(home, *socket, who, event->name, call);
    }
    auto const answered = std::make_shared<std::atomic_flag>();
    auto const go_on = [answered, who, list, next_one, event, id](std::optional<refusal> why) {
        if (answered->test_and_set()) return;
        run_at(who.identity(), [who, list, next_one, event, id, why = std::move(why)](shard& at) {
            if (!why) return run_event_middleware(at, who, list, next_one + 1, event, id);
            auto* const refused = at.find(*who.identity());
            if (!refused) return;
            auto const table = refused->nsp->table();
            auto own = refused->extras ? refused->extras->own.error : decltype(handler_table::error){};
            for (auto const& each : table->error) at.guard("on_error", [&] { each.function(who, *why); });
            for (auto const& each : own) at.guard("on_error", [&] { each.function(who, *why); });
        });
    };
    try {
        (*list)[next_one].function(who, *event, next(go_on));
    } catch (refusal const& why) {
        go_on(why);
    } catch (...) {
        home.report("an event middleware", std::current_exception());
        go_on(refusal("Internal server error"));
    }
}

/// The listeners of all events, then the middleware. Null: the event has been dealt with; else the socket, as it stands now.
socket_state* run_before_handlers(shard& home, socket_state& socket, partyline::socket const& who,
                                  std::string_view event, args const& all, std::optional<std::uint64_t> id)
{
    call_any(home, socket, who, event, all);
    auto* const still = home.find(*who.identity());
    if (!still) return nullptr;
    auto const table = still->nsp->table();
    auto list = std::make_shared<middleware_list>(table->event_middleware);
    if (still->extras)
        list->insert(list->end(), still->extras->own.event_middleware.begin(),
                     still->extras->own.event_middleware.end());
    if (list->empty()) return still;
    run_event_middleware(home, who, list, 0, std::make_shared<incoming_event>(incoming_event{std::string(event), all}),
                         id);
    return nullptr;
}

bool has_before_handlers(socket_state const& socket)
{
    auto const has = [](handler_table const& table) { return !table.any.empty() || !table.event_middleware.empty(); };
    return has(*socket.nsp->table()) || (socket.extras && has(socket.extras->own));
}

} // namespace

void dispatch_event(shard& home, socket_state& socket, std::string_view event, arguments_view const& arguments,
                    std::optional<std::uint64_t> ack_id)
{
    auto const who = socket.handle();
    auto* to = &socket;
    if (has_before_handlers(socket)) to = run_before_handlers(home, socket, who, event, arguments.borrow(), ack_id);
    if (!to) return;
    decoded_call call(home, who, event, ack_id, arguments);
    run_handlers(home, *to, who, event, call);
}

void dispatch_kept_event(shard& home, socket_state& socket, std::string_view event, args const& arguments,
                         std::optional<std::uint64_t> ack_id)
{
    auto const who = socket.handle();
    auto* to = &socket;
    if (has_before_handlers(socket)) to = run_before_handlers(home, socket, who, event, arguments, ack_id);
    if (!to) return;
    kept_call call(home, who, event, ack_id, arguments);
    run_handlers(home, *to, who, event, call);
}

} // namespace partyline
