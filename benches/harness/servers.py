"""The servers and clients under test: how each is started, whether it is here, and what version it is."""
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BENCHES = ROOT / "benches"
RELEASE = ROOT / "build" / "release" / "benches"


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=BENCHES)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def npm_version(package):
    return output_of("node", "-p", f"require('./node_modules/{package}/package.json').version")


class Server:
    """One kind of server, and the client that belongs to it. `why_not` is empty if it can be started here."""

    def __init__(self, name, title, command, versions, why_not="", environment=None, client=None, takes=lambda load: True):
        self.client = client  # the command; None: it has none
        self.takes = takes    # whether it can answer a load
        self.name, self.title, self.command, self.versions, self.why_not = name, title, command, versions, why_not
        self.environment = environment or {}

    def start(self, cores, environment):
        return Running(self, cores, {**self.environment, **environment})


class Running:
    """A server that listens. Ended by its own process id, and by force where that is not heard within five seconds."""

    def __init__(self, kind, cores, environment):
        self.kind = kind
        self.process = subprocess.Popen(
            ["taskset", "-c", ",".join(map(str, cores)), *kind.command], cwd=BENCHES, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PORT": "0", "NODE_ENV": "production", **environment})
        self.port = self._port()

    def _port(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            end = time.monotonic() + 30
            while time.monotonic() < end and selector.select(end - time.monotonic()):
                line = self.process.stdout.readline()
                if not line:
                    break
                if found := re.match(r"listening (\d+)", line):
                    return int(found.group(1))
        self.stop()
        raise RuntimeError(f"{self.kind.title} did not begin to listen")

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()


def ours():
    described = output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    program = RELEASE / "bench_server"
    return Server("partyline", "Partyline", [str(program)], f"commit {described}", "" if program.exists() else "it is not built",
                  client=[str(RELEASE / "bench_client")])


def node(engine="ws"):
    module = {"ws": "ws", "eiows": "eiows"}[engine]
    found = npm_version(module)
    why = ""
    if engine == "eiows" and not found:
        why = ("not installed: `npm install --prefix benches --no-save eiows` builds it where Node is 22, 24 or 26 and its sources "
               "can be downloaded")
    elif not found:
        why = "benches/node_modules is incomplete"
    versions = f"Node {output_of('node', '--version')}, socket.io {npm_version('socket.io')}, {module} {found}"
    if engine == "ws":
        versions += f", bufferutil {npm_version('bufferutil')}"
    return Server("node" if engine == "ws" else "eiows", f"Node + {engine}", ["node", "peers/node.js"], versions, why, {"ENGINE": engine},
                  ["node", "peers/client.js"] if engine == "ws" else None)


def bun():
    for program in sorted((BENCHES / "node_modules" / "@oven").glob("*/bin/bun")):
        if version := output_of(str(program), "--version"):
            versions = f"Bun {version}, @socket.io/bun-engine {npm_version('@socket.io/bun-engine')}, socket.io {npm_version('socket.io')}"
            return Server("bun", "Bun", [str(program), "peers/bun.js"], versions, client=[str(program), "peers/client.js"])
    return Server("bun", "Bun", [], "", "npm's package `bun` has no program that runs on this machine")


def python():
    program = "/usr/bin/python3"
    versions = output_of(program, "-c", "import aiohttp, platform, socketio, uvloop; from importlib.metadata import version as of; "
                                        "print('Python ' + platform.python_version(), *(n + ' ' + of(n) for n in "
                                        "('python-socketio', 'aiohttp', 'uvloop')), sep=', ')")
    return Server("python", "python-socketio", [program, "peers/python.py"], versions,
                  "" if versions else "Debian's python3-socketio, -aiohttp and -uvloop are not installed",
                  client=[program, "peers/client.py"])


def floor():
    """A loop of `recv` and `send` that knows no more than the load needs, so it does not take part in everything."""
    program = RELEASE / "bench_floor"
    answered = ("connect", "echo", "ack", "broadcast", "idle")
    return Server("floor", "bare loop", [str(program)], "benches/floor.cpp", "" if program.exists() else "it is not built",
                  takes=lambda load: load.split()[0] in answered and "--deflate" not in load and "--event" not in load)


def peers():
    return [node(), node("eiows"), bun(), python(), floor()]


def needed_tools():
    """What is missing of the programs that measuring itself needs."""
    missing = [name for name in ("taskset", "node") if not shutil.which(name)]
    return missing + ([] if (RELEASE / "sioload").exists() else ["sioload"])
