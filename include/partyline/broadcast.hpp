// Emitting to many: the chain `io.to("room").except("other").volatile_().emit(...)`. Each step gives a new object.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/disconnect_reason.hpp>
#include <partyline/emission.hpp>
#include <partyline/handshake.hpp>

namespace partyline {

class namespace_state;
class server_core;

/// A room, or several: what `to`, `except`, `join` take.
class room_list
{
public:
    room_list(std::string_view room) : rooms_{std::string(room)} {}
    room_list(char const* room) : rooms_{std::string(room)} {}
    room_list(std::string room) : rooms_{std::move(room)} {}
    room_list(std::vector<std::string> rooms) : rooms_(std::move(rooms)) {}
    room_list(std::initializer_list<std::string_view> rooms) : rooms_(rooms.begin(), rooms.end()) {}
    [[nodiscard]] std::vector<std::string> const& names() const noexcept { return rooms_; }

private:
    std::vector<std::string> rooms_;
};

/// The sockets meant: those in any of `rooms` (all where there is none), without those in any of `except`.
struct selection
{
    std::vector<std::string> rooms;
    std::vector<std::string> except;
    bool local = false; ///< this process only
};

/// What came back from a broadcast with acknowledgements.
template <class T>
struct responses
{
    /// One for each client that answered by a `T`, in the order of arrival. Other answers are logged and counted.
    std::vector<T> answers;
    std::size_t expected = 0; ///< how many clients were asked
    bool timed_out = false;   ///< not all answered in time
};

/// A socket as `fetch_sockets` describes it: this process's or another's.
struct remote_socket
{
    std::string id;
    std::vector<std::string> rooms;
    value data;
    value handshake; ///< as `handshake::to_value()`
};

/// Collects the answers of a broadcast, with its types erased.
class responses_receiver
{
public:
    virtual ~responses_receiver() = default;
    /// One client's answer; called for each, never concurrently.
    virtual void answered(args const& list) = 0;
    virtual void done(std::size_t expected, bool timed_out) = 0;
};

/// An immutable chain that ends in `emit` or in an operation on the sockets it selects. A socket in several of the rooms
/// gets the event once. Thread: any; what one thread does takes effect in its order.
class broadcast
{
public:
    broadcast(std::shared_ptr<server_core> core, std::shared_ptr<namespace_state> nsp, selection to = {})
        : core_(std::move(core)), nsp_(std::move(nsp)), to_(std::move(to))
    {}

    [[nodiscard]] broadcast to(room_list const& rooms) const;
    [[nodiscard]] broadcast in(room_list const& rooms) const { return to(rooms); }
    [[nodiscard]] broadcast except(room_list const& rooms) const;
    /// Dropped for those who cannot take it at once.
    [[nodiscard]] broadcast volatile_() const;
    /// This process only, where several are joined by an adapter.
    [[nodiscard]] broadcast local() const;
    [[nodiscard]] broadcast compress(bool on) const;
    /// For the acknowledgements.
    [[nodiscard]] broadcast timeout(std::chrono::milliseconds limit) const;

    /// Sends to all selected. Answers `false` if the server is gone or a mailbox is full.
    template <class Name, class... T>
    bool emit(Name const& name, T&&... values) const
    {
        static_assert(!ends_in_callback<T...>,
                      "partyline: a broadcast is answered by many; write "
                      "emit_with_ack<T>(...).then([](partyline::result<partyline::responses<T>> all) {...})");
        if (!core_) return false; // the server is gone
        return emit_through(
            name,
            [&](auto const& encode, std::unique_ptr<ack_receiver> const&) {
                return publish(encode(codec_here()), nullptr);
            },
            std::forward<T>(values)...);
    }
    /// `emit("message", ...)`.
    template <class... T>
    bool send(T&&... values) const
    {
        return emit("message", std::forward<T>(values)...);
    }
    /// The first argument of each client's acknowledgement: under a contract of the type of its reply, else a `T`; `emit_with_ack<args>`
    /// gives all. Limit: `timeout()`, else the `ack_timeout` of the server.
    template <class T = value, class Name, class... A>
    auto emit_with_ack(Name const& name, A&&... values) const
    {
        using answer_type = reply_type<T, Name>;
        static_assert(may_await<T, Name>());
        using gathered = std::conditional_t<std::is_void_v<answer_type>, value, answer_type>;
        pending<responses<gathered>> answer;
        if (!core_) {
            answer.completer()->complete(errc::disconnected);
            return answer;
        }
        emit_through(
            name,
            [&](auto const& encode, std::unique_ptr<ack_receiver> const&) {
                return publish(encode(codec_here()), std::make_unique<collector<gathered>>(core_, answer.completer()));
            },
            std::forward<A>(values)...);
        return answer;
    }

    /// Makes all selected sockets join, or leave.
    void sockets_join(room_list const& rooms) const;
    void sockets_leave(room_list const& rooms) const;
    /// Disconnects all selected sockets; `close` ends their connections too.
    void disconnect_sockets(bool close = false) const;
    /// Describes all selected sockets, of the whole cluster unless `local()`.
    [[nodiscard]] pending<std::vector<remote_socket>> fetch_sockets() const;

private:
    template <class T>
    class collector final : public responses_receiver
    {
    public:
        collector(std::weak_ptr<server_core> core, std::shared_ptr<typename pending<responses<T>>::promise> promise)
            : core_(std::move(core)), promise_(std::move(promise))
        {}
        void answered(args const& list) override
        {
            if constexpr (std::is_same_v<T, args>)
                collected_.answers.push_back(list);
            else if (auto one = list.get<T>(0))
                collected_.answers.push_back(*std::move(one));
            else
                report_unfit(core_, one.error());
        }
        void done(std::size_t expected, bool timed_out) override
        {
            collected_.expected = expected;
            collected_.timed_out = timed_out;
            promise_->complete(std::move(collected_));
        }

    private:
        std::weak_ptr<server_core> core_;
        std::shared_ptr<typename pending<responses<T>>::promise> promise_;
        responses<T> collected_;
    };

    /// Counts and logs an answer that is no `T`.
    static void report_unfit(std::weak_ptr<server_core> const& core, errc why) noexcept;
    [[nodiscard]] codec& codec_here() const;
    bool publish(payload event, std::unique_ptr<responses_receiver> receiver) const;

    std::shared_ptr<server_core> core_;
    std::shared_ptr<namespace_state> nsp_;
    selection to_;
    emit_options options_;
};

} // namespace partyline
