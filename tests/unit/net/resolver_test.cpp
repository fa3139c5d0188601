// Names and addresses: what needs no lookup, and lookups on helper threads which the test lets go one by one.
#include "net/resolver.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "unit/net/net_world.hpp"

namespace partyline::net {
namespace {

using namespace std::chrono_literals;

ip_address ip(std::string_view text) { return {*http::parse_ip(text)}; }

struct asker final : resolve_owner
{
    void on_resolved(std::span<ip_address const> addresses, problem const& why) override
    {
        ++calls;
        found.assign(addresses.begin(), addresses.end());
        trouble = why;
        thread = std::this_thread::get_id();
        if (then) then();
    }
    int calls = 0;
    std::vector<ip_address> found;
    problem trouble;
    std::thread::id thread;
    std::function<void()> then;
};

/// A name service that answers only when the test says so.
struct slow_names
{
    resolved operator()(std::string const& host)
    {
        std::unique_lock hold(mutex);
        ++asked;
        changed.notify_all();
        changed.wait(hold, [&] { return open; });
        if (host == "throws.example") throw std::runtime_error("broken");
        if (host == "empty.example") return {};
        if (host == "none.example") return {{}, {errc::not_found, host + ": no such name"}};
        return {{ip("192.0.2.1"), ip("2001:db8::1")}, {}};
    }
    void answer()
    {
        std::lock_guard const hold(mutex);
        open = true;
        changed.notify_all();
    }
    int count()
    {
        std::lock_guard const hold(mutex);
        return asked;
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    int asked = 0;
};

class resolver_test : public testing::Test
{
protected:
    ~resolver_test() override { names->answer(); }
    // Helper threads may outlive the test's objects, so what they use is counted.
    std::shared_ptr<slow_names> names = std::make_shared<slow_names>();
    test::net_world world{{}, nullptr, {}, false};
    system_resolver resolver{world.shard, [names = names](std::string const& host) { return (*names)(host); }};
    asker first;
    asker second;
};

TEST_F(resolver_test, answers_on_the_loops_thread_and_never_blocks_it)
{
    resolver.start("one.example", first);
    EXPECT_TRUE(world.until([&] { return names->count() == 1; }));
    for (int i = 0; i < 10; ++i) world.step();
    EXPECT_EQ(first.calls, 0);
    names->answer();
    ASSERT_TRUE(world.until([&] { return first.calls == 1; }));
    EXPECT_EQ(first.found, (std::vector{ip("192.0.2.1"), ip("2001:db8::1")}));
    EXPECT_FALSE(first.trouble);
    EXPECT_EQ(first.thread, std::this_thread::get_id());
}

TEST_F(resolver_test, asks_once_for_all_who_ask_for_the_same_name)
{
    std::vector<asker> many(100);
    for (auto& each : many) resolver.start("one.example", each);
    names->answer();
    ASSERT_TRUE(world.until([&] { return many.back().calls == 1; }));
    for (auto const& each : many) EXPECT_EQ(each.calls, 1);
    EXPECT_EQ(names->count(), 1);
    resolver.start("one.example", first);
    ASSERT_TRUE(world.until([&] { return first.calls == 1; }));
    EXPECT_EQ(names->count(), 2) << "nothing is remembered";
}

TEST_F(resolver_test, asks_for_different_names_side_by_side_but_for_four_at_most)
{
    std::vector<asker> many(10);
    for (std::size_t i = 0; i < many.size(); ++i) resolver.start("n" + std::to_string(i) + ".example", many[i]);
    ASSERT_TRUE(world.until([&] { return names->count() == 4; }));
    for (int i = 0; i < 10; ++i) world.step();
    EXPECT_EQ(names->count(), 4);
    names->answer();
    ASSERT_TRUE(world.until(
        [&] { return std::all_of(many.begin(), many.end(), [](auto const& each) { return each.calls == 1; }); }));
}

TEST_F(resolver_test, calls_nobody_who_has_cancelled)
{
    auto const id = resolver.start("one.example", first);
    resolver.start("one.example", second);
    resolver.cancel(id);
    names->answer();
    ASSERT_TRUE(world.until([&] { return second.calls == 1; }));
    EXPECT_EQ(first.calls, 0);
}

TEST_F(resolver_test, keeps_nobody_who_has_cancelled_while_the_name_service_hangs)
{
    for (int i = 0; i < 1000; ++i) resolver.cancel(resolver.start("one.example", first));
    EXPECT_EQ(resolver.waiting_count(), 0U);
    resolver.start("one.example", second);
    EXPECT_EQ(resolver.waiting_count(), 1U);
    names->answer();
    ASSERT_TRUE(world.until([&] { return second.calls == 1; }));
    EXPECT_EQ(first.calls, 0);
    EXPECT_EQ(names->count(), 1) << "they had all waited for one lookup";
}

TEST_F(resolver_test, lets_one_answer_cancel_another_and_ask_again)
{
    asker third;
    resolver::lookup id = 0;
    first.then = [&] {
        resolver.cancel(id);
        resolver.start("one.example", third);
    };
    resolver.start("one.example", first);
    id = resolver.start("one.example", second);
    names->answer();
    ASSERT_TRUE(world.until([&] { return third.calls == 1; }));
    EXPECT_EQ(second.calls, 0);
}

TEST_F(resolver_test, says_why_there_are_no_addresses)
{
    names->answer();
    resolver.start("none.example", first);
    ASSERT_TRUE(world.until([&] { return first.calls == 1; }));
    EXPECT_EQ(first.trouble.code, errc::not_found);
    EXPECT_EQ(first.trouble.detail, "none.example: no such name");
    EXPECT_TRUE(first.found.empty());
    resolver.start("empty.example", second);
    ASSERT_TRUE(world.until([&] { return second.calls == 1; }));
    EXPECT_EQ(second.trouble.code, errc::not_found);
    resolver.start("throws.example", second);
    ASSERT_TRUE(world.until([&] { return second.calls == 2; }));
    EXPECT_EQ(second.trouble.code, errc::system_failure);
}

TEST_F(resolver_test, leaves_a_lookup_that_hangs_behind)
{
    auto other = std::make_unique<system_resolver>(world.shard,
                                                   [names = names](std::string const& host) { return (*names)(host); });
    other->start("one.example", first);
    ASSERT_TRUE(world.until([&] { return names->count() == 1; }));
    other.reset(); // would wait for ever if it waited
    names->answer();
    for (int i = 0; i < 10; ++i) world.step();
    EXPECT_EQ(first.calls, 0);
}

TEST(addresses_without_lookup, knows_literals_and_this_machine)
{
    EXPECT_EQ(*addresses_without_lookup("192.0.2.7"), std::vector{ip("192.0.2.7")});
    EXPECT_EQ(*addresses_without_lookup("2001:db8::7"), std::vector{ip("2001:db8::7")});
    for (auto const* name : {"localhost", "LocalHost.", "chat.localhost"})
        EXPECT_EQ(*addresses_without_lookup(name), (std::vector{ip("::1"), ip("127.0.0.1")})) << name;
    for (auto const* name : {"", ".", "example.com", "notlocalhost", "localhost.example", "127.1"})
        EXPECT_FALSE(addresses_without_lookup(name)) << name;
}

TEST(look_up, reads_addresses_as_getaddrinfo_does)
{
    EXPECT_EQ(look_up("192.0.2.7").addresses, std::vector{ip("192.0.2.7")});
    EXPECT_EQ(look_up("2001:db8::7").addresses, std::vector{ip("2001:db8::7")});
    auto const none = look_up(std::string(300, 'x')); // longer than a name can be: nobody is asked
    EXPECT_EQ(none.why.code, errc::not_found);
    EXPECT_TRUE(none.addresses.empty());
}

} // namespace
} // namespace partyline::net
