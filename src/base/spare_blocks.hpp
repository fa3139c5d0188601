// Blocks of memory of one size that a thread has freed and will want again: what a turn makes for each message, and frees when
// it is written. malloc keeps seven of a size ready; a client with sixteen messages under way needs more.
// It does not know what the blocks are for.
#pragma once

#include <cstddef>
#include <new>

namespace partyline::base {

// Sanitizers have to see every block that is freed and used again.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool keeps_blocks = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool keeps_blocks = false;
#else
inline constexpr bool keeps_blocks = true;
#endif
#else
inline constexpr bool keeps_blocks = true;
#endif

/// Thread: any; each has its own. A block may be given back by another thread than the one that took it.
/// Lifetime: what is kept is freed at the end of the thread.
template <std::size_t Size>
class spare_blocks
{
public:
    /// As `operator new`.
    [[nodiscard]] static void* take()
    {
        auto& mine = here();
        if (!mine.first) return ::operator new(block_size);
        auto* const block = mine.first;
        mine.first = block->next;
        --mine.count;
        return block;
    }
    static void give(void* unused) noexcept
    {
        auto& mine = here();
        if (mine.count >= mine.most) return ::operator delete(unused);
        mine.first = ::new (unused) link{mine.first};
        ++mine.count;
    }

private:
    struct link
    {
        link* next;
    };
    static constexpr std::size_t block_size = Size < sizeof(link) ? sizeof(link) : Size;

    // Without a destructor, so that it can be used until the very end of the thread; the one beside it empties it.
    struct kept
    {
        link* first = nullptr;
        std::size_t count = 0;
        std::size_t most = keeps_blocks ? 1024 : 0;
    };
    struct emptied_at_the_end
    {
        ~emptied_at_the_end()
        {
            auto& mine = kept_;
            mine.most = 0; // whoever gives something back from now on frees it
            while (auto* const block = mine.first) {
                mine.first = block->next;
                ::operator delete(block);
            }
            mine.count = 0;
        }
    };

    static kept& here()
    {
        static thread_local emptied_at_the_end const at_the_end;
        static_cast<void>(at_the_end);
        return kept_;
    }

    static inline thread_local constinit kept kept_{};
};

} // namespace partyline::base
