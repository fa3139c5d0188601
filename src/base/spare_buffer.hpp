// The buffer in which a thread writes its packets: what was copied out of it is not thrown away, but written over by the next one.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/spare_blocks.hpp"

namespace partyline::base {

/// Thread: any; each has its own. Lifetime: what is kept is freed at the end of the thread; later on nothing is kept.
class spare_buffer
{
public:
    /// An empty string, with the room of one that was given back, if there is one.
    [[nodiscard]] static std::string take() noexcept
    {
        std::string taken;
        if (kept_) taken.swap(*kept_);
        taken.clear();
        return taken;
    }
    /// What is left in `unused` is of no use.
    static void give(std::string&& unused)
    {
        if (!keeps_blocks || is_over_ || unused.capacity() > largest) return;
        static thread_local emptied_at_the_end const at_the_end;
        static_cast<void>(at_the_end);
        if (!kept_) kept_ = new std::string;
        if (unused.capacity() > kept_->capacity()) kept_->swap(unused);
    }

private:
    static constexpr std::size_t largest = 4096;

    struct emptied_at_the_end
    {
        ~emptied_at_the_end()
        {
            is_over_ = true;
            delete std::exchange(kept_, nullptr);
        }
    };

    static inline thread_local constinit std::string* kept_ = nullptr;
    static inline thread_local constinit bool is_over_ = false;
};

} // namespace partyline::base
