#include "server/engine_user.hpp"

#include "engineio/outgoing.hpp"
#include "server/peer.hpp"
#include "server/server_core.hpp"
#include "server/shard.hpp"

namespace partyline {

namespace {

/// The user's handle of a session; outlives it harmlessly.
class engine_handle final : public engine_socket
{
public:
    engine_handle(std::shared_ptr<mailbox> home, base::id20 const& sid, std::shared_ptr<handshake_request const> first)
        : home_(std::move(home)), sid_(sid), first_(std::move(first))
    {}

    [[nodiscard]] std::string_view id() const noexcept override { return sid_.view(); }
    [[nodiscard]] handshake_request const& handshake() const noexcept override { return *first_; }
    bool send(std::string_view text) override
    {
        engineio::outgoing_part part{std::string(room, '\0'), room, false};
        part.buffer += text;
        return send_message(engineio::make_message(std::move(part), {}, true));
    }
    bool send(binary bytes) override
    {
        engineio::outgoing_part part{std::string(room, '\0'), room, true};
        part.buffer += bytes.text();
        return send_message(engineio::make_message(std::move(part), {}, true));
    }
    void close() override
    {
        home_->run([sid = sid_](shard& home) {
            if (auto* const found = home.find_slot(sid)) found->close(false, disconnect_reason::forced_close);
        });
    }

private:
    static constexpr std::size_t room = 16;

    bool send_message(base::message_ref message)
    {
        auto const bytes = message->bytes();
        return home_->run(
            [sid = sid_, message = std::move(message)](shard& home) {
                if (auto* const found = home.find_slot(sid)) found->send(engineio::delivery_ref::make(message), {});
            },
            bytes);
    }

    std::shared_ptr<mailbox> home_;
    base::id20 sid_;
    std::shared_ptr<handshake_request const> first_;
};

class engine_user final : public session_user
{
public:
    explicit engine_user(slot& connection)
        : home_(connection.home()),
          handle_(std::make_shared<engine_handle>(home_.box(), connection.sid(), connection.request()))
    {}

    void opened()
    {
        auto const& functions = home_.core().options().engine;
        home_.guard("engine.on_open", [&] { functions.on_open(handle_); });
    }
    void on_message(bool is_binary, std::string_view data) override
    {
        auto const& functions = home_.core().options().engine;
        home_.guard("a handler of engine messages", [&] {
            if (is_binary && functions.on_binary) functions.on_binary(*handle_, binary::from_text(data));
            if (!is_binary && functions.on_text) functions.on_text(*handle_, data);
        });
    }
    void on_closed(disconnect_reason reason, std::string_view) override
    {
        auto const& functions = home_.core().options().engine;
        if (functions.on_close)
            home_.guard("engine.on_close", [&] { functions.on_close(*handle_, to_string(reason)); });
    }

private:
    shard& home_;
    std::shared_ptr<engine_handle> handle_;
};

} // namespace

void attach_user(slot& opened)
{
    auto const& options = opened.home().core().options();
    if (options.initial_packet) {
        engineio::outgoing_part part{std::string(16, '\0'), 16, false};
        part.buffer += *options.initial_packet;
        opened.send(engineio::delivery_ref::make(engineio::make_message(std::move(part), {}, true)), {});
    }
    if (!options.engine.on_open) {
        opened.set_user(std::make_unique<peer>(opened));
        return;
    }
    auto user = std::make_unique<engine_user>(opened);
    auto& mine = *user;
    opened.set_user(std::move(user));
    mine.opened();
}

} // namespace partyline
