// Files below one folder, for `serve_files`. What a request gets of a file, `http/static_file` decides; this opens and reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <partyline/http.hpp>

namespace partyline {

/// Thread: immutable, any. Reads block for as long as the disk does: it is meant for pages and their like.
class file_server
{
public:
    /// `url`: the prefix of the paths served, with or without a slash at its end.
    file_server(std::string_view url, std::string_view folder);

    /// The answer to GET and HEAD (405 for others) below the prefix; nothing if the path is another's or there is no such file.
    /// A directory stands for its index.html. Links that lead out of the folder are not followed.
    [[nodiscard]] std::optional<http::response> answer(http::request const& request) const;

    static constexpr std::size_t max_file_size = 256 << 20;

private:
    std::string url_;    // "/" or "/prefix/"
    std::string folder_; // resolved, without a slash at its end
};

} // namespace partyline
