// Where the bytes of a `binary` live when it was not given a place.
#include <partyline/binary.hpp>

#include <cstring>

namespace partyline {

binary::binary(std::vector<std::byte> bytes)
{
    if (bytes.empty()) return;
    auto owner = std::make_shared<std::vector<std::byte> const>(std::move(bytes));
    bytes_ = *owner;
    owner_ = std::move(owner);
}

binary::binary(std::span<std::byte const> bytes)
{
    if (bytes.empty()) return;
    auto owner = std::make_shared_for_overwrite<std::byte[]>(bytes.size());
    std::memcpy(owner.get(), bytes.data(), bytes.size());
    bytes_ = {owner.get(), bytes.size()};
    owner_ = std::move(owner);
}

binary binary::from_text(std::string_view text) { return binary(std::as_bytes(std::span(text.data(), text.size()))); }

} // namespace partyline
