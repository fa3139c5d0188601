// Python's client from Debian (python3-socketio), which nobody of this house wrote and no JavaScript is in.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../support/contract_server.mjs";

const script = fileURLToPath(new URL("../support/python_client.py", import.meta.url));

// Debian's packages belong to Debian's interpreter; another one may stand before it in the PATH.
const python = ["/usr/bin/python3", "python3"].find((program) => {
    try {
        execFileSync(program, ["-c", "import socketio, requests, websocket"], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
});

const talk = (url, transports) =>
    new Promise((resolve, reject) =>
        execFile(python, [script, url, transports], { timeout: 60_000 }, (error, stdout, stderr) => {
            const facts = Object.fromEntries(stdout.trim().split("\n").filter(Boolean).map((line) => {
                const { name, value } = JSON.parse(line);
                return [name, value];
            }));
            if (error) reject(new Error(`${error.message}\n${stderr}\n${JSON.stringify(facts)}`));
            else resolve(facts);
        }),
    );

for (const [transports, final] of [
    ["polling", "polling"],
    ["websocket", "websocket"],
    ["polling,websocket", "websocket"],
])
    for (const threads of [1, 4])
        test(`Python's client by ${transports}, ${threads} thread${threads > 1 ? "s" : ""}`, async (t) => {
            assert.ok(python, "python3-socketio, python3-requests and python3-websocket are not installed");
            // Python's client may forget by polling what it had still to send when it disconnects, its CLOSE too: its sender
            // looks at the state, not at the queue. The pings have to find that out, so they are short.
            const server = await startServer(t, { THREADS: threads, PING_INTERVAL: 2000, PING_TIMEOUT: 4000 });
            const facts = await talk(server.url, transports);
            assert.deepEqual(facts, {
                transport: final,
                "id is no session id": true,
                "ids differ": true,
                ack: [{ a: [1, null, true, "ü😀"] }, 2.5],
                "binary ack": { deep: [{ bytes: "0001ff" }] },
                event: ["event", { bytes: Buffer.from("bytes").toString("hex") }],
                inspect: [{ $bin: 3, sha1: "a9993e364706816aba3e25717850c26c9cd0d89d" }],
                auth: { token: "python" },
                custom: "/custom",
                asked: { ok: true, args: ["answer", [1, "two"], { bytes: Buffer.from("bin").toString("hex") }] },
                rooms: ["own", "python"],
                broadcast: { done: true },
                news: ["x", { bytes: Buffer.from("y").toString("hex") }],
                rejected: [{ message: "rejected by middleware", data: { event: "mw-reject", code: 42 } }],
                large: 300000,
                connected: false,
                refused: [{ message: "not authorized", data: { code: "E_AUTH", got: "wrong" } }],
            });
            await server.untilEmpty(undefined, final === "polling" ? 15_000 : 5000);
        });
