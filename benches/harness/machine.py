"""What machine this is, in words; and what it allows."""
import os
import platform
import resource
import subprocess
from datetime import datetime, timezone
from pathlib import Path


def first_value(path, name):
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.split(":", 1)[1].strip()
    return "unknown"


def description():
    memory = int(first_value("/proc/meminfo", "MemTotal").split()[0]) / (1 << 20)
    compiler = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    return {
        "processor": first_value("/proc/cpuinfo", "model name"),
        "cores allowed": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GiB",
        "kernel": platform.release(),
        "compiler": f"g++ {compiler}, preset release",
        "measured": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    }


def allow_descriptors():
    """Raises the limit to what is allowed, for the servers too, and answers it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = 1 << 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
