// The browser client, served below the Socket.IO path as the official server does: `/socket.io/socket.io.min.js` and its
// like, with the version of the npm package as ETag, compressed for those who accept it.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <partyline/http.hpp>

#include "http/compression.hpp"

namespace partyline {

/// Thread: any, under a lock: a browser asks once. Owner: the server's life. Lifetime: the server's.
class client_bundle
{
public:
    /// `folder`: the `dist` folder of npm's socket.io-client. Empty: looked for below the working folder and its parents.
    explicit client_bundle(std::string folder);

    /// The name of the bundle file that the rest of a path means, or empty: one of the eight that the official server has.
    [[nodiscard]] static std::string_view file_of(std::string_view rest) noexcept;
    /// The answer to a GET or HEAD; 404 where the package is not installed. CORS headers are the caller's.
    [[nodiscard]] http::response answer(std::string_view file, http::request const& request);

private:
    struct stored
    {
        std::string plain;
        std::string gzip;
        std::string deflate;
    };
    [[nodiscard]] stored const* load(std::string const& file);
    void find_folder();

    std::mutex mutex_;
    std::string folder_;
    std::string version_;
    bool searched_ = false;
    std::map<std::string, stored, std::less<>> files_;
    http::compressor compressor_;
};

} // namespace partyline
