#include "server/file_server.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>

#include "http/static_file.hpp"

namespace partyline {

namespace {

struct descriptor
{
    int number;
    explicit descriptor(int n) : number(n) {}
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor()
    {
        if (number >= 0) close(number);
    }
};

std::string resolve(std::string const& path)
{
    std::unique_ptr<char, void (*)(void*)> const real(realpath(path.c_str(), nullptr), std::free);
    return real ? std::string(real.get()) : std::string();
}

bool is_below(std::string const& path, std::string const& folder)
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

} // namespace

file_server::file_server(std::string_view url, std::string_view folder)
    : url_(url), folder_(resolve(std::string(folder)))
{
    if (!url_.starts_with('/')) url_.insert(url_.begin(), '/');
    if (!url_.ends_with('/')) url_ += '/';
    if (folder_.empty()) throw error(errc::not_found, folder);
}

std::optional<http::response> file_server::answer(http::request const& request) const
{
    auto const path = request.path();
    if (!path.starts_with(url_)) return std::nullopt;
    auto relative = http::resolve_path(path.substr(url_.size() - 1));
    if (!relative) return std::nullopt;
    auto name = folder_ + "/" + *relative;
    struct stat facts
    {};
    if (stat(name.c_str(), &facts) != 0) return std::nullopt;
    if (S_ISDIR(facts.st_mode)) name += name.ends_with('/') ? "index.html" : "/index.html";
    auto const real = resolve(name);
    if (real.empty() || !is_below(real, folder_)) return std::nullopt;

    descriptor const file(open(real.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.number < 0 || fstat(file.number, &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    if (static_cast<std::uint64_t>(facts.st_size) > max_file_size) return std::nullopt;

    auto const size = static_cast<std::uint64_t>(facts.st_size);
    std::chrono::sys_seconds const modified{std::chrono::seconds(facts.st_mtime)};
    auto made = http::answer_file(request, {.size = size,
                                            .modified = modified,
                                            .etag = http::make_etag(size, modified),
                                            .content_type = http::content_type(real)});
    made.head.headers.set("X-Content-Type-Options", "nosniff");
    if (made.bytes.size > 0) {
        std::string body(made.bytes.size, '\0');
        std::size_t done = 0;
        while (done < body.size()) {
            auto const got =
                pread(file.number, body.data() + done, body.size() - done, static_cast<off_t>(made.bytes.first + done));
            if (got <= 0) return http::response::text(500, "the file could not be read\n");
            done += static_cast<std::size_t>(got);
        }
        made.head.body = std::move(body);
        made.head.content_length.reset();
    }
    return std::move(made.head);
}

} // namespace partyline
