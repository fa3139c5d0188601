// The conversions that walk trees: with a list of open levels instead of recursion, so that depth takes no stack.
#include <partyline/convert.hpp>

#include <vector>

namespace partyline {

void convert<value>::encode(writer& out, value const& v)
{
    struct level
    {
        value const* container;
        std::size_t next;
    };
    std::vector<level> levels;
    auto const write = [&](value const& each) {
        switch (each.kind()) {
        case value_kind::null:
            return out.null();
        case value_kind::boolean:
            return out.boolean(*each.as_bool());
        case value_kind::integer:
            if (auto const number = each.as_int64()) return out.integer(*number);
            return out.unsigned_integer(*each.as_uint64());
        case value_kind::real:
            return out.real(*each.as_double());
        case value_kind::string:
            return out.string(*each.as_string());
        case value_kind::binary:
            return out.bytes(*each.as_binary());
        case value_kind::array:
            out.begin_array(each.size());
            break;
        case value_kind::object:
            out.begin_object(each.size());
            break;
        }
        levels.push_back({&each, 0});
    };
    write(v);
    while (!levels.empty() && out.failure() == errc{}) {
        auto& [container, next] = levels.back();
        if (auto const* elements = container->as_array()) {
            if (next < elements->size()) {
                write((*elements)[next++]);
                continue;
            }
            out.end_array();
        } else {
            auto const& members = *container->as_object();
            if (next < members.size()) {
                auto const& [key, content] = members.begin()[next++];
                out.key(key);
                write(content);
                continue;
            }
            out.end_object();
        }
        levels.pop_back();
    }
}

void convert<value::object>::encode(writer& out, value::object const& v)
{
    out.begin_object(v.size());
    for (auto const& [key, content] : v) {
        out.key(key);
        convert<value>::encode(out, content);
    }
    out.end_object();
}

namespace {

// Reads a leaf; arrays and objects are the caller's.
bool read_leaf(reader& in, value_kind kind, value& out)
{
    switch (kind) {
    case value_kind::boolean: {
        bool v = false;
        if (!in.read_bool(v)) return false;
        out = v;
        return true;
    }
    case value_kind::integer: {
        if (std::int64_t v = 0; in.read_int64(v)) {
            out = v;
            return true;
        }
        if (std::uint64_t v = 0; in.read_uint64(v)) {
            out = v;
            return true;
        }
        [[fallthrough]]; // beyond 64 bits
    }
    case value_kind::real: {
        double v = 0;
        if (!in.read_double(v)) return false;
        out = v;
        return true;
    }
    case value_kind::string: {
        std::string_view v;
        if (!in.read_string(v)) return false;
        out = v;
        return true;
    }
    case value_kind::binary: {
        binary v;
        if (!in.read_binary(v)) return false;
        out = std::move(v);
        return true;
    }
    default:
        out = nullptr;
        return in.read_null();
    }
}

} // namespace

bool convert<value>::decode(reader& in, value& v)
{
    struct level
    {
        bool is_object;
        value::array elements;
        std::vector<value::member> members;
    };
    std::vector<level> levels;
    for (;;) {
        value done;
        auto const kind = in.peek();
        if (kind == value_kind::array || kind == value_kind::object) {
            bool const is_object = kind == value_kind::object;
            if (!(is_object ? in.enter_object() : in.enter_array())) return false;
            levels.push_back({is_object, {}, {}});
        } else {
            if (!read_leaf(in, kind, done)) return false;
            if (levels.empty()) {
                v = std::move(done);
                return true;
            }
            auto& last = levels.back();
            if (last.is_object)
                last.members.back().content = std::move(done);
            else
                last.elements.push_back(std::move(done));
        }
        // on to the next element or member, out of all levels that end here
        for (;;) {
            auto& last = levels.back();
            if (last.is_object) {
                std::string_view key;
                if (in.next_key(key)) {
                    last.members.push_back({std::string(key), {}});
                    break;
                }
                done = value::object(std::move(last.members));
            } else {
                if (in.next_element()) break;
                done = std::move(last.elements);
            }
            levels.pop_back();
            if (levels.empty()) {
                v = std::move(done);
                return true;
            }
            if (auto& outer = levels.back(); outer.is_object)
                outer.members.back().content = std::move(done);
            else
                outer.elements.push_back(std::move(done));
        }
    }
}

bool copy(reader& in, writer& out)
{
    // `begin_array` wants the count in advance, which a cursor does not know: so through a tree
    value v;
    if (!convert<value>::decode(in, v)) return false;
    convert<value>::encode(out, v);
    return true;
}

} // namespace partyline
