// Which codec a client speaks, and with which limits: what a thread makes its own codec from. Clients with the same built-in codec and
// the same limits share a source, so that ten thousand of them need one codec.
#pragma once

#include <memory>

#include <partyline/codec.hpp>

namespace partyline {

/// Immutable. Thread: any. Owner: shared by its clients. Lifetime: theirs.
class codec_source
{
public:
    /// An empty `parser` is `json_codec()`.
    [[nodiscard]] static std::shared_ptr<codec_source const> of(codec_factory parser, codec_limits const& limits);

    [[nodiscard]] std::unique_ptr<codec> make() const { return parser_(limits_); }
    /// The codec of the calling thread, made when it is first asked for: for threads other than a client's own.
    [[nodiscard]] static codec& of_this_thread(std::shared_ptr<codec_source const> const& source);

    codec_source(codec_factory parser, codec_limits const& limits) : parser_(std::move(parser)), limits_(limits) {}

private:
    codec_factory parser_;
    codec_limits limits_;
};

} // namespace partyline
