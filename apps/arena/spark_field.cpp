#include "spark_field.hpp"

namespace arena {

place place_of(vec at)
{
    return {static_cast<int>(std::floor(at.x / place_size)), static_cast<int>(std::floor(at.y / place_size))};
}

vec position_of(place which)
{
    auto hash =
        static_cast<std::uint32_t>(which.column) * 0x9E3779B1U ^ static_cast<std::uint32_t>(which.row) * 0x85EBCA77U;
    hash ^= hash >> 15;
    hash *= 0x2C1B3C6DU;
    hash ^= hash >> 12;
    auto const shifted = [](int number, std::uint32_t by) { return (number + 0.15 + 0.7 * by / 256) * place_size; };
    return {shifted(which.column, hash & 255), shifted(which.row, hash >> 8 & 255)};
}

void spark_field::set(place which, spark size)
{
    if (!contains(which)) return;
    auto& here = places_[index(which)];
    count_ += (size != spark::none) - (here != spark::none);
    here = size;
}

int spark_field::collect(vec at, double reach)
{
    int found = 0;
    auto const [left, top] = place_of(at - vec{reach, reach});
    auto const [right, bottom] = place_of(at + vec{reach, reach});
    for (int row = top; row <= bottom; ++row)
        for (int column = left; column <= right; ++column) {
            place const here{column, row};
            if (auto const size = this->at(here); size != spark::none && (position_of(here) - at).length() <= reach) {
                found += worth(size);
                set(here, spark::none);
            }
        }
    return found;
}

void spark_field::spill(vec at, int total, double field_radius)
{
    // Much becomes few big ones, so that it never takes more than some thirty places.
    auto const size = total <= 24 ? spark::small : total <= 80 ? spark::bright : spark::gold;
    auto const middle = place_of(at);
    for (int ring = 0; ring < 7 && total > 0; ++ring)
        for (int row = -ring; row <= ring; ++row)
            for (int column = -ring; column <= ring; ++column) {
                if (std::max(std::abs(row), std::abs(column)) != ring || total <= 0) continue;
                place const here{middle.column + column, middle.row + row};
                if (!contains(here) || this->at(here) != spark::none || position_of(here).length() > field_radius - 20)
                    continue;
                auto const piece = total >= worth(size)            ? size
                                   : total >= worth(spark::bright) ? spark::bright
                                                                   : spark::small;
                set(here, piece);
                total -= worth(piece);
            }
}

void spark_field::confine(double field_radius)
{
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column)
            if (place const here{column, row};
                at(here) != spark::none && position_of(here).length() > field_radius - 12)
                set(here, spark::none);
}

} // namespace arena
