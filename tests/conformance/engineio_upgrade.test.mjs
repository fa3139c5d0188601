// The upgrade from polling to WebSocket: probe, noop, upgrade packet; and every other way it can go.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { FrameLine, Line } from "../support/websocket_wire.mjs";
import { pause, within } from "../support/wait.mjs";

const base = "/engine.io/";
const link = (server, session, options) => new Line(server, `${session.path}?EIO=4&transport=websocket&sid=${session.sid}`, options);

async function probed(server, path = base) {
    const session = await new Polling(server, path).open();
    const line = link(server, session);
    await line.opened;
    line.send("2probe");
    assert.equal(await line.next(), "3probe");
    return { session, line };
}

describe("upgrade", () => {
    const server = sharedServer({ MODE: "engine-echo", UPGRADE_TIMEOUT: 1000 });

    test("probe, noop for the waiting poll, upgrade packet: then WebSocket alone", async () => {
        const before = await server.state();
        const { session, line } = await probed(server);
        const start = performance.now();
        assert.deepEqual(await session.poll(), ["6"]);
        assert.ok(performance.now() - start < 1000);
        line.send("5");
        line.send("4hello");
        assert.equal(await line.next(), "4hello");
        await line.close();
        await server.untilEmpty(before);
    });

    test("a poll that waits already gets its noop, too", async () => {
        const session = await new Polling(server, base).open();
        const waiting = session.poll();
        const line = link(server, session);
        await line.opened;
        line.send("2probe");
        assert.equal(await line.next(), "3probe");
        assert.deepEqual(await waiting, ["6"]);
        assert.deepEqual(await session.poll(), ["6"]); // and so does each that follows
        line.send("5");
        line.send("4x");
        assert.equal(await line.next(), "4x");
        await line.close();
    });

    test("messages go on by polling until the upgrade packet, none is lost, none comes twice", async () => {
        const { session, line } = await probed(server);
        const got = [];
        for (let i = 0; i < 5; i++) {
            await session.send(`4${i}`);
            got.push(...(await session.poll()));
        }
        await session.send("4last");
        line.send("5"); // nobody polled for the last one
        line.send("4first by WebSocket");
        assert.equal(await line.next(), "4last");
        assert.equal(await line.next(), "4first by WebSocket");
        assert.deepEqual(got.filter((packet) => packet !== "6"), ["40", "41", "42", "43", "44"]);
        await line.close();
    });

    test("binary that waited for a poll goes out as binary", async () => {
        const { session, line } = await probed(server);
        await session.send("bAQID");
        line.send("5");
        assert.deepEqual(await line.next(), Buffer.from([1, 2, 3]));
        await line.close();
    });

    test("polls and posts are refused after it, and harm nobody", async () => {
        const { session, line } = await probed(server);
        line.send("5");
        line.send("4a");
        assert.equal(await line.next(), "4a");
        for (const answer of [await session.get(), await session.post("4x")]) {
            assert.equal(answer.status, 400);
            assert.deepEqual(JSON.parse(answer.text), { code: 3, message: "Bad request" });
        }
        line.send("4b");
        assert.equal(await line.next(), "4b");
        await line.close();
    });

    test("a poll that still waits at the upgrade packet is answered", async () => {
        const { session, line } = await probed(server);
        const waiting = session.get();
        await session.send("3");
        line.send("5");
        const answer = await waiting;
        assert.ok((answer.status === 200 && /^[16]$/.test(answer.text)) || answer.status === 400, `${answer.status} ${answer.text}`);
        line.send("4b");
        assert.equal(await line.next(), "4b");
        await line.close();
    });

    test("a second WebSocket is closed, during the probe and after the upgrade", async () => {
        const { session, line } = await probed(server);
        await link(server, session).untilClosed();
        line.send("5");
        line.send("4a");
        assert.equal(await line.next(), "4a");
        await link(server, session).untilClosed();
        line.send("4b");
        assert.equal(await line.next(), "4b");
        await line.close();
    });

    for (const packet of ["4hello", "2", "3", "1", "x", "", "2prob"])
        test(`${JSON.stringify(packet)} instead of the probe closes the probe, not the session`, async () => {
            const session = await new Polling(server, base).open();
            const line = link(server, session);
            await line.opened;
            line.send(packet);
            await line.untilClosed();
            await session.send("4alive");
            assert.match((await session.pollFor(/^4/)), /^4alive$/);
        });

    test("a binary message instead of the probe closes the probe, not the session", async () => {
        const session = await new Polling(server, base).open();
        const line = link(server, session);
        await line.opened;
        line.send(Buffer.from("2probe"));
        await line.untilClosed();
        await session.send("4alive");
        assert.deepEqual(await session.poll(), ["4alive"]);
    });

    test("a message between probe and upgrade packet closes the probe, not the session", async () => {
        const { session, line } = await probed(server);
        line.send("4too early");
        await line.untilClosed();
        await session.send("4alive");
        assert.equal(await session.pollFor(/^4/), "4alive");
    });

    test("after a failed probe another one may succeed", async () => {
        const before = await server.state();
        const { session, line } = await probed(server);
        line.terminate();
        await line.closed;
        const second = await (async () => {
            for (let attempt = 0; attempt < 100; attempt++) {
                const again = link(server, session);
                await again.opened;
                again.send("2probe");
                const answer = await Promise.race([again.next(), again.closed]);
                if (answer === "3probe") return again;
                await pause(10);
            }
            throw new Error("no second probe was taken");
        })();
        second.send("5");
        second.send("4x");
        assert.equal(await second.next(), "4x");
        await second.close();
        await server.untilEmpty(before);
    });

    test("an upgrade that is not completed in time is closed, the session stays on polling", async () => {
        const { session, line } = await probed(server);
        await line.untilClosed(5000);
        await session.send("4alive");
        assert.equal(await session.pollFor(/^4/), "4alive");
    });

    test("a probe that says nothing is closed, the session stays on polling", async () => {
        const session = await new Polling(server, base).open();
        const line = link(server, session);
        await line.opened;
        await line.untilClosed(5000);
        await session.send("4alive");
        assert.equal(await session.pollFor(/^4/), "4alive");
    });

    test("closing the session by polling closes the probe as well", async () => {
        const before = await server.state();
        const { session, line } = await probed(server);
        assert.equal((await session.post("1")).text, "ok");
        await line.untilClosed(3000);
        await server.untilEmpty(before);
    });

    test("a WebSocket that drops after the upgrade ends the session", async () => {
        const before = await server.state();
        const { session, line } = await probed(server);
        line.send("5");
        line.send("4x");
        await line.next();
        line.terminate();
        await server.untilEmpty(before);
        assert.equal(JSON.parse((await session.get()).text).code, 1);
    });

    test("probe and upgrade packet in one write are understood", ours("it takes the second before the first is answered"), async () => {
        const before = await server.state();
        const { frame, opcodes } = await import("../support/websocket_wire.mjs");
        const session = await new Polling(server, base).open();
        const head = Buffer.concat(["2probe", "5", "4x"].map((packet) => frame(opcodes.text, packet)));
        const line = await FrameLine.open(server, `${base}?EIO=4&transport=websocket&sid=${session.sid}`, { head });
        assert.equal((await line.nextFrame()).payload.toString(), "3probe");
        assert.equal((await line.nextFrame()).payload.toString(), "4x");
        line.destroy();
        await server.untilEmpty(before);
    });
});

test("an upgrade under traffic in both directions loses and doubles nothing", async (t) => {
    const server = await startServer(t, { MODE: "engine-echo" });
    for (let round = 0; round < 5; round++) {
        const session = await new Polling(server, base).open();
        const got = [];
        let polling = true;
        const receiving = (async () => {
            while (polling) {
                const answer = await session.get();
                if (answer.status !== 200) break;
                got.push(...answer.text.split("\x1e"));
            }
        })();
        for (let i = 0; i < 10; i++) await session.send(`4${i}`);
        const line = link(server, session);
        await line.opened;
        line.send("2probe");
        assert.equal(await line.next(), "3probe");
        await session.send("410", "411");
        polling = false; // the poll under way is answered by a message or a noop
        await within(receiving, "the last poll");
        line.send("5");
        for (let i = 12; i < 20; i++) line.send(`4${i}`);
        const wanted = Array.from({ length: 20 }, (_, i) => `4${i}`);
        const messages = () => got.filter((packet) => packet[0] === "4");
        while (messages().length < wanted.length) got.push(await line.next());
        assert.deepEqual(messages(), wanted);
        await line.close();
    }
    await server.untilEmpty();
});
