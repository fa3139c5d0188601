// echo and ack: N clients, each with a window of messages under way; every reply is checked, by length and bytes.
#include <algorithm>
#include <cstring>
#include <utility>

#include "load/scenario.hpp"
#include "load/websocket_share.hpp"
#include "load/wire.hpp"

namespace sioload {

namespace {

constexpr std::uint32_t first_ack = 100; // all ids have three digits, so that all frames have one size

/// Theory of operation: a template holds a whole window of masked frames, so that k messages leave in one send. When each message left
/// stands in a ring per client: replies come in order.
class exchange final : public scenario
{
public:
    explicit exchange(websocket_share& home)
        : scenario(home),
          acks_(home.options().kind == scenario_kind::ack),
          window_(home.options().window),
          ring_(home.options().rate > 0 ? 256 : window_)
    {
        auto const payload = text_of_length(home.options().payload);
        auto const text = [&](std::uint32_t i) {
            return acks_ ? "42" + std::to_string(first_ack + i) + "[\"ack\",\"" + payload + "\"]"
                         : "42[\"echo\",\"" + payload + "\"]";
        };
        expected_ = acks_ ? "[\"" + payload + "\"]" : text(0);
        frame_ = masked_frame(text(0)).size();
        period_ = acks_ ? window_ : 1;
        batch_ = std::max(1U, std::min(window_, static_cast<std::uint32_t>((1U << 20) / frame_)));
        for (std::uint32_t i = 0; i < (acks_ ? period_ + batch_ : batch_); ++i)
            frames_ += masked_frame(text(i % period_));
        stamps_.resize(home.all().size() * ring_);
        for (std::size_t i = 0; i < home.all().size(); ++i) home.all()[i].stamps = &stamps_[i * ring_];
    }

    void on_event(connection& c, arrival const& part, nanoseconds) override
    {
        if (!acks_) count(c, part, part.data);
    }
    void on_ack(connection& c, arrival const& part, nanoseconds) override
    {
        if (!acks_) return;
        char const* at = part.data + 2;
        std::uint32_t id = 0;
        for (; at < part.data + part.here && *at >= '0' && *at <= '9'; ++at)
            id = id * 10 + static_cast<std::uint32_t>(*at - '0');
        if (id != first_ack + c.next_ack % period_) ++home().counted().reordered;
        ++c.next_ack;
        count(c, part, at);
    }
    void on_rest(connection& c, nanoseconds) override { ++c.arrived; }
    void on_read(connection& c, nanoseconds when) override
    {
        auto& counted = home().counted();
        auto replies = std::exchange(c.arrived, 0);
        counted.received += replies;
        if (replies > c.under_way) {
            counted.bad += replies - c.under_way;
            replies = c.under_way;
        }
        bool const measured = home().measured(when);
        for (std::uint32_t i = 0; i < replies; ++i) {
            auto const left = c.stamps[c.read_at++ % ring_];
            if (measured) counted.latency.add(when > left ? when - left : 0);
        }
        if (measured) counted.messages += replies;
        c.under_way -= replies;
        if (!home().running() || home().options().rate > 0) return;
        if (!home().options().burst)
            ask(c, replies, when);
        else if (c.under_way == 0)
            ask(c, window_, when);
    }
    void begin() override
    {
        if (home().options().rate > 0) return;
        for (auto& c : home().all())
            if (c.at == step::up) ask(c, window_, now());
    }
    nanoseconds pace(nanoseconds when) override
    {
        if (step_ == 0) {
            step_ = from_seconds(home().options().threads / home().options().rate);
            due_ = when + step_;
        }
        for (; due_ <= when; due_ += step_) {
            auto& c = home().all()[turn_++ % home().all().size()];
            if (c.at != step::up) continue;
            if (c.under_way >= ring_)
                ++home().counted().overrun;
            else
                ask(c, 1, due_); // when it was meant to leave: a load that is late does not hide what it waited
        }
        return due_;
    }

private:
    void count(connection& c, arrival const& part, char const* text)
    {
        auto const before = static_cast<std::size_t>(text - part.data);
        if (part.size - before != expected_.size() ||
            std::memcmp(text, expected_.data(), std::min(expected_.size(), part.here - before)) != 0)
            ++home().counted().bad;
        if (part.here < part.size)
            c.kind = rest::reply;
        else
            ++c.arrived;
    }
    void ask(connection& c, std::uint32_t count, nanoseconds when)
    {
        while (count != 0) {
            auto const some = std::min(count, batch_);
            auto const from = acks_ ? c.write_at % period_ * frame_ : 0;
            for (std::uint32_t i = 0; i < some; ++i) c.stamps[c.write_at++ % ring_] = when;
            home().send(c, std::string_view(frames_).substr(from, some * frame_));
            c.under_way += some;
            home().counted().sent += some;
            count -= some;
        }
    }

    bool const acks_;
    std::uint32_t const window_;
    std::uint32_t const ring_;
    std::uint32_t period_ = 1;
    std::uint32_t batch_ = 1;
    std::size_t frame_ = 0;
    std::string frames_;
    std::string expected_;
    std::vector<nanoseconds> stamps_;
    nanoseconds step_ = 0;
    nanoseconds due_ = 0;
    std::uint64_t turn_ = 0;
};

} // namespace

std::unique_ptr<scenario> make_exchange(websocket_share& home) { return std::make_unique<exchange>(home); }

} // namespace sioload
