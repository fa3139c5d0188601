// What the nodes of a cluster say to each other, as values: the messages of the JavaScript family's ClusterAdapter
// (socket.io-adapter 2.5). How they are encoded and carried is for the adapter of a broker to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <partyline/adapter.hpp>
#include <partyline/args.hpp>

namespace partyline::adapters {

/// The first word of a node: others answer with a heartbeat.
struct initial_heartbeat
{};
struct heartbeat
{};
/// A node says goodbye: nobody waits for its answers any longer.
struct adapter_close
{};

/// `event` begins with its name. With a request id, acknowledgements are asked for.
struct broadcast_event
{
    broadcast_options options;
    args event;
    std::optional<std::string> request_id;
};
/// How many sockets of the answering node were asked.
struct broadcast_client_count
{
    std::string request_id;
    std::size_t clients = 0;
};
/// One acknowledgement of one socket.
struct broadcast_ack
{
    std::string request_id;
    args answer;
};

struct sockets_join
{
    broadcast_options options;
    std::vector<std::string> rooms;
};
struct sockets_leave
{
    broadcast_options options;
    std::vector<std::string> rooms;
};
struct disconnect_sockets
{
    broadcast_options options;
    bool close = false;
};

struct fetch_sockets
{
    broadcast_options options;
    std::string request_id;
};
struct fetch_sockets_response
{
    std::string request_id;
    std::vector<socket_description> sockets;
};

/// With a request id, an answer is asked for.
struct server_side_emit
{
    args event;
    std::optional<std::string> request_id;
};
struct server_side_emit_response
{
    std::string request_id;
    args answer;
};

/// In the order of their numbers on the wire, which begin at 1.
using cluster_body = std::variant<initial_heartbeat, heartbeat, broadcast_event, sockets_join, sockets_leave,
                                  disconnect_sockets, fetch_sockets, fetch_sockets_response, server_side_emit,
                                  server_side_emit_response, broadcast_client_count, broadcast_ack, adapter_close>;

struct cluster_message
{
    std::string uid; ///< of the sending node: 16 hexadecimal digits, or "emitter", which is no node
    std::string nsp;
    cluster_body body;
};

/// The number that stands for the kind of a message on the wire, 1 to 13.
[[nodiscard]] constexpr std::uint8_t wire_number(cluster_body const& body) noexcept
{
    return static_cast<std::uint8_t>(body.index() + 1);
}

} // namespace partyline::adapters
