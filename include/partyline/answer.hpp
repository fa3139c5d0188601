// Acknowledgements that a handler gives: at once by its return value, or later through `partyline::ack<T...>`.
#pragma once

#include <exception>
#include <memory>

#include <partyline/args.hpp>
#include <partyline/codec.hpp>
#include <partyline/convert.hpp>

namespace partyline {

/// Encodes an argument list; throws `partyline::error` where a value cannot be sent (nested too deeply).
template <class... T>
[[nodiscard]] payload encode_arguments(codec& with, T const&... values)
{
    writer& out = with.begin();
    out.begin_array((std::size_t{0} + ... + argument_count(values)));
    (partyline::encode(out, values), ...);
    out.end_array();
    return std::move(with.end()).value();
}

/// Where one acknowledgement goes. Implemented by both ends; users meet it as `ack<T...>`.
class answer_place
{
public:
    virtual ~answer_place() = default;
    /// Whether the other end asked for an acknowledgement.
    [[nodiscard]] virtual bool wanted() const noexcept = 0;
    /// The codec of the calling thread.
    virtual codec& codec_here() = 0;
    /// Sends the acknowledgement; `false` if one has been sent already, or the connection is known to be gone.
    virtual bool send(payload arguments) = 0;
    /// A handler ended with an exception after it had been suspended.
    virtual void failed(std::exception_ptr thrown) noexcept = 0;
};

/// Answers later: `[](int n, partyline::ack<int> reply) { ...; reply(n + 1); }`. Copyable; may be kept and called from
/// any thread; the first answer wins, later ones return `false` and do nothing. Never called: the other end waits until its time-out.
template <class... T>
class ack
{
public:
    ack() = default;
    explicit ack(std::shared_ptr<answer_place> place) noexcept : place_(std::move(place)) {}

    /// Whether the other end asked for an answer.
    [[nodiscard]] explicit operator bool() const noexcept { return place_ && place_->wanted(); }

    bool operator()(T const&... values) const
    {
        if (!*this) return false;
        return place_->send(encode_arguments(place_->codec_here(), values...));
    }

private:
    std::shared_ptr<answer_place> place_;
};

template <class T>
inline constexpr bool is_ack = false;
template <class... T>
inline constexpr bool is_ack<ack<T...>> = true;

} // namespace partyline
