"""./bench --scale: as many clients as one process may have, and a hundred thousand on several that share a port. Writes the page.

One process is measured with the descriptors that it is allowed, several with as many processes as the clients need. All are real
WebSocket clients over loopback, both ends on this machine. What is measured is extrapolated on the same page: docs/design/million.md
says what it means.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import machine
import servers

MOST_PROCESSES = 64
SPARE = 200  # descriptors of a process that are no client's
CLIENT_BYTES = 24 * 1024  # what a client costs this machine at most, both ends and the kernel together
SIOLOAD = servers.RELEASE / "sioload"


def arguments():
    line = argparse.ArgumentParser(prog="./bench --scale", description="Idle clients, as many as one process may have and many on several; "
                                                                       "deliveries to ever more receivers; what follows for a million.")
    line.add_argument("--clients", type=int, metavar="N", help="one idle test with so many clients, and nothing else")
    line.add_argument("--processes", type=int, metavar="P", help="servers that share the port (default: what the descriptors allow)")
    line.add_argument("--hold", type=float, default=60, metavar="S", help="seconds they are idle (60)")
    line.add_argument("--ping", type=int, default=25_000, metavar="MS", help="interval of heartbeats (25000)")
    line.add_argument("--out", type=Path, metavar="FILE", help="the page (docs/performance/scale.md; with --clients none)")
    given = line.parse_args()
    if given.clients is not None and not 1 <= given.clients <= 1_000_000 or given.hold < 0 or given.ping < 100:
        line.error("--clients: 1 to 1,000,000; --hold: 0 or more; --ping: 100 or more")
    return given


class TooSmall(Exception):
    """This machine does not allow it; says what to do."""


# --- what the machine allows ------------------------------------------------------------------------------------------------------------

def number_in(path, position=0):
    try:
        return int(Path(path).read_text().split()[position])
    except (OSError, ValueError, IndexError):
        return None


def descriptors_of_each(clients, processes):
    each = math.ceil(clients / processes)
    # the kernel spreads connections by a hash, not evenly
    return each + (0 if processes == 1 else math.ceil(5 * math.sqrt(each))) + SPARE


def enough_processes(clients, descriptors):
    return next((n for n in range(1, MOST_PROCESSES) if descriptors_of_each(clients, n) <= descriptors), MOST_PROCESSES)


def demand(clients, processes, descriptors):
    wanted = descriptors_of_each(clients, processes)
    if wanted > descriptors:
        raise TooSmall(f"{wanted:,} descriptors are needed in each of {processes} server processes, the limit is {descriptors:,}: "
                       f"raise it (ulimit -n, LimitNOFILE=), or take more --processes")
    files = number_in("/proc/sys/fs/file-max")
    if files is not None and files < 2 * clients + 10_000:
        raise TooSmall(f"{2 * clients + 10_000:,} open files are needed on this machine: sysctl fs.file-max is {files:,}")
    memory = int(machine.first_value("/proc/meminfo", "MemAvailable").split()[0]) * 1024
    if memory < clients * CLIENT_BYTES:
        raise TooSmall(f"{clients * CLIENT_BYTES >> 20:,} MiB of memory are needed for both ends, {memory >> 20:,} MiB are available")
    tracked = number_in("/proc/sys/net/netfilter/nf_conntrack_max")
    used = number_in("/proc/sys/net/netfilter/nf_conntrack_count") or 0
    if tracked is not None and used > 0 and tracked - used < clients:
        raise TooSmall(f"the firewall tracks {tracked:,} connections at most, {used:,} are in use: sysctl net.netfilter.nf_conntrack_max")


def ports_of_a_pair():
    """Connections that two addresses may have with each other, to one port."""
    low, high = (number_in("/proc/sys/net/ipv4/ip_local_port_range", i) or fallback for i, fallback in ((0, 32_768), (1, 60_999)))
    return int((high - low) * 0.9)


# --- one idle test ----------------------------------------------------------------------------------------------------------------------

def field(text, name):
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(name)), 0)


def proportional_bytes(pids):
    return sum(field(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss:") for pid in pids) * 1024


def cpu_seconds(pids):
    """Of all threads, by the scheduler's account."""
    return sum(int(task.joinpath("schedstat").read_text().split()[0]) for pid in pids for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def sample(pids):
    memory = Path("/proc/meminfo").read_text()
    tcp = next(line.split() for line in Path("/proc/net/sockstat").read_text().splitlines() if line.startswith("TCP:"))
    return {"when": time.monotonic(), "pss": proportional_bytes(pids), "cpu": cpu_seconds(pids), "slab": field(memory, "Slab:") * 1024,
            "sockets": int(tcp[tcp.index("mem") + 1]) * os.sysconf("SC_PAGE_SIZE")}


class Load:
    """A part of the clients, on an address of its own."""

    def __init__(self, host, port, clients, hold):
        self.process = subprocess.Popen(
            [SIOLOAD, "idle", "--host", host, "--port", str(port), "--conns", str(clients), "--concurrency", "128", "--until-eof",
             "--hold", str(hold), "--connect-timeout", "600"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_until_up(self):
        if not (said := self.process.stderr.readline()).endswith("up\n"):
            raise RuntimeError(f"sioload: {said or 'it ended'}")

    def report(self):
        self.process.stdin.close()
        text = self.process.stdout.read()
        self.process.wait(60)
        return json.loads(text)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def sioload(*words):
    done = subprocess.run([SIOLOAD, *map(str, words)], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"sioload {' '.join(map(str, words))}: {done.stdout or done.stderr}")
    return json.loads(done.stdout)


def parts_of(total, count):
    return [total // count + (i < total % count) for i in range(count)]


def idle(clients, processes, hold, ping, descriptors):
    """Everything that is known of `clients` that are there and say nothing."""
    processes = processes or enough_processes(clients, descriptors)
    demand(clients, processes, descriptors)
    parts = parts_of(clients, max(1, math.ceil(clients / min(ports_of_a_pair(), descriptors - SPARE))))
    hosts = [f"127.0.0.{i + 1}" for i in range(len(parts))]
    print(f"scale: {clients:,} clients on {processes} server {'process' if processes == 1 else 'processes'}", file=sys.stderr)
    started, loads = [], []
    cores = sorted(os.sched_getaffinity(0))
    try:
        environment = {"HOSTS": ",".join(hosts), "REUSE_PORT": "1" if processes > 1 else "0", "PING_INTERVAL_MS": str(ping)}
        started.append(servers.ours().start(cores, environment))
        while len(started) < processes:
            started.append(servers.ours().start(cores, {**environment, "PORT": str(started[0].port)}))
        pids = [each.pid for each in started]
        before = sample(pids)
        loads += [Load(host, started[0].port, part, hold + 600) for host, part in zip(hosts, parts)]
        for each in loads:
            each.wait_until_up()
        connected = sample(pids)
        spread = [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]
        time.sleep(hold)
        held = sample(pids)
        reports = [each.report() for each in loads]
    finally:
        for each in loads:
            each.stop()
        for each in started:
            each.stop()
    up, alive, pings = (int(sum(each[name] for each in reports)) for name in ("up", "alive", "pings"))
    connect_seconds = max(each["connect_s"] for each in reports)
    minutes = (held["when"] - connected["when"]) / 60
    # both ends of a connection are this machine's, and cost the kernel the same
    kernel = (max(0, held["slab"] - before["slab"]) + max(0, held["sockets"] - before["sockets"])) / 2
    return {
        "clients": clients, "processes": processes, "up": up, "alive": alive, "pings": pings,
        "rounds": (held["when"] - connected["when"]) / (ping / 1000), "ping_ms": ping,
        "fewest": min(spread), "most": max(spread), "connect_s": connect_seconds, "connects_per_s": up / connect_seconds,
        "connect_cpu_us": (connected["cpu"] - before["cpu"]) / clients * 1e6,
        "own_bytes": (held["pss"] - before["pss"]) / clients, "kernel_bytes": kernel / clients,
        "empty_bytes": before["pss"] / processes,
        "idle_cpu_s_per_minute": (held["cpu"] - connected["cpu"]) / minutes if minutes else 0,
        "sockets_kib": held["sockets"] >> 10,
        "all_there": up == alive == clients and pings >= clients * math.floor(hold * 1000 / ping),
    }


def deliveries(receivers, descriptors):
    """A broadcast to so many, four under way; and what four joined sends to as many bare sockets cost, where one process may have both ends."""
    demand(receivers, 1, descriptors)
    server = servers.ours().start(sorted(os.sched_getaffinity(0)), {})
    try:
        report = sioload("broadcast", "--port", server.port, "--pid", server.pid, "--conns", receivers, "--concurrency", 128,
                         "--window", 4, "--duration", 3, "--warmup", 1, "--connect-timeout", 120)
    finally:
        server.stop()
    bare = None
    if 1_000 <= receivers and 2 * receivers + SPARE <= descriptors:
        bare = sioload("calibrate", "--conns", receivers)["fan_send_us_joined_4"] / 4
    share = report["server_user_s"] / max(0.01, report["server_user_s"] + report["server_sys_s"])
    return {"receivers": receivers, "us": report["server_us_per_unit"], "own_us": report["server_us_per_unit"] * share, "bare_us": bare,
            "foreign": report["foreign_cpu"]}


# --- the page ---------------------------------------------------------------------------------------------------------------------------

def table(head, rows):
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {' | '.join(row)} |" for row in rows), ""]


IDLE_ROWS = (
    ("clients", lambda r: f"{r['clients']:,}"),
    ("server processes", lambda r: f"{r['processes']}"),
    ("descriptors in the fullest and the emptiest of them", lambda r: f"{r['most']:,}, {r['fewest']:,}"),
    ("seconds until all were connected", lambda r: f"{r['connect_s']:.1f}"),
    ("server CPU for one of them to connect, µs", lambda r: f"{r['connect_cpu_us']:.0f}"),
    ("bytes of the server processes for each client (proportional set size)", lambda r: f"{r['own_bytes']:,.0f}"),
    ("bytes of the kernel for each client, one end (slab and socket memory)", lambda r: f"{r['kernel_bytes']:,.0f}"),
    ("socket memory of all, KiB", lambda r: f"{r['sockets_kib']:,}"),
    ("an empty server process, MiB", lambda r: f"{r['empty_bytes'] / (1 << 20):.1f}"),
    ("server CPU of an idle minute, seconds", lambda r: f"{r['idle_cpu_s_per_minute']:.2f}" if r["rounds"] >= 1 else "–"),
    ("the same for a client, µs", lambda r: f"{r['idle_cpu_s_per_minute'] / r['clients'] * 1e6:.1f}" if r["rounds"] >= 1 else "–"),
    ("rounds of heartbeats", lambda r: f"{r['rounds']:.1f}, every {r['ping_ms'] / 1000:g} s"),
    ("clients that were there at the end", lambda r: f"{r['alive']:,}" + (", all" if r["all_there"] else " **not all**")),
)


def told(result):
    return [f"{name}: {value(result)}" for name, value in IDLE_ROWS]


def plan(of, delivery_us):
    """What N clients take, by the figures of one test."""
    minute = of["idle_cpu_s_per_minute"] / of["clients"]
    share = of["clients"] / of["processes"]

    def column(clients):
        memory = clients * (of["own_bytes"] + of["kernel_bytes"])
        return [f"{clients:,}", f"{clients * of['own_bytes'] / (1 << 30):.1f} GiB", f"{clients * of['kernel_bytes'] / (1 << 30):.1f} GiB",
                f"{memory / (1 << 30):.1f} GiB", f"{clients / of['ping_ms'] * 1000:,.0f}", f"{clients * minute / 60:.2f}",
                f"{clients * of['connect_cpu_us'] / 1e6:,.0f} s", f"{clients * delivery_us / 1e6:.1f} s", f"{math.ceil(clients / share):,}"]

    names = ["clients", "memory of the servers", "memory of the kernel", "both", "heartbeats a second, each a message out and one in",
             "cores that these keep busy", "CPU until all have connected", "CPU of one small broadcast to all",
             f"processes of {share:,.0f} clients each, as in the test; with a larger limit of descriptors one for each core"]
    columns = [column(clients) for clients in (1_000_000, 10_000_000)]
    return table([names[0], *(each[0] for each in columns)], [[name, *(each[i] for each in columns)] for i, name in enumerate(names) if i])


def page(tests, broadcasts, command, seconds):
    lines = ["# Scale", "", f"Written by `{command}`; do not edit. Every figure is of one run on one machine, both ends on it.",
             "What it takes to have a million clients, and what of that is measured: [the plan](../design/million.md).", "",
             "## Idle clients", "", "WebSocket, joined to the main namespace, silent but for their heartbeats.", ""]
    lines += table(["", *(f"{'one process' if each['processes'] == 1 else 'several processes'}, {each['clients']:,}" for each in tests)],
                   [[name, *(value(each) for each in tests)] for name, value in IDLE_ROWS])
    lines += ["## Deliveries", "", "Server CPU for each delivery of a broadcast of 64 B, four under way, one process with one thread. The kernel's "
              "part grows where the sockets no longer fit the caches; the bare sends show it without any server.", ""]
    lines += table(["receivers", "µs for each delivery", "of these not within the kernel", "a fourth of a bare `send` of four, to as many sockets",
                    "CPU of others meanwhile, cores"],
                   [[f"{each['receivers']:,}", f"{each['us']:.2f}", f"{each['own_us']:.2f}",
                     f"{each['bare_us']:.2f}" if each["bare_us"] else "–", f"{each['foreign']:.2f}"] for each in broadcasts])
    lines += ["## A million, ten million", "", "Extrapolated, in proportion, from the last column of idle clients and the last row of deliveries:", ""]
    lines += plan(tests[-1], broadcasts[-1]["us"])
    lines += ["## Machine", ""] + table(["", ""], [[name, value] for name, value in machine.description().items()]
                                        + [["run took", f"{seconds / 60:.0f} minutes"], ["Partyline", servers.ours().versions]])
    return "\n".join(lines).rstrip() + "\n"


def main():
    given = arguments()
    descriptors = machine.allow_descriptors()
    began = time.monotonic()
    if given.clients:
        result = idle(given.clients, given.processes, given.hold, given.ping, descriptors)
        print("\n".join(told(result)), file=sys.stderr)
        print(json.dumps(result))
        return result["all_there"]
    tests = [idle(1_000, 1, 0, given.ping, descriptors), idle(19_000, 1, given.hold, given.ping, descriptors),
             idle(100_000, given.processes, given.hold, given.ping, descriptors)]
    broadcasts = [deliveries(receivers, descriptors) for receivers in (100, 1_000, 9_800, 19_000)]
    file = given.out or servers.ROOT / "docs" / "performance" / "scale.md"
    file.write_text(page(tests, broadcasts, " ".join(["./bench --scale", *sys.argv[1:]]), time.monotonic() - began))
    print(file.read_text())
    return all(each["all_there"] for each in tests)


if __name__ == "__main__":
    try:
        sys.exit(0 if main() else 1)
    except TooSmall as why:
        print(f"scale: {why}", file=sys.stderr)
        sys.exit(2)
