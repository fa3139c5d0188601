// The lattice of sparks: where they lie, what is collected, what is spilled.
#include "arena/spark_field.hpp"

#include "unit/arena/vectors.hpp"

namespace arena::test {

namespace {

int total(spark_field const& field)
{
    int sum = 0;
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column) sum += worth(field.at({column, row}));
    return sum;
}

} // namespace

TEST(spark_field, lays_sparks_where_the_page_expects_them)
{
    auto const file = vectors("wire.json");
    for (auto const& each : *file["positions"].as_array()) {
        auto const at = position_of({number(each[0]), number(each[1])});
        EXPECT_NEAR(at.x, real(each[2]), 1e-6);
        EXPECT_NEAR(at.y, real(each[3]), 1e-6);
    }
}

TEST(spark_field, each_place_holds_its_spark_within_itself)
{
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column)
            EXPECT_EQ(place_of(position_of({column, row})), (place{column, row}));
}

TEST(spark_field, collects_what_is_in_reach_and_nothing_twice)
{
    spark_field field;
    field.set({3, 3}, spark::small);
    field.set({4, 3}, spark::gold);
    field.set({9, 3}, spark::bright);
    EXPECT_EQ(field.count(), 3);
    auto const at = position_of({3, 3});
    EXPECT_EQ(field.collect(at, 1), 1);
    EXPECT_EQ(field.collect(at, 1), 0);
    EXPECT_EQ(field.collect(at, 150), 10);
    EXPECT_EQ(field.collect(at, 10'000), 3);
    EXPECT_EQ(field.count(), 0);
}

TEST(spark_field, knows_nothing_outside_of_itself)
{
    spark_field field;
    field.set({field_places, 0}, spark::gold);
    field.set({0, -field_places - 1}, spark::gold);
    EXPECT_EQ(field.count(), 0);
    EXPECT_EQ(field.at({1'000'000, -1'000'000}), spark::none);
    EXPECT_EQ(field.collect({1e5, 1e5}, 50), 0);
}

TEST(spark_field, spills_all_there_is_room_for_within_the_rim)
{
    for (int const amount : {1, 2, 24, 25, 80, 81, 95, 300}) {
        spark_field field;
        field.spill({100, 100}, amount, 1'000);
        EXPECT_EQ(total(field), amount);
        EXPECT_LE(field.count(), 45) << amount;
    }
    spark_field field;
    field.spill({590, 0}, 30, 600);
    for (int row = -field_places; row < field_places; ++row)
        for (int column = -field_places; column < field_places; ++column)
            if (field.at({column, row}) != spark::none) EXPECT_LT(position_of({column, row}).length(), 600);
    EXPECT_EQ(total(field), 30);
}

TEST(spark_field, a_spill_leaves_what_lies_there_already)
{
    spark_field field;
    field.set(place_of({100, 100}), spark::gold);
    field.spill({100, 100}, 5, 1'000);
    EXPECT_EQ(field.at(place_of({100, 100})), spark::gold);
    EXPECT_EQ(total(field), 15);
}

TEST(spark_field, is_confined_to_a_smaller_field)
{
    spark_field field;
    field.set({0, 0}, spark::small);
    field.set({15, 0}, spark::small);
    field.confine(800);
    EXPECT_EQ(field.count(), 1);
    EXPECT_EQ(field.at({0, 0}), spark::small);
}

} // namespace arena::test
