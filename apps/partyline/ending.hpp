// How the program comes to its end: whoever knows first says it, on any thread, and the main thread, which waits, hears of it.
#pragma once

#include <atomic>
#include <string>

#include "apps/partyline/exit_code.hpp"

namespace partyline_tool {

/// Thread: any; `code` and `sentence` after `is_over` only.
class ending
{
public:
    ending();
    ending(ending const&) = delete;
    ending& operator=(ending const&) = delete;
    ~ending();

    /// The first call counts. `sentence`: why, for a person; empty where there is nothing to explain.
    void finish(exit_code code, std::string sentence = {});
    [[nodiscard]] bool is_over() const noexcept { return over_.load(std::memory_order_acquire); }
    /// Readable from `finish` on.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] exit_code code() const noexcept { return code_; }
    [[nodiscard]] std::string const& sentence() const noexcept { return sentence_; }

private:
    int descriptor_;
    std::atomic<bool> taken_{false};
    std::atomic<bool> over_{false};
    exit_code code_ = exit_code::good;
    std::string sentence_;
};

} // namespace partyline_tool
