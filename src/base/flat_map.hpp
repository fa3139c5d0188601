// Hash tables: the names for Boost's open-addressing maps, and a keyed hash for tables whose keys a remote side chooses
// (rooms, namespaces), so that it cannot choose them to collide. The key of the hash comes in as an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace partyline::base {

template <class Key, class T, class Hash = boost::hash<Key>, class Equal = std::equal_to<Key>>
using flat_map = boost::unordered_flat_map<Key, T, Hash, Equal>;
template <class Key, class Hash = boost::hash<Key>, class Equal = std::equal_to<Key>>
using flat_set = boost::unordered_flat_set<Key, Hash, Equal>;

/// 128 secret bits. All tables of a process may share one.
struct hash_seed
{
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// SipHash-1-3 of `text` under `seed`: short texts cost about ten nanoseconds, and collisions cannot be computed
/// without the seed. (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.)
[[nodiscard]] std::uint64_t keyed_hash(std::string_view text, hash_seed seed) noexcept;

/// Hashes strings and views alike, so that a look-up by view allocates nothing.
struct string_hash
{
    using is_transparent = void;
    using is_avalanching = void;
    hash_seed seed;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept { return keyed_hash(text, seed); }
};

/// Cheaper, for tables whose keys nobody else chooses.
struct plain_string_hash
{
    using is_transparent = void;
    using is_avalanching = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept
    {
        return std::hash<std::string_view>()(text);
    }
};

struct string_equal
{
    using is_transparent = void;
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept { return a == b; }
};

/// A table with strings as keys: `string_map<T> rooms{string_hash{seed}}` reads `rooms.find(view)`.
template <class T>
class string_map : public flat_map<std::string, T, string_hash, string_equal>
{
public:
    explicit string_map(string_hash hash) : flat_map<std::string, T, string_hash, string_equal>(0, hash) {}
};

class string_set : public flat_set<std::string, string_hash, string_equal>
{
public:
    explicit string_set(string_hash hash) : flat_set<std::string, string_hash, string_equal>(0, hash) {}
};

} // namespace partyline::base
