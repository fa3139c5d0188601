// Any argument there is, as a tree that owns itself: JSON plus binary leaves. For data whose shape is not known when the
// program is written; where it is known, typed parameters and PARTYLINE_STRUCT are shorter and faster.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <partyline/binary.hpp>
#include <partyline/reader.hpp>
#include <partyline/result.hpp>

namespace partyline {

class writer;

/// null, a bool, a number, a string, binary, an array or an object.
///
///     value const order = value::object{{"dish", "soup"}, {"count", 2}, {"extras", value::array{"bread", true}}};
///     order["count"].as_int64();          // result<std::int64_t>: 2
///     order["extras"][0].as_string();     // std::string const*: "bread"
///     order["table"]["number"].is_null(); // what is not there reads as null
///
/// Copying, comparing and destroying take no stack per level, so a tree may be of any depth. May be moved between threads.
class value
{
public:
    struct member;
    using array = std::vector<value>;

    /// Members in the order of their insertion. A look-up walks them: made for objects as messages have them.
    class object
    {
    public:
        object() noexcept;
        object(object const& other);
        object(object&& other) noexcept;
        object& operator=(object const& other);
        object& operator=(object&& other) noexcept;
        ~object();
        /// Of members with the same key the last wins, in the place of the first.
        object(std::initializer_list<member> members);
        explicit object(std::vector<member> members);

        [[nodiscard]] std::size_t size() const noexcept;
        [[nodiscard]] bool empty() const noexcept { return size() == 0; }
        /// `for (auto const& [key, content] : object)`
        [[nodiscard]] member const* begin() const noexcept;
        [[nodiscard]] member const* end() const noexcept;
        /// Null where there is none.
        [[nodiscard]] value const* find(std::string_view key) const noexcept;
        [[nodiscard]] value* find(std::string_view key) noexcept;
        /// The member's content, made (null) at the end where there is none.
        value& operator[](std::string_view key);
        /// Whether there was one.
        bool erase(std::string_view key);

    private:
        friend class value;
        std::vector<member> members_;
    };

    value() noexcept = default;
    value(std::nullptr_t) noexcept {}
    value(std::same_as<bool> auto boolean) noexcept : data_(std::in_place_type<bool>, boolean) {}
    /// Integers are kept exactly. A plain `char` is neither a number nor a string, and refused.
    template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
             !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>) value(T number)
    noexcept
        : data_(std::in_range<std::int64_t>(number) ? storage(static_cast<std::int64_t>(number))
                                                    : storage(static_cast<std::uint64_t>(number)))
    {}
    value(std::floating_point auto number) noexcept : data_(static_cast<double>(number)) {}
    value(std::string text) noexcept;
    value(std::string_view text);
    /// A null pointer becomes null.
    value(char const* text);
    value(partyline::binary bytes) noexcept;
    value(array elements) noexcept;
    value(object members) noexcept;
    template <class T>
    value(T*) = delete;

    value(value const& other);
    /// Leaves null behind.
    value(value&& other) noexcept;
    value& operator=(value const& other);
    value& operator=(value&& other) noexcept;
    ~value();

    /// `integer` for what is kept as an integer, `real` for other numbers.
    [[nodiscard]] value_kind kind() const noexcept;
    [[nodiscard]] bool is_null() const noexcept { return kind() == value_kind::null; }
    [[nodiscard]] bool is_bool() const noexcept { return kind() == value_kind::boolean; }
    [[nodiscard]] bool is_integer() const noexcept { return kind() == value_kind::integer; }
    [[nodiscard]] bool is_number() const noexcept { return is_integer() || kind() == value_kind::real; }
    [[nodiscard]] bool is_string() const noexcept { return kind() == value_kind::string; }
    [[nodiscard]] bool is_binary() const noexcept { return kind() == value_kind::binary; }
    [[nodiscard]] bool is_array() const noexcept { return kind() == value_kind::array; }
    [[nodiscard]] bool is_object() const noexcept { return kind() == value_kind::object; }

    /// Scalars by value: `errc::type_mismatch` where it is something else, `errc::out_of_range` where it is too big.
    /// An integral double fits an integer; every number fits a double.
    [[nodiscard]] result<bool> as_bool() const noexcept;
    [[nodiscard]] result<std::int64_t> as_int64() const noexcept;
    [[nodiscard]] result<std::uint64_t> as_uint64() const noexcept;
    [[nodiscard]] result<double> as_double() const noexcept;
    /// What takes memory by pointer: null where it is something else.
    [[nodiscard]] std::string const* as_string() const noexcept { return std::get_if<std::string>(&data_); }
    [[nodiscard]] std::string* as_string() noexcept { return std::get_if<std::string>(&data_); }
    [[nodiscard]] partyline::binary const* as_binary() const noexcept { return std::get_if<partyline::binary>(&data_); }
    [[nodiscard]] array const* as_array() const noexcept { return std::get_if<array>(&data_); }
    [[nodiscard]] array* as_array() noexcept { return std::get_if<array>(&data_); }
    [[nodiscard]] object const* as_object() const noexcept { return std::get_if<object>(&data_); }
    [[nodiscard]] object* as_object() noexcept { return std::get_if<object>(&data_); }

    /// Elements of an array, members of an object, otherwise 0.
    [[nodiscard]] std::size_t size() const noexcept;
    /// The element or member; null where there is none, or where this is no array or object.
    [[nodiscard]] value const& operator[](std::integral auto index) const noexcept
    {
        return at(static_cast<std::size_t>(index));
    }
    [[nodiscard]] value const& operator[](std::string_view key) const noexcept;
    [[nodiscard]] value const& operator[](char const* key) const noexcept { return (*this)[std::string_view(key)]; }
    /// For writing: the member is created, and null becomes an object. On anything else throws `error` (type_mismatch).
    value& operator[](std::string_view key);
    value& operator[](char const* key) { return (*this)[std::string_view(key)]; }

    /// What `v` is encoded as: a described struct, a vector, ... (needs <partyline/convert.hpp>).
    template <class T>
    [[nodiscard]] static value of(T const& v);
    /// This value as a `T`, by the rules of typed arguments (needs <partyline/convert.hpp>).
    template <class T>
    [[nodiscard]] result<T> to() const;

    /// As JSON.stringify writes it; binary leaves become `{"_placeholder":true,"num":0}` and so on.
    [[nodiscard]] std::string to_json() const;
    /// Accepts what JSON.parse accepts, no deeper than `max_depth`: `errc::invalid_json`, `invalid_utf8` or `too_deep` otherwise.
    [[nodiscard]] static result<value> parse_json(std::string_view text, std::size_t max_depth = 128);

    /// Numbers are compared by what they are worth (1 equals 1.0), objects without regard to order.
    friend bool operator==(value const& a, value const& b);

private:
    using storage = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                                 partyline::binary, array, object>;

    [[nodiscard]] value const& at(std::size_t index) const noexcept;
    void dismantle() noexcept;
    static value build(void (*write)(writer&, void const*), void const* source);
    [[nodiscard]] std::unique_ptr<reader> open() const;

    storage data_;
};

struct value::member
{
    std::string key;
    value content;
};

} // namespace partyline
