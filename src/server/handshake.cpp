#include <partyline/handshake.hpp>

#include <chrono>
#include <ctime>

namespace partyline {

handshake::handshake(std::shared_ptr<handshake_request const> request, value auth) : request_(std::move(request))
{
    if (!auth.is_object() || auth.size() > 0) auth_ = std::make_shared<value const>(std::move(auth));
}

value const& handshake::auth() const noexcept
{
    static auto const& none = *new value(value::object{}); // handles may outlive static objects
    return auth_ ? *auth_ : none;
}

std::string handshake::time() const
{
    auto const seconds = static_cast<std::time_t>(issued() / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    auto const size =
        std::strftime(text, sizeof text, "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)", &parts);
    return {text, size};
}

value handshake::to_value() const
{
    value::object all_headers;
    for (auto& [name, given] : headers()) all_headers[name] = value(std::move(given));
    value::object all_query;
    for (auto& [name, given] : query()) all_query[name] = value(std::move(given));
    return value::object{{"headers", value(std::move(all_headers))},
                         {"time", time()},
                         {"address", address()},
                         {"xdomain", xdomain()},
                         {"secure", secure()},
                         {"issued", issued()},
                         {"url", url()},
                         {"query", value(std::move(all_query))},
                         {"auth", auth()}};
}

} // namespace partyline
