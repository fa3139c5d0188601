#include "picture_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace chat {

namespace {

constexpr std::size_t most_bytes = 700'000; // the server's limit

std::string type_of(std::string_view bytes)
{
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
    if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "image/gif";
    if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
    return {};
}

std::string ending_of(std::string_view type)
{
    for (std::string_view known : {"png", "jpeg", "gif", "webp"})
        if (type.ends_with(known)) return "." + std::string(known);
    return ".picture";
}

} // namespace

picture_read read_picture(std::string const& path)
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return {{}, {}, "There is no file " + path + "."};
    if (std::filesystem::file_size(path, failed) > most_bytes) return {{}, {}, "A picture has at most 700,000 bytes."};
    std::ifstream in(path, std::ios::binary);
    std::string const bytes((std::istreambuf_iterator<char>(in)), {});
    if (!in.is_open() || in.bad()) return {{}, {}, path + " cannot be read."};
    auto type = type_of(bytes);
    if (type.empty()) return {{}, {}, "That is no PNG, JPEG, GIF or WebP."};
    return {partyline::binary::from_text(bytes), std::move(type), {}};
}

picture_written write_picture(picture const& one, std::string path)
{
    if (path.empty()) path = "partyline-" + std::to_string(one.number) + ending_of(one.type);
    int const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return {{},
                path + (errno == EEXIST ? " is there already; name another file: /save NUMBER FILE"
                                        : std::string(": ") + std::strerror(errno))};
    std::string_view rest = one.bytes.text();
    bool whole = true;
    while (whole && !rest.empty()) {
        auto const count = ::write(file, rest.data(), rest.size());
        whole = count > 0 || errno == EINTR;
        if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
    auto const why = std::string(std::strerror(errno));
    ::close(file);
    if (whole) return {std::move(path), {}};
    ::unlink(path.c_str());
    return {{}, path + ": " + why};
}

} // namespace chat
