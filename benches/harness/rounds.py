"""Measures: for each scenario the servers are started once, and take turns, round after round, so that all see the same machine.

Every other round goes backwards: what drifts within a round does not favour who comes first. What is compared are ratios within a round.
"""
import json
import os
import subprocess
import sys
import time

from servers import BENCHES, RELEASE


class Bench:
    def __init__(self, own, peers, pairs, duration, warmup, budget):
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core, self.cores = cores[0], cores[-1], cores
        self.own, self.peers, self.pairs = own, peers, pairs
        self.duration, self.warmup = duration, warmup
        self.budget = budget  # seconds for all; where the machine is slow, scenarios get fewer rounds
        self.calibrations, self.skipped, self.results = [], [], {}
        self.began = time.monotonic()

    def load(self, scenario, running, label):
        options = scenario.plain_load if label.endswith("-plain") else scenario.load
        command = ["taskset", "-c", ",".join(map(str, self.load_cores(running))), str(RELEASE / "sioload"), *options.split(),
                   "--port", str(running.port), "--pid", str(running.pid), "--label", label]
        if scenario.load.split()[0] not in ("connect", "idle"):
            command += ["--duration", str(self.duration), "--warmup", str(self.warmup)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=150)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"{label}: {done.stderr.strip() or 'no report'}") from None
        if done.returncode != 0 or report.get("missing_after_drain"):
            report["unsound"] = report.get("failed") or f"errors {report['errors']}, missing {report.get('missing_after_drain', 0)}"
        elif report.get("msgs", report.get("deliveries")) == 0:
            report["unsound"] = "no message within the measured window"
        return report

    def clients(self, scenario, kind, port):
        """The clients of one kind against a server of ours."""
        environment = {**os.environ, **scenario.client, "PORT": str(port), "SECONDS": str(self.duration), "WARMUP": str(self.warmup)}
        done = subprocess.run(["taskset", "-c", str(self.load_core), *kind.client], capture_output=True, text=True, timeout=150,
                              cwd=BENCHES, env=environment)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"{kind.name}: {done.stderr.strip() or 'no report'}") from None
        if report["bad"] or report["up"] != int(scenario.client["CLIENTS"]) or not report["msgs"]:
            report["unsound"] = f"{report['up']} clients came up, {report['bad']} of {report['msgs']} answers were wrong"
        else:
            report["client_us_per_unit"] = report["cpu_s"] * 1e6 / report["msgs"]
        return report

    def load_cores(self, running):
        if running.cores_used == 1:
            return [self.load_core]
        return self.cores[2:4] if len(self.cores) >= 4 else self.cores

    def calibrate(self):
        done = subprocess.run(["taskset", "-c", str(self.server_core), str(RELEASE / "sioload"), "calibrate"], capture_output=True,
                              text=True, timeout=60, check=True)
        self.calibrations.append(json.loads(done.stdout))

    def contestants(self, scenario):
        """(label, server, environment, cores) of all who take part."""
        for threads in scenario.threads:
            label = self.own.name if threads == 1 else f"{self.own.name}-{threads}"
            # where there are not enough for two threads and the load, all share what there is, one thread like two
            shares = len(scenario.threads) > 1 and len(self.cores) < 4
            cores = self.cores if shares else [self.server_core] if threads == 1 else self.cores[:threads]
            yield label, self.own, {**scenario.environment, "THREADS": str(threads)}, cores
        if scenario.against == "plain":
            yield f"{self.own.name}-plain", self.own, {}, [self.server_core]
        if len(scenario.threads) == 1:
            for peer in self.peers:
                if peer.name not in scenario.without and peer.takes(scenario.load):
                    yield peer.name, peer, scenario.environment, [self.server_core]

    def elapsed(self):
        return time.monotonic() - self.began

    def measure_clients(self, scenario):
        kinds = [kind for kind in [self.own] + self.peers if kind.client]
        server = self.own.start([self.server_core], {})
        try:
            self.results[scenario.name] = [
                {kind.name: self.clients(scenario, kind, server.port) for kind in (kinds if number % 2 == 0 else kinds[::-1])}
                for number in range(self.pairs)]
        finally:
            server.stop()

    def measure(self, scenario, share):
        """`share`: how much of the budget may be used when this scenario is done."""
        if scenario.client:
            self.measure_clients(scenario)
            return
        contestants = list(self.contestants(scenario))
        running, rounds = {}, []
        try:
            for number in range(self.pairs):
                if number > 0 and self.elapsed() > self.budget * share:
                    self.skipped.append((scenario.title, f"{number} of {self.pairs} rounds, the rest for want of time"))
                    break
                self.calibrate()
                reports = {}
                for label, kind, environment, cores in contestants if number % 2 == 0 else contestants[::-1]:
                    if scenario.needs_fresh_server and label in running:
                        running.pop(label).stop()
                    if label not in running:
                        running[label] = kind.start(cores, environment)
                        running[label].cores_used = len(cores)
                    reports[label] = self.load(scenario, running[label], label)
                rounds.append(reports)
        finally:
            for each in running.values():
                each.stop()
        self.results[scenario.name] = rounds

    def run(self, scenarios, descriptors):
        self.began = time.monotonic()
        for number, scenario in enumerate(scenarios, 1):
            if scenario.descriptors > descriptors:
                self.skipped.append((scenario.title, f"needs {scenario.descriptors:,} descriptors, {descriptors:,} are allowed"))
                continue
            if self.elapsed() > self.budget:
                self.skipped.append((scenario.title, "for want of time"))
                continue
            print(f"[{self.elapsed():5.0f} s] {number}/{len(scenarios)} {scenario.title}", file=sys.stderr, flush=True)
            try:
                self.measure(scenario, number / len(scenarios))
            except (RuntimeError, subprocess.TimeoutExpired) as why:
                self.skipped.append((scenario.title, str(why)))
                print(f"          broke off: {why}", file=sys.stderr, flush=True)
        return self.elapsed()
