// What arrives across breaks of the line: a connection against a small server that keeps what it was told, while the line is
// cut at random moments. With `retries` everything arrives at least once and in order; without, at most once, and everybody
// who waits is told; with recovery each event of the server arrives exactly once.
#include "unit/client/connection_world.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partyline::testing {
namespace {

using ::testing::IsEmpty;

std::vector<int> numbers_up_to(int count)
{
    std::vector<int> out;
    for (int number = 0; number < count; ++number) out.push_back(number);
    return out;
}

/// Joins whoever comes, acknowledges, remembers its events by their offset, and cuts the line whenever it likes.
class unsteady_server
{
public:
    unsteady_server(connection_world& world, unsigned seed) : world_(world), random_(seed) {}

    /// Something happens, or nothing.
    void turn()
    {
        read();
        if (joined_) world_.ws("2"); // or the client's watchdog gives the line up
        if (!joined_) {
            if (opens_) {
                opens_ = false;
                one_in(4) ? cut() : accept();
            } else if (wants_to_join_) {
                one_in(4) ? cut() : join();
            }
        } else if (one_in(8)) {
            cut();
        } else {
            if (!answers_.empty() && !one_in(3)) {
                world_.ws("43" + answers_.front() + "[]");
                if (!answers_.empty()) answers_.erase(answers_.begin());
            }
            if (random_() % 2 == 0) emit();
        }
        read();
        world_.after(std::chrono::milliseconds(random_() % 1500));
        read();
    }
    void be_steady() { steady_ = true; }

    std::vector<int> heard;  // what the client sent, as it came
    int emitted = 0;         // how many events were emitted
    std::vector<int> events; // what the client's user was told
    std::vector<std::uint64_t> answered, unanswered;
    int recoveries = 0;

private:
    [[nodiscard]] bool one_in(unsigned count) { return !steady_ && random_() % count == 0; }

    void accept() { world_.accept(); }
    void join()
    {
        wants_to_join_ = false;
        if (offset_) {
            // an unlucky line breaks between the missed events and the reply
            for (int number = *offset_ + 1; number < emitted; ++number) send(number);
            if (one_in(4)) return cut();
            ++recoveries;
        }
        joined_ = true;
        world_.ws(R"(40{"sid":"abc","pid":"p"})");
        if (!offset_) emit(); // there is an offset from now on
    }
    void emit() { send(emitted++); }
    void send(int number)
    {
        auto const text = std::to_string(number);
        world_.ws("42[\"n\"," + text + ",\"o" + text + "\"]");
    }
    void cut()
    {
        joined_ = wants_to_join_ = opens_ = false;
        answers_.clear();
        world_.lose();
    }

    // The client's lines: what it asks for, what it sends, and what its user is told.
    void read()
    {
        for (auto const& line : world_.seen()) {
            if (line.starts_with("open link")) {
                opens_ = true;
            } else if (line.starts_with("wire: 40")) {
                wants_to_join_ = true;
                auto const at = line.find("\"offset\":\"o");
                offset_ = at == line.npos ? std::nullopt : std::optional(std::stoi(line.substr(at + 11)));
            } else if (line.starts_with("wire: 42")) {
                auto const bracket = line.find('[');
                heard.push_back(std::stoi(line.substr(line.find(',', bracket) + 1)));
                if (bracket > 8) answers_.push_back(line.substr(8, bracket - 8));
            } else if (line.starts_with("event /: n ")) {
                events.push_back(std::stoi(line.substr(11)));
            } else if (line.starts_with("ack ")) {
                answered.push_back(std::stoull(line.substr(4)));
            } else if (line.starts_with("no ack ")) {
                unanswered.push_back(std::stoull(line.substr(7)));
            }
        }
    }

    connection_world& world_;
    std::minstd_rand random_;
    std::vector<std::string> answers_; // ids that are still to be acknowledged
    std::optional<int> offset_;
    bool opens_ = false;
    bool wants_to_join_ = false;
    bool joined_ = false;
    bool steady_ = false;
};

/// `count` numbered events leave while the server is unsteady; then it calms down.
void run(connection_world& world, unsteady_server& server, unsigned seed, int count)
{
    std::minstd_rand random(seed * 31 + 7);
    for (int number = 0; number < count;) {
        for (auto burst = random() % 3; burst > 0 && number < count; --burst, ++number)
            world.emit("m", {number}, {.token = static_cast<std::uint64_t>(number)});
        server.turn();
    }
    server.be_steady();
    for (int turn = 0; turn < 200; ++turn) server.turn();
}

TEST(client_delivery, with_retries_everything_arrives_at_least_once_and_in_order)
{
    int repeated = 0;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        connection_world world;
        unsteady_server server(world, seed);
        world.connect("/", {.retries = 1'000'000, .ack_timeout = 3s});
        run(world, server, seed, 40);

        auto heard = server.heard;
        EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
        repeated += static_cast<int>(heard.size()) - 40;
        heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
        EXPECT_EQ(heard, numbers_up_to(40));
        EXPECT_EQ(server.answered.size(), 40U);
        EXPECT_TRUE(std::is_sorted(server.answered.begin(), server.answered.end()));
        EXPECT_THAT(server.unanswered, IsEmpty());
        EXPECT_EQ(world.nsp().queued_for_retry(), 0U);
    }
    EXPECT_GT(repeated, 0) << "the line was never cut at a bad moment";
}

TEST(client_delivery, without_retries_everything_arrives_at_most_once_and_who_waits_is_told_once)
{
    std::size_t lost = 0;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        connection_world world;
        unsteady_server server(world, seed);
        world.connect();
        run(world, server, seed, 40);

        EXPECT_EQ(server.heard, numbers_up_to(40)) << "the wire takes all; what is lost is the answer";
        auto told = server.answered;
        told.insert(told.end(), server.unanswered.begin(), server.unanswered.end());
        std::sort(told.begin(), told.end());
        EXPECT_EQ(told.size(), 40U);
        EXPECT_EQ(std::unique(told.begin(), told.end()), told.end());
        lost += server.unanswered.size();
        EXPECT_EQ(world.nsp().pending_acks(), 0U);
        EXPECT_EQ(world.nsp().buffered_packets(), 0U);
    }
    EXPECT_GT(lost, 0U) << "the line was never cut at a bad moment";
}

TEST(client_delivery, with_recovery_each_event_of_the_server_arrives_exactly_once)
{
    int recoveries = 0;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        connection_world world;
        unsteady_server server(world, seed);
        world.connect();
        run(world, server, seed, 40);
        EXPECT_GT(server.emitted, 20);
        EXPECT_EQ(server.events, numbers_up_to(server.emitted));
        recoveries += server.recoveries;
    }
    EXPECT_GT(recoveries, 50);
}

} // namespace
} // namespace partyline::testing
