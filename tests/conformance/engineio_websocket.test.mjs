// A live WebSocket session: packets in frames, what ends it and with which code, and the sizes it takes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { closeFrame, FrameLine, frame, Line, openLine, opcodes } from "../support/websocket_wire.mjs";
import { exchange } from "../support/http_wire.mjs";

const base = "/engine.io/";
const target = `${base}?EIO=4&transport=websocket`;

describe("a WebSocket session", () => {
    const server = sharedServer({ MODE: "engine-echo" });
    const open = (options) => openLine(server, base, options);

    test("carries text", async () => {
        const line = await open();
        line.send("4hello");
        assert.equal(await line.next(), "4hello");
        await line.close();
    });

    test("carries binary without a type in front", async () => {
        const line = await open();
        for (const bytes of [[], [1, 2, 3, 4], [0x34, 0x34], Array.from({ length: 70_000 }, (_, i) => i & 255)]) {
            line.send(Buffer.from(bytes));
            assert.deepEqual(await line.next(), Buffer.from(bytes));
        }
        await line.close();
    });

    test("carries text of every length at which the frame header changes", async () => {
        const line = await open();
        for (const length of [0, 1, 123, 124, 125, 126, 127, 65533, 65534, 65535, 65536, 200_000]) {
            line.send(`4${"x".repeat(length)}`);
            assert.equal((await line.next()).length, length + 1);
        }
        await line.close();
    });

    test("carries characters of every length in UTF-8", async () => {
        const line = await open();
        line.send("4aé€😀\u0000");
        assert.equal(await line.next(), "4aé€😀\u0000");
        await line.close();
    });

    test("keeps the order of text and binary", async () => {
        const line = await open();
        for (let i = 0; i < 100; i++) line.send(i % 3 ? `4${i}` : Buffer.from([i]));
        for (let i = 0; i < 100; i++) assert.deepEqual(await line.next(), i % 3 ? `4${i}` : Buffer.from([i]));
        await line.close();
    });

    test("with b64=1 sends binary as base64 text and takes it so", async () => {
        const line = await open({ parameters: "&b64=1" });
        line.send("bAQIDBA==");
        assert.equal(await line.next(), "bAQIDBA==");
        await line.close();
    });

    test("base64 text is binary without b64=1, too", async () => {
        const line = await open();
        line.send("bAQIDBA==");
        assert.deepEqual(await line.next(), Buffer.from([1, 2, 3, 4]));
        await line.close();
    });

    for (const [what, text] of Object.entries({ "an unknown type": "abc", "a type beyond the last": "7", "an empty frame": "" }))
        test(`${what} ends the session with a close frame without a code`, async () => {
            const line = await open();
            line.send(text);
            assert.equal((await line.untilClosed()).code, 1005);
        });

    test("a ping from the client ends the session", async () => {
        for (const ping of ["2", "2probe"]) {
            const line = await open();
            line.send(ping);
            await line.untilClosed();
            await server.untilEmpty();
        }
    });

    test("pongs nobody asked for are tolerated", async () => {
        const line = await open();
        for (let i = 0; i < 50; i++) line.send("3");
        line.send("4alive");
        assert.equal(await line.next(), "4alive");
        await line.close();
    });

    test("upgrade and noop packets are ignored on a live connection", async () => {
        const line = await open();
        for (const packet of ["5", "6"]) line.send(packet);
        line.send("4alive");
        assert.equal(await line.next(), "4alive");
        await line.close();
    });

    test("a close packet closes at once", ours("it ignores the packet until the ping time-out"), async () => {
        const line = await open();
        line.send("1");
        await line.untilClosed(2000);
        await server.untilEmpty();
    });

    test("a WebSocket ping is answered by a pong with the same payload", async () => {
        const line = await open();
        line.socket.ping("are you there");
        assert.equal((await line.pongs.next()).toString(), "are you there");
        await line.close();
    });

    test("closing is answered with the same code", async () => {
        for (const code of [1000, 1001, 3000, 4999]) {
            const line = await FrameLine.open(server, target);
            await line.nextFrame(); // open packet
            await line.write(closeFrame(code, "bye"));
            assert.equal(await line.untilCloseFrame(), code);
            await line.untilClosed();
        }
        await server.untilEmpty();
    });

    test("a connection that breaks ends its session", async () => {
        const line = await open();
        line.terminate();
        await server.untilEmpty();
        const answer = await exchange(server, `${base}?EIO=4&transport=polling&sid=${line.sid}`);
        assert.equal(JSON.parse(answer.text).code, 1);
    });

    test("frames that come with the opening handshake are not lost", ours("it loses them"), async () => {
        const line = await FrameLine.open(server, target, { head: frame(opcodes.text, "4early") });
        assert.equal((await line.nextFrame()).payload.toString()[0], "0");
        assert.equal((await line.nextFrame()).payload.toString(), "4early");
        line.destroy();
    });

    test("a second WebSocket with the id of a WebSocket session opens nothing, and the first works on", ours("it waits for a probe"), async () => {
        const line = await open();
        const second = new Line(server, `${target}&sid=${line.sid}`);
        await second.untilClosed();
        line.send("4alive");
        assert.equal(await line.next(), "4alive");
        await line.close();
    });
});

describe("sizes", () => {
    const server = sharedServer({ MODE: "engine-echo", MAX_HTTP_BUFFER_SIZE: 1000 });

    test("a message of exactly the limit is taken", async () => {
        const line = await openLine(server, base);
        line.send(`4${"x".repeat(999)}`);
        assert.equal((await line.next()).length, 1000);
        line.send(Buffer.alloc(1000));
        assert.equal((await line.next()).length, 1000);
        await line.close();
    });

    test("one byte more is closed with 1009", async () => {
        for (const message of [`4${"x".repeat(1000)}`, Buffer.alloc(1001)]) {
            const line = await openLine(server, base);
            line.send(message);
            assert.equal((await line.untilClosed()).code, 1009);
        }
        await server.untilEmpty();
    });

    test("the limit holds for the sum of the fragments", async () => {
        const line = await FrameLine.open(server, target);
        await line.write(frame(opcodes.text, `4${"x".repeat(599)}`, { fin: false }));
        await line.write(frame(opcodes.continuation, "x".repeat(600)));
        assert.equal(await line.untilCloseFrame(), 1009);
    });

    test("a claimed length beyond the limit is refused before the payload comes", async () => {
        for (const claimed of [1001n, 70_000n, 1n << 40n, (1n << 63n) - 1n]) {
            const line = await FrameLine.open(server, target);
            await line.write(frame(opcodes.binary, "", { claimed }));
            assert.equal(await line.untilCloseFrame(), 1009);
        }
    });

    test("messages of sixteen MiB pass where the limit allows it", async (t) => {
        const large = await startServer(t, { MODE: "engine-echo", MAX_HTTP_BUFFER_SIZE: 20_000_000 });
        const line = await openLine(large, base, { maxPayload: 32 << 20 });
        const message = Buffer.alloc(16 << 20, 0x5a);
        line.send(message);
        assert.ok(message.equals(await line.next(15_000)));
        await line.close();
    });
});
