// Bytes: alone, inside of other values, and as answers. Copies of a `binary` share its bytes.
#include <algorithm>
#include <iostream>
#include <map>

#include <partyline/server.hpp>

using partyline::binary;

int main()
{
    partyline::server io;

    io.on("size", [](binary file) { return file.size(); });
    io.on("reverse", [](std::vector<std::byte> bytes) {
        std::reverse(bytes.begin(), bytes.end());
        return bytes;
    });
    io.on("total", [](std::map<std::string, std::vector<binary>> folders) {
        std::size_t all = 0;
        for (auto const& [name, files] : folders)
            for (auto const& file : files) all += file.size();
        return all;
    });
    io.on("share", [](partyline::socket s, std::string name, binary file) { s.broadcast().emit("file", name, file); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
