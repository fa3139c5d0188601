#include "client/shared_connections.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace partyline {

namespace {

struct register_of_connections
{
    std::mutex mutex; // of the map, and of every `client_core::members`
    std::unordered_map<std::string, std::weak_ptr<client_core>> known;
};

register_of_connections& all()
{
    static auto* const made = new register_of_connections; // clients may be destroyed later than statics
    return *made;
}

/// Empty: it travels alone.
std::string key_of(client_settings const& settings, client_box const* box)
{
    auto key = settings.sharing_key();
    if (!key.empty()) key += std::to_string(reinterpret_cast<std::uintptr_t>(box));
    return key;
}

} // namespace

client_seat join_shared(client_settings const& settings, std::shared_ptr<client_box> const& box,
                        std::shared_ptr<client_member> const& member)
{
    auto const key = key_of(settings, box.get());
    if (key.empty()) return {};
    std::lock_guard const lock(all().mutex);
    auto const found = all().known.find(key);
    if (found == all().known.end()) return {};
    auto core = found->second.lock();
    if (!core || (box->is_here() && !core->shell)) return {}; // its first job is still on the way
    auto place = core->place(settings.nsp_name, member);
    if (place->member != member) return {}; // somebody else is in that namespace
    ++core->members;
    return {std::move(core), std::move(place)};
}

void share(client_settings const& settings, std::shared_ptr<client_core> const& core)
{
    auto const key = key_of(settings, core->box().get());
    if (key.empty()) return;
    std::lock_guard const lock(all().mutex);
    std::erase_if(all().known, [](auto const& each) { return each.second.expired(); });
    all().known.try_emplace(key, core);
}

bool leave_shared(client_core& core)
{
    if (!core.plan()->multiplex) return true;
    std::lock_guard const lock(all().mutex);
    if (--core.members != 0) return false;
    std::erase_if(all().known, [&](auto const& each) { return each.second.lock().get() == &core; });
    return true;
}

} // namespace partyline
