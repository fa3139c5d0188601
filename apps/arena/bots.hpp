// Players that are programs: each has a connection of its own, made by the client library, all on one thread. What one does is
// decided by its `pilot`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace arena {

/// Thread: the one that owns it; the bots live on a thread of their own. Owner: a program. Lifetime: bots leave with it.
class bots
{
public:
    /// They come at once, and again whenever the line was lost. Throws `partyline::error` for a URL that is none.
    bots(std::size_t count, std::string_view url);
    ~bots();

    /// What they have received so far, of snapshots alone.
    struct totals
    {
        std::size_t playing = 0;
        std::uint64_t snapshots = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] totals count() const;

private:
    class bot;
    std::vector<std::unique_ptr<bot>> all_;
};

} // namespace arena
