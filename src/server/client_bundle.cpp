#include "server/client_bundle.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <partyline/value.hpp>

#include "http/static_file.hpp"

namespace partyline {

namespace {

constexpr std::array<std::string_view, 8> names = {
    "socket.io.js",         "socket.io.js.map",         "socket.io.min.js",         "socket.io.min.js.map",
    "socket.io.esm.min.js", "socket.io.esm.min.js.map", "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map",
};

std::optional<std::string> read(std::filesystem::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream all;
    all << in.rdbuf();
    return std::move(all).str();
}

} // namespace

client_bundle::client_bundle(std::string folder) : folder_(std::move(folder)) {}

std::string_view client_bundle::file_of(std::string_view rest) noexcept
{
    auto const found = std::find(names.begin(), names.end(), rest);
    return found == names.end() ? std::string_view{} : *found;
}

void client_bundle::find_folder()
{
    searched_ = true;
    std::error_code failed;
    if (folder_.empty()) {
        for (auto below = std::filesystem::current_path(failed); !failed; below = below.parent_path()) {
            for (auto const* place : {"node_modules/socket.io-client/dist", "tests/node_modules/socket.io-client/dist"})
                if (std::filesystem::exists(below / place / "socket.io.min.js", failed)) {
                    folder_ = (below / place).string();
                    break;
                }
            if (!folder_.empty() || below == below.parent_path()) break;
        }
    }
    if (folder_.empty()) return;
    if (auto const package = read(std::filesystem::path(folder_).parent_path() / "package.json")) {
        if (auto const parsed = value::parse_json(*package))
            if (auto const* version = (*parsed)["version"].as_string()) version_ = *version;
    }
    if (version_.empty()) version_ = "0";
}

client_bundle::stored const* client_bundle::load(std::string const& file)
{
    if (!searched_) find_folder();
    if (folder_.empty()) return nullptr;
    if (auto const found = files_.find(file); found != files_.end()) return &found->second;
    auto plain = read(std::filesystem::path(folder_) / file);
    if (!plain) return nullptr;
    stored made;
    if (auto packed = compressor_.compress(http::coding::gzip, *plain)) made.gzip = *std::move(packed);
    if (auto packed = compressor_.compress(http::coding::deflate, *plain)) made.deflate = *std::move(packed);
    made.plain = *std::move(plain);
    return &files_.emplace(file, std::move(made)).first->second;
}

http::response client_bundle::answer(std::string_view file, http::request const& request)
{
    std::lock_guard const lock(mutex_);
    auto const* const found = load(std::string(file));
    if (!found) return http::response::text(404, "The browser client is not installed: npm install socket.io-client\n");

    auto const etag = "\"" + version_ + "\"";
    http::response made;
    made.headers.set("Cache-Control", "public, max-age=0");
    made.headers.set("Content-Type", file.ends_with(".map") ? "application/json; charset=utf-8"
                                                            : "application/javascript; charset=utf-8");
    made.headers.set("ETag", etag);
    if (http::etag_matches(request.header("if-none-match"), etag, false)) {
        made.status = 304;
        return made;
    }
    constexpr std::array codings = {http::coding::gzip, http::coding::deflate};
    auto const chosen = http::choose_coding(request.header("accept-encoding"), codings);
    made.headers.append_token("Vary", "Accept-Encoding");
    if (chosen != http::coding::identity) made.headers.set("Content-Encoding", std::string(http::to_string(chosen)));
    made.body = chosen == http::coding::gzip      ? found->gzip
                : chosen == http::coding::deflate ? found->deflate
                                                  : found->plain;
    return made;
}

} // namespace partyline
