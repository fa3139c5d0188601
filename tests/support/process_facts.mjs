// What the kernel says of a process: memory, CPU time, open descriptors. Linux only, as are the tests that ask.

import fs from "node:fs";
import { pause } from "./wait.mjs";

const field = (pid, name) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? Number(match[1]) * 1024 : 0;
};

/// Resident memory in bytes.
export const residentBytes = (pid) => field(pid, "VmRSS");

/// Proportional memory in bytes: what the process has for itself, and its share of what it shares.
export function proportionalBytes(pid) {
    const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)[1]) * 1024;
}

/// CPU time so far, user and system, in milliseconds (a tick is 10 ms on Linux).
export function cpuMilliseconds(pid) {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
}

export const openDescriptors = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;

/// The share of one core that the process uses while nobody asks anything of it, 0 to number of cores.
export async function idleLoad(pid, ms = 300) {
    const [cpu, clock] = [cpuMilliseconds(pid), performance.now()];
    await pause(ms);
    return (cpuMilliseconds(pid) - cpu) / (performance.now() - clock);
}
