// Threads of clients: starting one, and ending all that are left when the program ends. Knows the loop, and nothing of clients.
#pragma once

#include <memory>

#include "client/client_box.hpp"

namespace partyline {

/// What a pool's handles share: with the last of them the thread is let go.
struct pool_lease
{
    explicit pool_lease(std::shared_ptr<client_box> given) noexcept : box(std::move(given)) {}
    pool_lease(pool_lease const&) = delete;
    pool_lease& operator=(pool_lease const&) = delete;
    ~pool_lease();

    std::shared_ptr<client_box> box;
};

/// Starts a thread with a loop. Throws `system_failure` where the system allows none.
[[nodiscard]] std::shared_ptr<client_box> start_client_thread();

} // namespace partyline
