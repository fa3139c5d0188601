#include "client/own_resolver.hpp"

#include <utility>

#include "http/ip_literal.hpp"

namespace partyline {

struct own_resolver::waiting
{
    struct asked
    {
        std::string host;
        net::resolve_owner* owner;
    };
    std::unordered_map<lookup, asked> who;

    void deliver(lookup which, std::vector<std::string> const& texts)
    {
        auto const found = who.find(which);
        if (found == who.end()) return;
        auto const [host, owner] = std::move(found->second);
        who.erase(found);
        std::vector<net::ip_address> addresses;
        for (auto const& each : texts)
            if (auto const literal = http::parse_ip(each)) addresses.push_back({*literal});
        net::problem why;
        if (addresses.empty()) why = {errc::not_found, host + ": there is no such host"};
        owner->on_resolved(addresses, why);
    }
};

own_resolver::own_resolver(client_resolver ask, std::shared_ptr<client_box> box)
    : ask_(std::move(ask)), box_(std::move(box)), waiting_(std::make_shared<waiting>())
{}

own_resolver::~own_resolver() { waiting_->who.clear(); }

own_resolver::lookup own_resolver::start(std::string_view host, net::resolve_owner& owner)
{
    auto const which = ++last_;
    waiting_->who[which] = {std::string(host), &owner};
    auto answer = [box = box_, from = std::weak_ptr(waiting_), which](std::vector<std::string> texts) {
        // in a later turn, also where the user answers at once
        box->post([from, which, texts = std::move(texts)](client_loop&) {
            if (auto const still = from.lock()) still->deliver(which, texts);
        });
    };
    if (auto literal = http::parse_ip(host))
        answer({std::string(host)});
    else if (!box_->guard("the resolver", [&] { ask_(std::string(host), answer); }))
        answer({});
    return which;
}

void own_resolver::cancel(lookup which) noexcept { waiting_->who.erase(which); }

} // namespace partyline
