// A list of arguments is relayed unchanged, counted and taken apart as it is parsed, and renumbered without losing a placeholder.
#include <cstdlib>

#include <partyline/args.hpp>

#include "value/json_document.hpp"
#include "value/json_scan.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace partyline;
    std::string_view const array(reinterpret_cast<char const*>(data), size);
    auto const split = split_first(array); // stays inside of any text
    static_cast<void>(count_elements(array));
    static_cast<void>(element_at(array, 2));
    std::string renumbered;
    append_renumbered(renumbered, array, 3);

    static std::vector<binary> const attachments = {binary::from_text("a"), binary::from_text("b")};
    json_document document;
    if (!document.parse(array) || document.root().peek() != value_kind::array || document.size() == 0) return 0;
    auto const placeholders = document.check_placeholders(attachments.size());
    auto const count = document.size() - 1;
    if (count_elements(split.rest) != count) std::abort();
    auto const list = args::borrow(args::format::json, split.rest, count,
                                   placeholders ? std::span<binary const>(attachments) : std::span<binary const>());
    args const kept = list;
    auto const values = kept.values();
    if (values.size() != count) std::abort();
    for (std::size_t i = 0; i < count && i < 8; ++i) {
        if (kept.at(i).to_json() != values[i].to_json()) std::abort();
    }
    if (count != 0 && args::of(list).text() != list.text()) std::abort();
    // behind another binary the numbers move by one, and everything reads as before
    auto const mixed = args::of(binary::from_text("first"), list);
    if (mixed.size() != count + 1) std::abort();
    auto const moved = mixed.values();
    if (moved.size() != count + 1) std::abort();
    if (placeholders) {
        for (std::size_t i = 0; i < count; ++i) {
            if (moved[i + 1].to_json() != values[i].to_json()) std::abort();
        }
    }
    return 0;
}
