// The values that pass between connections and their host.
#include "net/http_host.hpp"

#include <utility>

#include <unistd.h>

#include <partyline/http.hpp>

namespace partyline::net {

http::response http_host::refusal(int status, http::request const*)
{
    http::response bare;
    bare.status = status;
    return bare;
}

detached_connection::detached_connection(int descriptor, tls_state tls, std::string unread,
                                         connection_info info) noexcept
    : descriptor_(descriptor), tls_(std::move(tls)), unread_(std::move(unread)), info_(std::move(info))
{}

detached_connection::detached_connection(detached_connection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      tls_(std::move(other.tls_)),
      unread_(std::move(other.unread_)),
      info_(std::move(other.info_))
{}

detached_connection& detached_connection::operator=(detached_connection&& other) noexcept
{
    detached_connection taken(std::move(other));
    std::swap(descriptor_, taken.descriptor_);
    std::swap(tls_, taken.tls_);
    std::swap(unread_, taken.unread_);
    std::swap(info_, taken.info_);
    return *this;
}

detached_connection::~detached_connection()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

} // namespace partyline::net
