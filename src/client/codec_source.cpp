#include "client/codec_source.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "net/of_this_thread.hpp"

namespace partyline {

namespace {

bool same(codec_limits const& a, codec_limits const& b) noexcept
{
    return a.max_attachments == b.max_attachments && a.max_depth == b.max_depth &&
           a.max_nsp_length == b.max_nsp_length && a.max_event_length == b.max_event_length &&
           a.max_bytes == b.max_bytes;
}

} // namespace

std::shared_ptr<codec_source const> codec_source::of(codec_factory parser, codec_limits const& limits)
{
    if (!parser) parser = json_codec();
    auto const& kind = parser.target_type();
    // the built-in factories hold nothing, so one is as good as another
    if (kind != json_codec().target_type() && kind != msgpack_codec().target_type())
        return std::make_shared<codec_source>(std::move(parser), limits);
    static std::mutex mutex;
    static auto& known = *new std::vector<std::weak_ptr<codec_source const>>; // clients may outlive static objects
    std::lock_guard const lock(mutex);
    std::erase_if(known, [](auto const& each) { return each.expired(); });
    for (auto const& each : known)
        if (auto found = each.lock(); found && found->parser_.target_type() == kind && same(found->limits_, limits))
            return found;
    auto made = std::make_shared<codec_source const>(std::move(parser), limits);
    known.push_back(made);
    return made;
}

codec& codec_source::of_this_thread(std::shared_ptr<codec_source const> const& source)
{
    struct made
    {
        std::weak_ptr<codec_source const> of;
        std::unique_ptr<codec> encoder;
    };
    auto& codecs = net::of_this_thread<std::vector<made>>();
    std::erase_if(codecs, [](made const& each) { return each.of.expired(); });
    for (auto const& each : codecs)
        if (each.of.lock() == source) return *each.encoder;
    return *codecs.emplace_back(made{source, source->make()}).encoder;
}

} // namespace partyline
