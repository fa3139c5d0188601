#include "bots.hpp"

#include <array>
#include <atomic>

#include <partyline/client.hpp>

#include "pilot.hpp"
#include "words.hpp"

namespace arena {

namespace {

constexpr std::array names{"Vega",    "Rigel",    "Altair",  "Deneb",   "Mira",    "Castor",    "Pollux",  "Spica",
                           "Antares", "Capella",  "Sirius",  "Adhara",  "Shaula",  "Bellatrix", "Alnitak", "Mimosa",
                           "Hadar",   "Achernar", "Regulus", "Procyon", "Canopus", "Atria",     "Avior",   "Electra",
                           "Maia",    "Merope",   "Alcyone", "Polaris", "Thuban",  "Kochab"};

std::string name_of(std::size_t number)
{
    std::string name(names[number % names.size()]);
    return number < names.size() ? name : name + ' ' + std::to_string(number / names.size() + 1);
}

} // namespace

class bots::bot
{
public:
    bot(std::size_t number, std::string_view url, partyline::client_pool const& pool)
        : pilot_(static_cast<std::uint32_t>(number + 1)),
          line_(url, {.transports = {partyline::transport_kind::websocket}, .pool = pool})
    {
        line_.on_connect([this, name = name_of(number)] {
            line_.emit("play", name, true,
                       [this](partyline::result<ticket> given) { id_ = given ? given->id : ship_id{0}; });
        });
        line_.on_disconnect([this](partyline::client_disconnect_reason) { id_ = 0; });
        line_.on("see", [this](partyline::binary seen) { see(seen); });
        line_.connect();
    }

    /// When it completes, no handler runs any more.
    partyline::pending<void> close() { return line_.close(); }

    [[nodiscard]] bool plays() const { return id_ != 0; }
    [[nodiscard]] std::uint64_t snapshots() const { return snapshots_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    void see(partyline::binary const& bytes)
    {
        ++snapshots_;
        bytes_ += bytes.size();
        auto const seen = decode_snapshot(bytes.bytes());
        if (!seen || id_ == 0) return;
        auto const wanted = pilot_.decide(*seen, id_);
        if (!wanted || *wanted == last_) return;
        last_ = *wanted;
        auto const input = encode_input({++number_, *wanted});
        line_.volatile_().emit("fly", partyline::binary(std::span<std::byte const>(input)));
    }

    std::atomic<ship_id> id_{0};
    std::atomic<std::uint64_t> snapshots_{0}, bytes_{0};
    pilot pilot_;
    controls last_;
    std::uint8_t number_ = 0;
    partyline::client line_;
};

bots::bots(std::size_t count, std::string_view url)
{
    partyline::client_pool const one_thread;
    for (std::size_t i = 0; i < count; ++i) all_.push_back(std::make_unique<bot>(i, url, one_thread));
}

bots::~bots()
{
    std::vector<partyline::pending<void>> closing;
    for (auto const& each : all_) closing.push_back(each->close());
    for (auto& each : closing) std::move(each).get();
}

bots::totals bots::count() const
{
    totals sum;
    for (auto const& each : all_) {
        sum.playing += each->plays();
        sum.snapshots += each->snapshots();
        sum.bytes += each->bytes();
    }
    return sum;
}

} // namespace arena
