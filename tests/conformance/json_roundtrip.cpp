// Reads JSON texts and answers what each becomes when it is read and written again: one side of json_differential.mjs.
// In and out: "<bytes>\n<text>" one after the other; for a text that is refused the answer is "-1\n". Two answers per text:
// by the document (simdjson and what backs it), and by the tolerant reader alone.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <partyline/args.hpp>

#include "value/json_document.hpp"
#include "value/json_scan.hpp"
#include "value/json_tree.hpp"

using namespace partyline;

namespace {

void answer(std::string const* text)
{
    if (text)
        std::cout << text->size() << '\n' << *text;
    else
        std::cout << "-1\n";
}

bool relays_unchanged(std::string_view text)
{
    auto const list = args::borrow(args::format::json, text, 1, {});
    return args::of(list).text() == text && count_elements(text) == 1 && list.values().size() == 1;
}

} // namespace

int main()
{
    std::ios::sync_with_stdio(false);
    json_document document;
    for (std::size_t size = 0; std::cin >> size;) {
        std::cin.get();
        std::string text(size, '\0');
        std::cin.read(text.data(), static_cast<std::streamsize>(size));
        value v;
        bool const read = document.parse(text) && decode(document.root(), v);
        if (read && !relays_unchanged(text)) {
            std::cerr << "not relayed unchanged: " << text << '\n';
            return 1;
        }
        auto const by_document = v.to_json();
        answer(read ? &by_document : nullptr);
        auto const tree = parse_json_tree(text, 128);
        auto const by_tree = tree ? tree->to_json() : std::string();
        answer(tree ? &by_tree : nullptr);
    }
}
