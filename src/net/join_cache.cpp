// One joined sequence is kept at a time: in a broadcast all receivers ask for the same one.
#include "net/join_cache.hpp"

#include <algorithm>

namespace partyline::net {

namespace {

constexpr std::size_t memory_kept = 256 * 1024;

} // namespace

std::string_view join_cache::join(std::span<engineio::delivery_ref const> sequence, frame_pieces const& form,
                                  net_counters& counters)
{
    if (!sequence_.empty() && form == form_ && std::ranges::equal(sequence, sequence_)) {
        ++counters.join_reuses;
        return text_;
    }
    ++counters.joins;
    sequence_.assign(sequence.begin(), sequence.end());
    form_ = form;
    text_.clear();
    for (auto const& item : sequence) form.for_each(*item, [this](std::string_view piece) { text_ += piece; });
    return text_;
}

void join_cache::clear() noexcept
{
    sequence_.clear();
    text_.clear();
    if (text_.capacity() > memory_kept) text_.shrink_to_fit();
}

} // namespace partyline::net
