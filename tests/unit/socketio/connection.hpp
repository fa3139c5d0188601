// A connection as the codec tests need it: what arrives is decoded, what a connection would remember is kept, and
// packets are copied out into something that can be compared and printed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partyline/codec.hpp>
#include <partyline/value.hpp>

#include <gtest/gtest.h>

namespace partyline::socketio {

struct received
{
    packet_type type{};
    std::string nsp;
    std::optional<std::uint64_t> id;
    std::string event;
    bool name_too_long = false;
    std::vector<value> arguments;
    std::string text; // of the arguments, unparsed
};

class connection
{
public:
    explicit connection(codec_factory const& make, codec_limits const& limits = {}) : codec_(make(limits)) {}

    /// The packet; nothing if attachments are to come; or why the connection has to be closed.
    result<std::optional<received>> receive(std::string_view data, bool is_binary = false)
    {
        // exactly sized, so that the sanitizer sees a reader go beyond the 64 bytes it is promised
        padded_.assign(data.begin(), data.end());
        padded_.resize(data.size() + 64);
        auto const packet = codec_->decode(is_binary, {padded_.data(), data.size()}, partial);
        if (!packet) return packet.error();
        if (!*packet) return std::optional<received>{};
        return std::optional(copy(**packet));
    }
    /// The packet of one message.
    received packet(std::string_view data, bool is_binary = false)
    {
        auto answer = receive(data, is_binary);
        if (!answer || !*answer) {
            ADD_FAILURE() << data << ": " << (answer ? "incomplete" : describe(answer.error()));
            return {};
        }
        return std::move(**answer);
    }
    errc refusal(std::string_view data, bool is_binary = false)
    {
        auto const answer = receive(data, is_binary);
        if (!answer) return answer.error();
        ADD_FAILURE() << data << " was accepted";
        return {};
    }

    partyline::codec& codec() { return *codec_; }

    std::unique_ptr<partial_packet> partial;

private:
    received copy(incoming_packet const& packet)
    {
        received out{packet.type,
                     std::string(packet.nsp),
                     packet.id,
                     std::string(packet.event),
                     packet.name_too_long,
                     packet.arguments.borrow().values(),
                     std::string(packet.arguments.text)};
        EXPECT_EQ(out.arguments.size(), packet.arguments.count);
        // the cursor says the same, as often as one asks
        for (int times = 0; times < 2; ++times) {
            auto& cursor = codec_->arguments();
            for (auto const& argument : out.arguments) {
                value read;
                if (!cursor.next_element() || !decode(cursor, read)) {
                    ADD_FAILURE() << "the cursor ends early";
                    break;
                }
                EXPECT_EQ(read, argument);
            }
            EXPECT_FALSE(cursor.next_element());
        }
        return out;
    }

    std::unique_ptr<partyline::codec> codec_;
    std::vector<char> padded_;
};

/// Encodes one value, which stands for a payload.
inline payload encoded(codec& codec, value const& content)
{
    encode(codec.begin(), content);
    auto done = codec.end();
    EXPECT_TRUE(done);
    return done ? std::move(*done) : payload{};
}

inline std::string_view content(encoded_packet const& packet)
{
    return std::string_view(packet.first.buffer).substr(packet.first.begin);
}

inline binary bytes(std::string_view text) { return binary::from_text(text); }

} // namespace partyline::socketio
