// broadcast, room, others, and broadcasts past slow readers: one sender or several, everybody else listens. The stamp within the payload
// tells how long each copy was under way, and whose it is.
#include <algorithm>
#include <cstring>
#include <utility>

#include "load/scenario.hpp"
#include "load/websocket_share.hpp"
#include "load/wire.hpp"

namespace sioload {

namespace {

constexpr std::size_t stamp_digits = 16; // nanoseconds
constexpr std::size_t id_digits = 4;

/// Theory of operation: payloads begin with a stamp and the sender's number, written into masked templates before each send. The next
/// message leaves when the sender has heard its own (`others`: when the client after it has).
class broadcasting final : public scenario
{
public:
    explicit broadcasting(websocket_share& home)
        : scenario(home), options_(home.options()), others_(options_.event == "others")
    {
        auto payload = text_of_length(std::max<std::size_t>(options_.payload, stamp_digits + id_digits));
        std::memset(payload.data(), '0', stamp_digits + id_digits);
        std::string head = "42[\"" + options_.event + "\",\"";
        expected_ = head;
        expected_size_ = head.size() + payload.size() + 2;
        if (options_.event == "room") {
            room_at_ = head.size();
            head += (options_.rooms == 1 ? options_.room : room_name(options_, 0)) + "\",\"";
        }
        auto const text = head + payload + "\"]";
        auto const frame = masked_frame(text);
        frame_ = frame.size();
        before_text_ = frame.size() - text.size();
        stamp_at_ = head.size();
        batch_ = std::max(1U, std::min(options_.window, static_cast<std::uint32_t>((4U << 20) / frame_)));
        for (std::uint32_t i = 0; i < batch_; ++i) frames_ += frame;
        senders_ = home.first_share() ? std::min(options_.senders, static_cast<std::uint32_t>(home.all().size())) : 0;
    }

    void on_event(connection& c, arrival const& part, nanoseconds when) override
    {
        if (part.size != expected_size_ || std::memcmp(part.data, expected_.data(), expected_.size()) != 0) {
            ++home().counted().bad;
            return;
        }
        char const* const stamp = part.data + expected_.size();
        c.stamp = read_eight_digits(stamp) * 100'000'000U + read_eight_digits(stamp + 8);
        std::uint32_t from = 0;
        for (std::size_t i = 0; i < id_digits; ++i)
            from = from * 10 + static_cast<std::uint32_t>(stamp[stamp_digits + i] - '0');
        c.own = home().first_share() && c.id == (others_ ? from + 1 : from);
        c.kind = rest::delivery;
        if (part.here == part.size) on_rest(c, when);
    }
    void on_rest(connection& c, nanoseconds when) override
    {
        auto& counted = home().counted();
        ++counted.received;
        bool const measured = home().measured(when);
        if (measured) {
            ++counted.messages;
            counted.latency.add(when > c.stamp ? when - c.stamp : 0);
        }
        if (!c.own) return;
        if (measured) ++counted.own_copies;
        ++c.arrived;
    }
    void on_read(connection& c, nanoseconds when) override
    {
        auto const heard = std::exchange(c.arrived, 0);
        if (home().running() && options_.rate <= 0) say(others_ ? home().all()[c.id - 1] : c, heard, when);
    }
    void begin() override
    {
        for (std::uint32_t i = 0; i < senders_ && options_.rate <= 0; ++i)
            if (home().all()[i].at == step::up) say(home().all()[i], options_.window, now());
    }
    nanoseconds pace(nanoseconds when) override
    {
        if (senders_ == 0) return 0;
        if (step_ == 0) {
            step_ = from_seconds(1 / options_.rate);
            due_ = when + step_;
        }
        for (; due_ <= when; due_ += step_) {
            auto& c = home().all()[turn_++ % senders_];
            if (c.at == step::up) say(c, 1, due_);
        }
        return due_;
    }

private:
    void say(connection& c, std::uint32_t count, nanoseconds when)
    {
        while (count != 0) {
            auto const some = std::min(count, batch_);
            for (std::uint32_t i = 0; i < some; ++i) {
                char* const text = frames_.data() + i * frame_ + before_text_;
                write_masked_digits(text + stamp_at_, when, stamp_digits, stamp_at_);
                write_masked_digits(text + stamp_at_ + stamp_digits, c.id, id_digits, stamp_at_ + stamp_digits);
                if (options_.rooms > 1) {
                    auto const digits = room_at_ + options_.room.size();
                    write_masked_digits(text + digits, c.id % options_.rooms, id_digits, digits);
                }
            }
            home().send(c, std::string_view(frames_).substr(0, some * frame_));
            home().counted().sent += some;
            count -= some;
        }
    }

    load_options const& options_;
    bool const others_;
    std::uint32_t senders_ = 0;
    std::uint32_t batch_ = 1;
    std::size_t frame_ = 0;
    std::size_t before_text_ = 0; // within a frame: header and mask
    std::size_t stamp_at_ = 0;    // within the text
    std::size_t room_at_ = 0;
    std::size_t expected_size_ = 0;
    std::string expected_;
    std::string frames_;
    nanoseconds step_ = 0;
    nanoseconds due_ = 0;
    std::uint64_t turn_ = 0;
};

} // namespace

std::string room_name(load_options const& options, std::uint32_t number)
{
    auto const digits = std::to_string(number);
    return options.room + std::string(id_digits - digits.size(), '0') + digits;
}

std::unique_ptr<scenario> make_broadcast(websocket_share& home) { return std::make_unique<broadcasting>(home); }

std::unique_ptr<scenario> make_scenario(websocket_share& home)
{
    if (home.options().exchanges()) return make_exchange(home);
    if (home.options().fans_out()) return make_broadcast(home);
    return std::make_unique<scenario>(home);
}

} // namespace sioload
