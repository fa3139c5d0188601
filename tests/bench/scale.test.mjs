// ./bench --scale, with fewer clients: that the processes share the port and the clients, that all are still there after more than one
// heartbeat, and that a machine which is too small is told so.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../benches/harness/scale.py", import.meta.url));

function scale(limit, ...options) {
    return new Promise((resolve) => {
        const command = `ulimit -n ${limit}; exec python3 "$@"`;
        execFile("bash", ["-c", command, "bash", script, ...options], (error, stdout, stderr) =>
            resolve({ status: error?.code ?? 0, stdout, stderr }),
        );
    });
}

test("1,500 clients on three processes that share a port: all are there after three heartbeats", async () => {
    const ran = await scale(2000, "--clients", "1500", "--processes", "3", "--hold", "3", "--ping", "1000");
    assert.equal(ran.status, 0, ran.stderr);
    const report = JSON.parse(ran.stdout);
    assert.equal(report.alive, 1500);
    assert.ok(report.pings >= 4500, ran.stdout);
    // a third each, but for chance
    assert.ok(report.fewest > 300 && report.most < 700, ran.stdout);
    for (const name of ["own_bytes", "connect_cpu_us", "idle_cpu_s_per_minute"]) assert.ok(report[name] > 0, ran.stdout);
});

test("it takes as many processes as the descriptors ask for", async () => {
    const ran = await scale(700, "--clients", "900", "--hold", "0");
    assert.equal(ran.status, 0, ran.stderr);
    const report = JSON.parse(ran.stdout);
    assert.ok(report.processes > 1);
    assert.equal(report.alive, 900);
});

test("too few descriptors are named, with what to do", async () => {
    const ran = await scale(300, "--clients", "1500", "--processes", "2");
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /descriptors are needed in each of 2 server processes, the limit is 300: raise it/);
});
