// A wire format of one's own: that of Socket.IO, each packet as one binary message with a checksum before it.
#include <cstdint>
#include <iostream>

#include <partyline/server.hpp>

using partyline::codec;
using partyline::errc;

/// FNV-1a, four bytes, the lowest first.
std::string checksum(std::string_view text)
{
    std::uint32_t sum = 2'166'136'261U;
    for (unsigned char const byte : text) sum = (sum ^ byte) * 16'777'619U;
    std::string four;
    for (int shift = 0; shift < 32; shift += 8) four += static_cast<char>(sum >> shift & 0xFF);
    return four;
}

/// Leaves the packets themselves to the library's codec. Attachments follow as they are.
class checked_codec final : public codec
{
public:
    explicit checked_codec(partyline::codec_limits const& limits) : inner_(partyline::json_codec()(limits)) {}

    partyline::writer& begin() override { return inner_->begin(); }
    partyline::result<partyline::payload> end() override { return inner_->end(); }
    partyline::reader& arguments() override { return inner_->arguments(); }

    partyline::encoded_packet seal(partyline::packet_header const& header, partyline::payload body,
                                   std::optional<std::string_view> offset) const override
    {
        auto packet = inner_->seal(header, std::move(body), offset);
        auto const text = std::string_view(packet.first.buffer).substr(packet.first.begin);
        std::string buffer(partyline::encoded_message::wire_head_room, '\0');
        auto const begin = buffer.size();
        buffer.append(checksum(text)).append(text);
        packet.first = {.buffer = std::move(buffer), .begin = begin, .is_binary = true};
        return packet;
    }

    partyline::result<std::optional<partyline::incoming_packet>>
    decode(bool is_binary, std::string_view data, std::unique_ptr<partyline::partial_packet>& partial) override
    {
        if (partial) return inner_->decode(is_binary, data, partial); // an attachment
        if (!is_binary || data.size() < 4 || data.substr(0, 4) != checksum(data.substr(4))) return errc::invalid_packet;
        return inner_->decode(false, data.substr(4), partial);
    }

private:
    std::unique_ptr<codec> inner_;
};

int main()
{
    partyline::server io{{.parser = [](auto const& limits) { return std::make_unique<checked_codec>(limits); }}};

    io.on("echo", [](partyline::args all) { return all; });
    io.on("tell", [&io](std::string text) { io.emit("told", text); });

    std::cout << "READY " << io.listen(0) << std::endl;
    io.run();
}
