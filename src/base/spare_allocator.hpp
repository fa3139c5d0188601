// An allocator whose short pieces are `spare_blocks`: for what is made and freed with each packet.
#pragma once

#include <cstddef>
#include <new>

#include "base/spare_blocks.hpp"

namespace partyline::base {

/// Two sizes, so that what is kept for long wastes little.
/// Thread: any; pieces may be freed by another thread than the one that asked for them.
template <class T>
struct spare_allocator
{
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    using value_type = T;

    spare_allocator() = default;
    template <class U>
    spare_allocator(spare_allocator<U> const&) noexcept
    {}

    [[nodiscard]] T* allocate(std::size_t count)
    {
        auto const size = count * sizeof(T);
        if (size <= small) return static_cast<T*>(spare_blocks<small>::take());
        if (size <= large) return static_cast<T*>(spare_blocks<large>::take());
        return static_cast<T*>(::operator new(size));
    }
    void deallocate(T* unused, std::size_t count) noexcept
    {
        auto const size = count * sizeof(T);
        if (size <= small) return spare_blocks<small>::give(unused);
        if (size <= large) return spare_blocks<large>::give(unused);
        ::operator delete(unused);
    }

    template <class U>
    bool operator==(spare_allocator<U> const&) const noexcept
    {
        return true;
    }

private:
    static constexpr std::size_t small = 128;
    static constexpr std::size_t large = 384;
};

} // namespace partyline::base
