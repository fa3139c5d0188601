// One event on its way through a client's handlers, and the place of the acknowledgement that one of them may give later.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/client_socket.hpp>

#include "client/client_core.hpp"
#include "client/connection_event.hpp"
#include "value/value_reader.hpp"

namespace partyline {

/// Where an acknowledgement goes that a handler gives later, on whatever thread.
class later_client_answer final : public answer_place
{
public:
    later_client_answer(client_socket who, std::optional<reply_ticket> ticket);
    [[nodiscard]] bool wanted() const noexcept override { return ticket_.has_value() && !given_.test(); }
    codec& codec_here() override { return who_.core()->codec_here(); }
    bool send(payload arguments) override;
    void failed(std::exception_ptr thrown) noexcept override { who_.core()->report("a handler", std::move(thrown)); }

private:
    client_socket who_;
    std::optional<reply_ticket> ticket_;
    std::atomic_flag given_;
};

/// Thread: the client's. Valid while the event is dispatched.
class client_call final : public event_call
{
public:
    client_call(client_socket const& who, codec& with, nsp_event const& event);

    /// The handler that is called next: kept alive, with its captures, for coroutines.
    void hold_next(std::shared_ptr<void const> handler) noexcept { hold_ = std::move(handler); }

    [[nodiscard]] std::string_view event() const noexcept override { return event_.name; }
    reader& arguments() override;
    [[nodiscard]] args raw() const override { return event_.arguments.borrow(); }
    [[nodiscard]] bool wants_ack() const noexcept override { return ticket_.has_value() && !later_; }
    codec& codec_here() override { return codec_; }
    void acknowledge(payload given) override;
    [[nodiscard]] std::shared_ptr<answer_place> answer_later() override;
    [[nodiscard]] std::shared_ptr<void const> hold() const override { return hold_; }
    void unfit(errc why) noexcept override;
    /// `a handler of "move" in /table`
    [[nodiscard]] std::string name(std::string_view what) const;

private:
    client_socket const& who_;
    codec& codec_;
    nsp_event const& event_;
    std::optional<reply_ticket> ticket_;
    std::shared_ptr<void const> hold_;
    std::shared_ptr<later_client_answer> later_;
    // of an event that waited: its arguments are not on the codec's tape
    std::unique_ptr<value> tree_;
    std::optional<value_reader> cursor_;
};

} // namespace partyline
