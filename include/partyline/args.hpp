// The arguments of an event or acknowledgement, unparsed: the cheapest form there is, for relaying and echoing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <partyline/binary.hpp>
#include <partyline/convert.hpp>
#include <partyline/reader.hpp>
#include <partyline/result.hpp>
#include <partyline/value.hpp>

namespace partyline {

/// A counted view of validated text plus attachments. Emitted again or acknowledged, the text is copied unchanged;
/// it is parsed only when something is asked of it.
///
/// What a handler receives borrows the receive buffer; every copy or move made of it owns its text, so an `args` may be
/// kept, moved between threads, and held by a coroutine.
class args
{
public:
    /// How `text` is stored: comma-separated JSON values without the brackets, or msgpack values one after the other.
    enum class format : std::uint8_t
    {
        json,
        msgpack
    };

    args() = default;
    /// Borrows `text` and `attachments`, which must outlive this very object (not its copies). Both are validated already.
    static args borrow(format how, std::string_view text, std::size_t count,
                       std::span<binary const> attachments) noexcept;
    /// Encodes the values; what cannot be written (nesting beyond 128) leaves an empty list.
    template <class... T>
    static args of(T const&... values);

    /// The same for values in a vector.
    static args from(std::vector<value> const& values);

    args(args const& other);
    args(args&& other);
    args& operator=(args const& other);
    args& operator=(args&& other);
    ~args() = default;

    /// How many arguments there are.
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    /// All arguments, parsed. Attachments are shared, not copied.
    [[nodiscard]] std::vector<value> values() const;
    /// The argument at `index`; null beyond the last.
    [[nodiscard]] value at(std::size_t index) const;
    /// The argument at `index` as a `T`: `missing_argument` beyond the last (an optional is then empty), `type_mismatch` or
    /// `out_of_range` where it does not fit.
    template <class T>
    [[nodiscard]] result<T> get(std::size_t index) const;

    /// How it is stored, and what is stored: for codecs.
    [[nodiscard]] format how() const noexcept { return format_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::span<binary const> attachments() const noexcept { return attachments_; }

private:
    struct storage;
    // a cursor at the argument at `index`, and all that it reads from; null beyond the last
    [[nodiscard]] std::shared_ptr<reader> open(std::size_t index) const;
    void own();
    static args encode(std::size_t count, void (*write)(writer&, void const*), void const* context);

    std::string_view text_;
    std::span<binary const> attachments_;
    std::shared_ptr<void const> storage_;
    std::size_t count_ = 0;
    format format_ = format::json;
};

/// Several values: the one type that may stand only where arguments stand, not inside arrays and objects.
template <>
struct convert<args>
{
    static void encode(writer& out, args const& v) { out.splice(v); }
};

template <class T>
result<T> args::get(std::size_t index) const
{
    static_assert(!std::same_as<T, std::string_view>,
                  "partyline: take a std::string; nothing would keep the characters of a view");
    T out{};
    auto const cursor = open(index);
    if (!cursor) {
        if constexpr (may_be_missing<T>) return out;
        return errc::missing_argument;
    }
    if (!partyline::decode(*cursor, out)) return cursor->failure();
    return out;
}

template <class... T>
args args::of(T const&... values)
{
    auto write = [&](writer& out) { (partyline::encode(out, values), ...); };
    using function = decltype(write);
    return encode((std::size_t{0} + ... + argument_count(values)),
                  [](writer& out, void const* f) { (*static_cast<function const*>(f))(out); }, &write);
}

inline args args::from(std::vector<value> const& values)
{
    return encode(
        values.size(),
        [](writer& out, void const* all) {
            for (auto const& each : *static_cast<std::vector<value> const*>(all)) partyline::encode(out, each);
        },
        &values);
}

} // namespace partyline
