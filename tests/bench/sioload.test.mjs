// The load generator itself: it does what it says with our server, and it sees what a server does wrong. No figure is looked at here.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { within } from "../support/wait.mjs";

const { WebSocketServer } = createRequire(import.meta.url)("ws");
const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const short = ["--duration", "0.2", "--warmup", "0.1"];

/// The report, and the exit status. A run ends by itself.
function load(port, scenario, ...options) {
    return new Promise((resolve, reject) => {
        const words = [...scenario.split(" "), "--port", String(port), ...options];
        execFile(here("build/release/benches/sioload"), words, (error, stdout, stderr) => {
            const status = error?.code ?? 0;
            if (stdout) resolve({ ...JSON.parse(stdout), status });
            else reject(new Error(`${words.join(" ")}: status ${status}, ${stderr}`));
        });
    });
}

let server;

async function start(environment, program = "bench_server") {
    const child = spawn(here(`build/release/benches/${program}`), {
        env: { ...environment, PORT: "0" },
        stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    const listening = new Promise((resolve) => {
        child.stdout.on("data", (text) => {
            const match = /listening (\d+)\n/.exec((said += text));
            if (match) resolve(Number(match[1]));
        });
    });
    const port = await within(listening, "the server to listen", 10_000);
    return { port, pid: child.pid, stop: () => new Promise((resolve) => child.once("exit", resolve) && child.kill()) };
}

before(async () => (server = await start({ DEFLATE: "1" })));
after(() => server.stop());

for (const [scenario, unit] of [
    ["echo --conns 10 --window 4", "msgs"],
    ["echo --conns 5 --window 2 --payload 20000", "msgs"],
    ["echo --conns 10 --rate 500", "msgs"],
    ["ack --conns 10 --window 4", "msgs"],
    ["polling --conns 5 --window 2", "msgs"],
    ["broadcast --conns 10 --window 4", "deliveries"],
    ["broadcast --conns 10 --threads 2 --payload 100000", "deliveries"],
    ["broadcast --conns 10 --event others", "deliveries"],
    ["broadcast --conns 12 --event room --rooms 4", "deliveries"],
    ["broadcast --conns 10 --rate 100", "deliveries"],
    ["slow --conns 5 --slow 2 --rate 50", "deliveries"],
]) {
    test(`${scenario}: every message arrives, and is right`, async () => {
        const report = await load(server.port, scenario, "--pid", String(server.pid), ...short);
        assert.equal(report.status, 0);
        assert.ok(report[unit] > 0, JSON.stringify(report));
        assert.equal(report.missing_after_drain, 0);
        assert.equal(report.errors.bad, 0);
        assert.ok(report.server_cpu_s > 0);
        assert.ok(report.ksoftirqd_cpu >= 0);
        assert.equal(report.lat_us.n, report[unit]);
    });
}

for (const scenario of [
    "echo --conns 10 --window 16",
    "echo --conns 5 --payload 60000",
    "ack --conns 10 --window 16",
    "broadcast --conns 10 --window 4",
    "broadcast --conns 10 --payload 20000",
]) {
    test(`the bare loop answers, too: ${scenario}`, async (t) => {
        const floor = await start({}, "bench_floor");
        t.after(() => floor.stop());
        const report = await load(floor.port, scenario, ...short);
        assert.equal(report.status, 0);
        assert.ok((report.msgs ?? report.deliveries) > 0, JSON.stringify(report));
        assert.equal(report.missing_after_drain, 0);
        assert.equal(report.errors.bad, 0);
    });
}

test("compressed broadcasts are inflated once and compared at the others", async () => {
    const report = await load(server.port, "broadcast --conns 10 --payload 2000 --deflate", ...short);
    assert.equal(report.status, 0);
    assert.ok(report.deliveries > 0);
    assert.ok(report.compressed >= report.deliveries);
    assert.ok(report.inflated * 10 <= report.compressed, `${report.inflated} of ${report.compressed}`);
});

test("connect and idle count all who came up", async () => {
    assert.equal((await load(server.port, "connect --conns 50")).up, 50);
    assert.equal((await load(server.port, "connect --conns 50 --churn --concurrency 5")).up, 50);
    const idle = await load(server.port, "idle --conns 50 --hold 0.1", "--pid", String(server.pid));
    assert.equal(idle.alive, 50);
    assert.ok("pss_bytes_per_conn" in idle);
});

test("calibrate knows what a send costs", async () => {
    const report = await load(1, "calibrate");
    for (const each of ["alu_mops", "tcp_us", "fan_us", "fan_send_us", "fan_send_us_joined_4", "fan_send_us_1k", "fan_send_us_16k"])
        assert.ok(report[each] > 0, each);
});

/// A server that does all right but for what `answer` makes of an event.
function falseServer(t, answer, options = {}) {
    const wrong = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/socket.io/", ...options });
    t.after(() => wrong.close());
    wrong.on("connection", (socket) => {
        socket.send('0{"sid":"abcdefghijklmnopqrst","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
        socket.on("message", (data) => {
            const text = String(data);
            if (text === "40") socket.send('40{"sid":"abcdefghijklmnopqrst"}');
            else answer(socket, text);
        });
        t.after(() => socket.terminate());
    });
    return new Promise((resolve) => wrong.once("listening", () => resolve(wrong.address().port)));
}

test("it sees an answer with another text", async (t) => {
    const port = await falseServer(t, (socket, text) => socket.send(text.slice(0, -3) + '?"]'));
    const report = await load(port, "echo --conns 2", ...short);
    assert.equal(report.status, 1);
    assert.ok(report.errors.bad > 0);
});

test("it sees an answer that is missing", async (t) => {
    let count = 0;
    const port = await falseServer(t, (socket, text) => ++count % 50 && socket.send(text));
    const report = await load(port, "echo --conns 2 --window 20", ...short);
    assert.ok(report.missing_after_drain > 0);
});

test("it sees another text within a compressed broadcast", async (t) => {
    const port = await falseServer(t, (socket, text) => socket.send(text.replace("broadcast", "broadcost")),
        { perMessageDeflate: { threshold: 100 } });
    const report = await load(port, "broadcast --conns 1 --payload 2000 --deflate", ...short);
    assert.equal(report.status, 1);
    assert.ok(report.compressed > 0);
    assert.ok(report.errors.bad > 0);
});

test("it sees connections that are closed", async (t) => {
    const port = await falseServer(t, (socket) => socket.close());
    const report = await load(port, "echo --conns 2", ...short);
    assert.equal(report.status, 1);
    assert.equal(report.errors.closed, 2);
});

test("no address but one of this machine is a target", async () => {
    await assert.rejects(load(80, "echo", "--host", "192.0.2.1"), /127\.0\.0\.0/);
});

test("the harness writes a page and its plots", async () => {
    const folder = mkdtempSync(join(tmpdir(), "partyline-bench-"));
    await new Promise((resolve, reject) => {
        const some = ["--only", "polling", "--only", "idle", "--only", "client-echo-w1", "--pairs", "1", "--peers", "none"];
        const words = [here("benches/harness/main.py"), ...some, "--out", folder];
        execFile("/usr/bin/python3", words, (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(stdout)));
    });
    const page = readFileSync(join(folder, "README.md"), "utf8");
    assert.match(page, /\| polling: echo, window 1 \| \*\*[\d.]+\*\*/);
    assert.match(page, /Foreign CPU/);
    assert.deepEqual(readdirSync(folder).sort(), ["README.md", "cost.svg", "memory.svg", "results.json"]);
    assert.match(readFileSync(join(folder, "cost.svg"), "utf8"), /prefers-color-scheme: dark/);
});
