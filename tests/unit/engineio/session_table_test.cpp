#include "engineio/session_table.hpp"

#include <gtest/gtest.h>

#include "unit/engineio/request_builder.hpp"

namespace partyline::engineio {

using testing::make_id;

TEST(session_table, finds_what_was_inserted)
{
    session_table table;
    EXPECT_TRUE(table.insert(make_id(1), 17));
    EXPECT_TRUE(table.insert(make_id(2), 18));
    EXPECT_EQ(table.find(make_id(1)), 17u);
    EXPECT_EQ(table.find(make_id(2).view()), 18u);
    EXPECT_EQ(table.find(make_id(3)), std::nullopt);
    EXPECT_EQ(table.id_of(17), make_id(1));
    EXPECT_EQ(table.size(), 2u);
}

TEST(session_table, an_id_that_is_taken_is_refused)
{
    session_table table;
    EXPECT_TRUE(table.insert(make_id(1), 1));
    EXPECT_FALSE(table.insert(make_id(1), 2));
    EXPECT_EQ(table.find(make_id(1)), 1u);
}

TEST(session_table, forgets_what_is_erased)
{
    session_table table;
    table.insert(make_id(1), 1);
    table.erase(1);
    table.erase(1);
    table.erase(1000);
    EXPECT_EQ(table.find(make_id(1)), std::nullopt);
    EXPECT_EQ(table.id_of(1), make_id(1)); // for what is still to be said of it
    EXPECT_EQ(table.size(), 0u);
    EXPECT_TRUE(table.insert(make_id(2), 1));
    EXPECT_EQ(table.find(make_id(1)), std::nullopt);
    EXPECT_EQ(table.find(make_id(2)), 1u);
}

TEST(session_table, any_text_may_be_asked_for)
{
    session_table table;
    table.insert(make_id(1), 1);
    for (std::string_view sid :
         {"", "x", "__proto__", "AAECAwQFBgcICQoLDA0", "AAECAwQFBgcICQoLDA0O0", "AAECAwQFBgcICQoLDA0\xff"})
        EXPECT_EQ(table.find(sid), std::nullopt) << sid;
    EXPECT_EQ(table.find(std::string(900'000, 'x')), std::nullopt);
}

} // namespace partyline::engineio
