"""The page: docs/performance/README.md, from figures alone."""
from statistics import median

import figures

TITLES = {
    "messages": "Connections and messages",
    "broadcasts": "Broadcasts",
    "latency": "Latency at a fixed rate",
    "memory": "Memory",
    "clients": "Clients",
}
UNITS = {"server_us_per_unit": "µs", "pss_bytes_per_conn": "B"}


def number(value, digits=None):
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if value >= 100 else 1 if value >= 20 else 2
    return f"{value:,.{digits}f}"


def spread(numbers, digits=2):
    return f"{min(numbers):.{digits}f}–{max(numbers):.{digits}f}" if len(numbers) > 1 else "one round"


class Page:
    def __init__(self, bench, scenarios, machine, seconds, command):
        self.bench, self.machine, self.seconds, self.command = bench, machine, seconds, command
        self.scenarios = [each for each in scenarios if each.name in bench.results]
        self.own = bench.own.name
        self.peers = bench.peers

    def lines(self):
        yield "# Performance"
        yield ""
        yield f"Written by `{self.command}`; do not edit. Every figure is of one run on one machine: read ratios, not microseconds."
        yield ""
        yield from self.targets()
        yield from self.tables()
        yield from self.latencies()
        yield from self.threads()
        yield from self.method()

    def rounds(self, scenario):
        return self.bench.results[scenario.name]

    # --- targets ------------------------------------------------------------------------------------------------------

    def targets(self):
        yield "## Targets"
        yield ""
        yield "Server CPU per unit, ours over Node's with `ws` (or as stated), the median of the rounds and their spread."
        yield ""
        yield "| scenario | ratio | spread | target | |"
        yield "|---|---|---|---|---|"
        for scenario in self.scenarios:
            if scenario.target is not None:
                found = figures.target_ratios(scenario, self.rounds(scenario), self.own)
                reached = figures.middle(found)
                against = ", over ours sent plain" if scenario.against == "plain" else ""
                yield (f"| {scenario.title}{against} | {number(reached, 3)} | {spread(found, 3) if found else '–'} | "
                       f"≤ {scenario.target} | {figures.verdict(reached, scenario.target)} |")
            if scenario.absolute is not None:
                found = figures.values(self.rounds(scenario), self.own, scenario)
                reached = figures.middle(found)
                yield (f"| {scenario.title}, absolute | {number(reached, 0)} | {spread(found, 0) if found else '–'} | "
                       f"≤ {scenario.absolute:,.0f} | {figures.verdict(reached, scenario.absolute)} |")
        yield ""
        yield "What a broadcast costs, what is left to save and what was tried: [a page of its own](../design/broadcasts.md)."
        yield ""

    # --- tables -------------------------------------------------------------------------------------------------------

    def tables(self):
        for group, title in TITLES.items():
            chosen = [each for each in self.scenarios if each.group == group and len(each.threads) == 1]
            if not chosen or group == "latency":
                continue
            yield f"## {title}"
            yield ""
            yield {"messages": "Microseconds of server CPU for each unit, which are CPU seconds for a million; in parentheses ours over theirs. "
                               "The bare loop receives, frames and sends, and does nothing else: no server can be cheaper by much.",
                   "broadcasts": "Microseconds of server CPU for each delivery, which are CPU seconds for a million deliveries; in parentheses "
                                 "ours over theirs. The kernel's share is one bare `send` to each of 1,000 sockets, measured between the rounds.",
                   "clients": "The other end: microseconds of CPU of the clients' process for each message, against our server; in parentheses "
                              "ours over theirs.",
                   "memory": "What the server's process grew by for each client that has joined the main namespace and says nothing."}[group]
            yield ""
            if picture := {"messages": "cost.svg", "broadcasts": "receivers.svg", "memory": "memory.svg"}.get(group):
                yield f"![{title}]({picture})"
                yield ""
            kernel = group == "broadcasts"
            peers = self.present(chosen)
            yield ("| scenario | " + " | ".join(each.title for each in [self.bench.own] + peers) + (" | kernel's share |" if kernel else " |"))
            yield "|---|" + "---|" * (1 + len(peers) + kernel)
            for scenario in chosen:
                yield self.row(scenario, peers, kernel)
            yield ""
            if group == "messages":
                yield from self.throughput(chosen)

    def present(self, chosen):
        """The peers that took part in one of these scenarios."""
        return [peer for peer in self.peers if any(peer.name in reports for each in chosen for reports in self.rounds(each))]

    def row(self, scenario, peers, kernel):
        rounds = self.rounds(scenario)
        ours = figures.middle(figures.values(rounds, self.own, scenario))
        cells = [scenario.title, f"**{number(ours)}**"]
        for peer in peers:
            theirs = figures.middle(figures.values(rounds, peer.name, scenario))
            ratio = figures.middle(figures.ratios(rounds, self.own, peer.name, scenario))
            cell = number(theirs) if ratio is None else f"{number(theirs)} ({ratio:.2f})"
            if "--deflate" in scenario.load and theirs is not None and not self.compresses(rounds, peer.name):
                cell += " sent plain"
            cells.append(cell)
        if kernel:
            cells.append(number(self.kernels_share(scenario)))
        return "| " + " | ".join(cells) + " |"

    @staticmethod
    def compresses(rounds, label):
        return any(each[label].get("compressed") for each in rounds if label in each)

    def kernels_share(self, scenario):
        if scenario.kernel is None or not self.bench.calibrations:
            return None
        if scenario.kernel == "joined_4":
            return median(each["fan_send_us_joined_4"] for each in self.bench.calibrations) / 4
        return median(each[scenario.kernel] for each in self.bench.calibrations)

    def throughput(self, chosen):
        """What one core did: bound by the server, or by the load where that is marked."""
        yield "Throughput in the same runs, thousands a second, of a server with one core; `<` where the load was the limit:"
        yield ""
        peers = self.present(chosen)
        yield "| scenario | " + " | ".join(each.title for each in [self.bench.own] + peers) + " |"
        yield "|---|" + "---|" * (1 + len(peers))
        for scenario in chosen:
            cells = [scenario.title]
            for label in [self.own] + [peer.name for peer in peers]:
                reports = [each[label] for each in self.rounds(scenario) if label in each and "unsound" not in each[label]]
                rates = [each.get("msgs_per_s", each.get("handshakes_per_s")) for each in reports]
                mark = "< " if reports and sum(each["bound"] == "CLIENT" for each in reports) * 2 > len(reports) else ""
                cells.append(f"{mark}{number(median(rates) / 1000)}" if rates else "–")
            yield "| " + " | ".join(cells) + " |"
        yield ""

    def latencies(self):
        chosen = [each for each in self.scenarios if each.group == "latency"]
        if not chosen:
            return
        yield "## Latency at a fixed rate"
        yield ""
        yield ("Microseconds from the moment at which a message was meant to leave to the reading of it; medians of the rounds, and for the last "
               "hundredth the spread of them, too. Where the bare loop waits as well, it is the machine that held both up.")
        yield ""
        yield "![Latency at a fixed rate](latency.svg)"
        yield ""
        yield "| scenario | server | p50 | p90 | p99 | its spread | p99.9 | server CPU |"
        yield "|---|---|---|---|---|---|---|---|"
        for scenario in chosen:
            for kind in [self.bench.own] + self.peers:
                reports = [each[kind.name] for each in self.rounds(scenario)
                           if kind.name in each and "unsound" not in each[kind.name]]
                if not reports:
                    continue
                cells = [number(median(each["lat_us"][p] for each in reports)) for p in ("p50", "p90", "p99", "p999")]
                cells.insert(3, spread([each["lat_us"]["p99"] for each in reports], 0))
                used = median(each["server_util"] for each in reports)
                yield f"| {scenario.title} | {kind.title} | " + " | ".join(cells) + f" | {used * 100:.0f} % |"
        yield ""

    def threads(self):
        chosen = [each for each in self.scenarios if len(each.threads) > 1]
        if not chosen:
            return
        yield "## Threads"
        yield ""
        cores = len(self.bench.cores)
        yield "CPU per message with two threads, over one; and throughput, likewise:"
        yield ""
        yield "| scenario | one thread | two threads | CPU ratio | throughput ratio |"
        yield "|---|---|---|---|---|"
        for scenario in chosen:
            rounds = self.rounds(scenario)
            two = f"{self.own}-{scenario.threads[-1]}"
            cost = figures.middle(figures.ratios(rounds, two, self.own, scenario))
            gains = [rate(each[two]) / rate(each[self.own]) for each in rounds
                     if two in each and self.own in each and rate(each[self.own])]
            gain = number(figures.middle(gains)) if cores >= 4 else "untested"
            yield (f"| {scenario.title} | {number(figures.middle(figures.values(rounds, self.own, scenario)))} | "
                   f"{number(figures.middle(figures.values(rounds, two, scenario)))} | {number(cost, 3)} | {gain} |")
        yield ""
        if cores < 4:
            yield (f"Server and load share all {cores} cores here, one thread as well as two. That two threads do at least 1.8 times the work of one "
                   f"is untested: it takes four cores, two for the server and two for the load. On four `./bench` measures it.")
        else:
            yield "The target is a throughput ratio of at least 1.8."
        yield ""

    # --- method -------------------------------------------------------------------------------------------------------

    def method(self):
        bench = self.bench
        yield "## Method, machine, noise"
        yield ""
        yield (f"For each scenario every server is started once, pinned to core {bench.server_core}, the load to core {bench.load_core}; they take "
               f"turns, {bench.pairs} round{'s' if bench.pairs != 1 else ''}, every other one backwards; {bench.duration} s measured each time after a "
               f"warm-up. Ratios are taken within a round; the tables show medians. CPU is the scheduler's account of the server's process, the "
               f"kernel's work in its system calls included; on loopback that holds the receiver's half of TCP, too, for what it sends. "
               f"The load generator checks every message; runs in which one was wrong or missing do not count. "
               f"[The fields and events](../../benches/README.md).")
        yield ""
        yield "| | |"
        yield "|---|---|"
        for name, value in self.machine.items():
            yield f"| {name} | {value} |"
        yield f"| run took | {self.seconds / 60:.0f} minutes |"
        for kind in [bench.own] + self.peers:
            yield f"| {kind.title} | {kind.versions} |"
        yield ""
        yield from self.calibration()
        yield from self.noise()
        if bench.skipped:
            yield "Not measured, or less often:"
            yield ""
            for what, why in bench.skipped:
                yield f"- {what}: {why}."
            yield ""

    def calibration(self):
        calibrations = self.bench.calibrations
        if not calibrations:
            return
        yield f"Calibration of the server's core, {len(calibrations)} times between the runs, in CPU time:"
        yield ""
        yield "| | median | spread |"
        yield "|---|---|---|"
        names = {"alu_mops": "arithmetic, million steps a second", "tcp_us": "a message over loopback and its reading, µs",
                 "fan_send_us": "`send` to one of 1,000 sockets, 83 B, µs", "fan_send_us_joined_4": "four of them joined, µs",
                 "fan_send_us_1k": "1 KiB, µs", "fan_send_us_16k": "16 KiB, µs", "fan_us": "`send` and `recv`, 83 B, µs"}
        for key, name in names.items():
            seen = [each[key] for each in calibrations]
            yield f"| {name} | {number(median(seen))} | {spread(seen, 0 if key == 'alu_mops' else 2)} |"
        yield ""

    def noise(self):
        seen = [found for each in self.scenarios if (found := figures.foreign(self.rounds(each)))]
        if not seen:
            return
        middle, worst = median(each[0] for each in seen), max(each[1] for each in seen)
        yield (f"Foreign CPU, what everybody else on the machine used during the runs: {middle:.2f} cores in the median, {worst:.2f} at worst. "
               + ("Above 0.1 the figures are suspect: **this run was disturbed**." if middle > 0.1 else "Above 0.1 figures would be suspect."))
        soft = max((report.get("ksoftirqd_cpu", 0) for each in self.scenarios for reports in self.rounds(each) for report in reports.values()),
                   default=0)
        yield f"The kernel's soft interrupt threads, whose work is in nobody's account, used {soft:.2f} cores at worst."
        yield ""
        problems = [f"{each.title}: {problem}" for each in self.scenarios for problem in figures.unsound(self.rounds(each))]
        if problems:
            yield "Runs that do not count, since messages were wrong, missing, or connections lost:"
            yield ""
            for each in problems:
                yield f"- {each}"
            yield ""


def rate(report):
    return report.get("msgs_per_s") or report.get("deliveries_per_s") or 0
