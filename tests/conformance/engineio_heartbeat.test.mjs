// Ping and pong: the server asks, the client answers, on both transports; and what happens when nobody answers.
// The intervals are small; every upper bound is generous, every lower bound allows for the clock's grain.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, patience, sharedServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { openLine } from "../support/websocket_wire.mjs";
import { pause } from "../support/wait.mjs";

const base = "/engine.io/";
const since = (start) => performance.now() - start;

describe("heartbeat", () => {
    const server = sharedServer({ MODE: "engine-echo", PING_INTERVAL: 300, PING_TIMEOUT: 200 });

    test("goes on over polling as long as pongs come", async () => {
        const start = performance.now();
        const session = await new Polling(server, base).open();
        for (let i = 1; i <= 4; i++) {
            assert.deepEqual(await session.poll(), ["2"]);
            assert.ok(since(start) > 280 * i, `ping ${i} after ${since(start)} ms`);
            await session.send("3");
        }
    });

    test("goes on over WebSocket as long as pongs come", async () => {
        const start = performance.now();
        const line = await openLine(server, base);
        for (let i = 1; i <= 4; i++) {
            assert.equal(await line.next(), "2");
            assert.ok(since(start) > 280 * i, `ping ${i} after ${since(start)} ms`);
            line.send("3");
        }
        await line.close();
    });

    test("is not answered by a pong of WebSocket itself", async () => {
        const line = await openLine(server, base);
        assert.equal(await line.next(), "2");
        line.socket.pong();
        await line.untilClosed(2000);
    });

    test("a silent WebSocket is closed after interval and time-out", async () => {
        const start = performance.now();
        const line = await openLine(server, base);
        await line.untilClosed(3000);
        assert.ok(since(start) > 480, `${since(start)} ms`);
    });

    test("a session that polls but never answers is closed", async () => {
        const session = await new Polling(server, base).open();
        const start = performance.now();
        assert.deepEqual(await session.poll(), ["2"]);
        const answer = await session.get();
        // Either this poll ended with the session, or it came after its end.
        assert.ok(answer.status === 400 || /^[16]/.test(answer.text), answer.text);
        assert.ok(since(start) < 3000 * patience);
        assert.ok(await session.isGone());
    });

    test("a session that never polls is gone half a second after its handshake", async () => {
        const session = await new Polling(server, base).open();
        await pause(505);
        assert.equal((await session.get()).status, 400);
        assert.equal(JSON.parse((await session.get()).text).code, 1);
    });

    test("a ping is sent once, however often nobody answers", async () => {
        const line = await openLine(server, base);
        await line.untilClosed(3000);
        assert.deepEqual(line.messages.drain(), ["2"]);
    });

    test("another packet while the pong is awaited extends the wait once, not for ever", async () => {
        const line = await openLine(server, base);
        assert.equal(await line.next(), "2");
        const start = performance.now();
        await pause(120);
        line.send("4a");
        const chatter = setInterval(() => line.send("4b"), 40);
        await line.untilClosed(3000);
        clearInterval(chatter);
        assert.ok(since(start) > 280, `closed after ${since(start)} ms`);
        assert.ok(since(start) < 1500 * patience, `closed after ${since(start)} ms`);
    });

    test("a pong puts the next ping a whole interval away", async () => {
        const line = await openLine(server, base);
        assert.equal(await line.next(), "2");
        await pause(100);
        line.send("3");
        const start = performance.now();
        assert.equal(await line.next(), "2");
        assert.ok(since(start) > 280, `${since(start)} ms`);
        await line.close();
    });

    test("a flood of pongs brings no extra pings", async () => {
        const line = await openLine(server, base);
        for (let i = 0; i < 1000; i++) line.send("3");
        await pause(700);
        const pings = line.messages.drain().filter((packet) => packet === "2").length;
        assert.ok(pings <= 2, `${pings} pings in 700 ms`);
        line.terminate();
    });

    test("sessions that were given up leave nothing behind", ours("its polling transport lingers"), async () => {
        for (let i = 0; i < 20; i++) await new Polling(server, base).open();
        await server.untilEmpty(undefined, 3000);
    });
});
