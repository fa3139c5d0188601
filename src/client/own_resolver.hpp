// Names that the user looks up: `client_options::resolver` as net's resolver. It does not know who asks.
#pragma once

#include <memory>
#include <unordered_map>

#include <partyline/client_options.hpp>

#include "client/client_box.hpp"
#include "net/resolver.hpp"

namespace partyline {

/// Thread: its client's; the user answers from any. Owner: the client. Lifetime: longer than who waits.
class own_resolver final : public net::resolver
{
public:
    own_resolver(client_resolver ask, std::shared_ptr<client_box> box);
    ~own_resolver() override;
    own_resolver(own_resolver const&) = delete;
    own_resolver& operator=(own_resolver const&) = delete;

    lookup start(std::string_view host, net::resolve_owner& owner) override;
    void cancel(lookup which) noexcept override;

private:
    struct waiting;

    client_resolver ask_;
    std::shared_ptr<client_box> box_;
    std::shared_ptr<waiting> waiting_;
    lookup last_ = 0;
};

} // namespace partyline
