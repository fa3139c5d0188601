// Content types by extension: what a web application is made of, not the whole registry.
#include <algorithm>
#include <array>

#include "http/static_file.hpp"
#include "http/token.hpp"

namespace partyline::http {

namespace {

struct extension
{
    std::string_view name;
    std::string_view type;
};

// Sorted by name.
constexpr auto extensions = std::to_array<extension>({
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json; charset=utf-8"},
    {"m4a", "audio/mp4"},
    {"map", "application/json; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"ogg", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xml", "application/xml; charset=utf-8"},
    {"zip", "application/zip"},
});
static_assert(std::is_sorted(extensions.begin(), extensions.end(),
                             [](extension const& a, extension const& b) { return a.name < b.name; }));

} // namespace

std::string_view content_type(std::string_view file_name) noexcept
{
    auto const slash = file_name.rfind('/');
    auto const name = slash == file_name.npos ? file_name : file_name.substr(slash + 1);
    auto const dot = name.rfind('.');
    if (dot != name.npos) {
        auto const wanted = name.substr(dot + 1);
        for (auto const& known : extensions) {
            if (equals_ignoring_case(known.name, wanted)) return known.type;
        }
    }
    return "application/octet-stream";
}

bool is_compressible(std::string_view content_type) noexcept
{
    auto const type = trim(content_type.substr(0, content_type.find(';')));
    return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
           type == "application/json" || type == "application/xml" || type == "application/wasm" ||
           type == "font/ttf" || type == "font/otf" || type == "image/bmp" || type == "image/x-icon";
}

} // namespace partyline::http
