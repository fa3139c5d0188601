#include "value/value_writer.hpp"

#include <partyline/args.hpp>

#include "base/utf8.hpp"

namespace partyline {

void value_writer::add(value v)
{
    if (levels_.empty())
        done_ = std::move(v);
    else if (auto& last = levels_.back(); last.is_object)
        last.members.back().content = std::move(v);
    else
        last.elements.push_back(std::move(v));
}

void value_writer::string(std::string_view v) { add(base::sanitize(v)); }

void value_writer::begin_array(std::size_t count)
{
    levels_.emplace_back();
    levels_.back().elements.reserve(count);
}

void value_writer::end_array()
{
    value::array done = std::move(levels_.back().elements);
    levels_.pop_back();
    add(std::move(done));
}

void value_writer::begin_object(std::size_t count)
{
    levels_.emplace_back().is_object = true;
    levels_.back().members.reserve(count);
}

void value_writer::key(std::string_view name) { levels_.back().members.push_back({base::sanitize(name), {}}); }

void value_writer::end_object()
{
    value::object done(std::move(levels_.back().members));
    levels_.pop_back();
    add(std::move(done));
}

void value_writer::splice(args const& list)
{
    for (auto& each : list.values()) add(std::move(each));
}

} // namespace partyline
