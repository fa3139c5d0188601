"""What is measured: the load, who takes part, and the target, where the design names one.

A target is ours over Node's in server CPU per unit, unless `against` says otherwise: `threads`, several threads over one; `plain`,
the same without compression. Nothing here starts anything.
"""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    load: str                         # the scenario and options of sioload, without times
    group: str                        # the table it stands in
    unit: str = "message"
    target: float | None = None
    against: str = "node"
    absolute: float | None = None     # a target in the metric's own unit
    metric: str = "server_us_per_unit"
    environment: dict = field(default_factory=dict)
    threads: tuple = (1,)             # ours is measured with each of these numbers
    quick: bool = False
    kernel: str | None = None         # the calibration that is the kernel's share of it
    clients: int = 100
    without: tuple = ()               # peers for which it is too much
    client: dict | None = None        # what the clients under test are told; the server is ours then

    @property
    def descriptors(self):
        return self.clients * (2 if self.load.startswith("polling") else 1) + 100

    @property
    def plain_load(self):
        return self.load.replace(" --deflate", "")

    @property
    def needs_fresh_server(self):
        return self.group == "memory"


def exchange(name, title, options, **more):
    return Scenario(name, title, f"{options} --conns 100", "messages", **more)


def broadcast(clients, payload, window=1, **more):
    size = {64: "64 B", 1024: "1 KiB", 16384: "16 KiB"}[payload]
    kernel = {64: "fan_send_us", 1024: "fan_send_us_1k", 16384: "fan_send_us_16k"}[payload] if window == 1 else None
    more.setdefault("kernel", kernel)
    return Scenario(more.pop("name", f"broadcast-{clients}-{payload}-w{window}"),
                    more.pop("title", f"broadcast to {clients:,}, {size}, window {window}"),
                    f"broadcast --conns {clients} --payload {payload} --window {window}" + more.pop("options", ""),
                    more.pop("group", "broadcasts"), unit="delivery", clients=clients,
                    without=more.pop("without", ("python",) if clients > 1000 else ()), **more)


DEFLATE = {"DEFLATE": "1"}

ALL = [
    Scenario("connect", "connect: handshake and namespace", "connect --conns 2000", "messages", unit="connection", target=0.12,
             quick=True, clients=2000),
    exchange("echo-w1", "echo, window 1", "echo --window 1", target=0.36, quick=True),
    exchange("echo-w16", "echo, window 16", "echo --window 16", target=0.07, quick=True),
    exchange("echo-w16-1k", "echo, window 16, 1 KiB", "echo --window 16 --payload 1024"),
    exchange("ack-w16", "ack, window 16", "ack --window 16", target=0.07, quick=True),
    Scenario("polling", "polling: echo, window 1", "polling --window 1 --conns 100", "messages", target=0.28, quick=True),

    broadcast(100, 64),
    broadcast(100, 64, 4),
    broadcast(100, 16384),
    broadcast(1000, 64, target=0.42, quick=True),
    broadcast(1000, 64, 4, target=0.14, quick=True, kernel="joined_4"),
    broadcast(1000, 1024, quick=True),
    broadcast(1000, 16384),
    broadcast(5000, 1024, target=0.44, quick=True),
    broadcast(10000, 64),

    broadcast(1000, 1024, name="deflated-1000-1024-w1", title="deflated broadcast to 1,000, 1 KiB, window 1", options=" --deflate",
              environment=DEFLATE, target=1.2, against="plain", quick=True, kernel=None),
    broadcast(1000, 1024, 4, name="deflated-1000-1024-w4", title="deflated broadcast to 1,000, 1 KiB, window 4",
              options=" --deflate", environment=DEFLATE),
    broadcast(1000, 16384, name="deflated-1000-16384-w1", title="deflated broadcast to 1,000, 16 KiB, window 1",
              options=" --deflate", environment=DEFLATE, kernel=None),

    broadcast(1000, 64, name="rooms-100", title="100 rooms of 10, a sender in each", options=" --event room --rooms 100", kernel=None),
    broadcast(1000, 64, name="rooms-1", title="one room of 1,000", options=" --event room"),
    broadcast(1000, 64, name="others", title="everybody but the sender, 1,000", options=" --event others"),

    Scenario("latency-echo-2000", "echo, 2,000 messages a second", "echo --conns 100 --rate 2000", "latency", metric="p50"),
    Scenario("latency-echo-10000", "echo, 10,000 messages a second", "echo --conns 100 --rate 10000", "latency", metric="p50",
             quick=True, without=("python",)),
    Scenario("latency-broadcast-1000", "broadcast to 1,000, 20 a second", "broadcast --conns 1000 --rate 20", "latency",
             metric="p50", clients=1000, unit="delivery"),

    Scenario("idle", "bytes of memory for each idle client", "idle --conns 5000 --hold 2", "memory", unit="client",
             metric="pss_bytes_per_conn", absolute=1024, quick=True, clients=5000, without=("python",)),

    Scenario("client-echo-w1", "echo, 100 clients, window 1", "", "clients", metric="client_us_per_unit",
             client={"CLIENTS": "100", "WINDOW": "1"}),
    Scenario("client-echo-w16", "echo, 100 clients, window 16", "", "clients", metric="client_us_per_unit",
             client={"CLIENTS": "100", "WINDOW": "16"}),

    exchange("threads-echo-w16", "echo, window 16, two threads over one", "echo --window 16", threads=(1, 2), target=1.1,
             against="threads", quick=True),
    broadcast(1000, 64, 4, name="threads-broadcast-1000", title="broadcast to 1,000, window 4, two threads over one",
              threads=(1, 2), target=1.1, against="threads", kernel=None),
]
