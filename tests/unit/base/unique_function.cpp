#include "base/unique_function.hpp"

#include <array>
#include <memory>
#include <string>

#include <gtest/gtest.h>

using partyline::base::unique_function;

TEST(unique_function, calls_what_it_holds)
{
    unique_function<int(int)> twice = [](int x) { return 2 * x; };
    EXPECT_EQ(twice(21), 42);
    EXPECT_TRUE(twice);
    EXPECT_FALSE(unique_function<void()>());
    EXPECT_FALSE(unique_function<void()>(nullptr));
}

TEST(unique_function, holds_what_moves_but_does_not_copy)
{
    auto owned = std::make_unique<int>(5);
    unique_function<int()> f = [owned = std::move(owned)] { return *owned; };
    auto g = std::move(f);
    EXPECT_FALSE(f); // NOLINT: moved from is empty, by contract
    EXPECT_EQ(g(), 5);
}

TEST(unique_function, holds_big_callables_on_the_heap_and_small_ones_inline)
{
    auto alive = std::make_shared<int>(1);
    std::array<char, 100> big{};
    big[99] = 'z';
    unique_function<char()> f = [big, alive] { return big[99]; };
    unique_function<long()> g = [alive] { return alive.use_count(); };
    EXPECT_EQ(f(), 'z');
    EXPECT_EQ(g(), 3);
    unique_function<char()> h = std::move(f);
    EXPECT_EQ(h(), 'z');
    h = nullptr;
    EXPECT_EQ(g(), 2);
    g = [] { return 0L; };
    EXPECT_EQ(alive.use_count(), 1);
}

TEST(unique_function, keeps_state_between_calls)
{
    unique_function<int()> count = [n = 0]() mutable { return ++n; };
    count();
    EXPECT_EQ(count(), 2);
}

TEST(unique_function, passes_references_and_moves_through)
{
    unique_function<std::string(std::unique_ptr<std::string>, std::string&)> f = [](std::unique_ptr<std::string> a,
                                                                                    std::string& b) {
        b = "changed";
        return *a;
    };
    std::string b;
    EXPECT_EQ(f(std::make_unique<std::string>("a"), b), "a");
    EXPECT_EQ(b, "changed");
}

TEST(unique_function, of_a_const_signature_refuses_mutable_callables)
{
    auto counter = [n = 0]() mutable { return ++n; };
    static_assert(!std::is_constructible_v<unique_function<int() const>, decltype(counter)>);
    static_assert(std::is_constructible_v<unique_function<int()>, decltype(counter)>);
    unique_function<int() const> const f = [owned = std::make_unique<int>(3)] { return *owned; };
    EXPECT_EQ(f(), 3);
}

TEST(unique_function, drops_the_result_where_none_is_wanted)
{
    int called = 0;
    unique_function<void()> f = [&] { return ++called; };
    f();
    EXPECT_EQ(called, 1);
}
