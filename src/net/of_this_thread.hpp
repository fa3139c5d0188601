// What each thread has one of, usable to the very end of the program. It does not know what that is.
#pragma once

#include <utility>

namespace partyline::net {

/// The calling thread's `T`, made when it is first asked for. The program's static objects are destroyed after what belongs to its first
/// thread, and may still ask: then they get a new one, which is never destroyed.
///
/// Thread: any; each has its own. Lifetime: the thread's.
template <class T>
[[nodiscard]] T& of_this_thread()
{
    static thread_local T* made = nullptr;
    struct until_the_thread_ends
    {
        ~until_the_thread_ends() { delete std::exchange(made, nullptr); }
    };
    static thread_local until_the_thread_ends const end;
    if (!made) made = new T;
    return *made;
}

} // namespace partyline::net
