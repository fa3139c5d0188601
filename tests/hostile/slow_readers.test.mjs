// Those who stop reading: they cost at most their limits and delay nobody, on either transport.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isSanitized, ours, startServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { residentBytes } from "../support/process_facts.mjs";
import { patience, pause, until } from "../support/wait.mjs";
import { ask, FrameLine, frame, joinLine, opcodes } from "../support/websocket_wire.mjs";
import { many, MiB, ordinaryVisit, survives } from "./survival.mjs";

const why = "its buffers have no limit";

/// One who has joined and reads nothing any more.
async function stopped(server) {
    const line = await FrameLine.open(server);
    await line.write(frame(opcodes.text, "40"));
    await line.nextFrame();
    await line.nextFrame();
    line.socket.pause();
    return line;
}

describe("a hundred stopped readers under a broadcast", () => {
    for (const threads of [1, 4])
        test(`by WebSocket, ${threads} thread${threads > 1 ? "s" : ""}`, ours(why), async (t) => {
            const server = await startServer(t, { THREADS: threads });
            await survives(
                server,
                async () => {
                    const before = residentBytes(server.pid);
                    const sleepers = await many(100, () => stopped(server));
                    const [speaker, listener] = [await joinLine(server), await joinLine(server)];
                    const text = "x".repeat(50_000);
                    let [slowest, peak] = [0, 0];
                    for (let i = 0; i < 400; i++) {
                        const start = performance.now();
                        speaker.send(`42["broadcast",{"from":"socket"},"news",[${i},"${text}"]]`);
                        const packet = await listener.next();
                        assert.ok(packet.startsWith(`42["news",${i},`));
                        slowest = Math.max(slowest, performance.now() - start);
                        if (i % 10 === 0) peak = Math.max(peak, residentBytes(server.pid) - before);
                    }
                    // What they wait for they have in common: twenty MB in all, whatever their number.
                    if (!isSanitized) assert.ok(peak < 164 * MiB, `${Math.round(peak / MiB)} MiB`);
                    assert.ok(slowest < 1000 * patience, `one broadcast took ${Math.round(slowest)} ms`);
                    await until(async () => (await server.state()).connections === 2, "the stopped ones to be let go", 10_000);
                    for (const each of [speaker, listener]) await each.close();
                    for (const each of sleepers) each.destroy();
                    await server.untilEmpty();
                },
                { memory: 64 * MiB },
            );
        });

    test("by polling: those who never poll again", ours(why), async (t) => {
        const server = await startServer(t);
        await survives(server, async () => {
            await many(100, async () => {
                const session = await new Polling(server).open();
                await session.join();
                return session;
            });
            const [speaker, listener] = [await joinLine(server), await joinLine(server)];
            const text = "x".repeat(50_000);
            for (let i = 0; i < 160; i++) {
                speaker.send(`42["broadcast",{"from":"socket"},"news",[${i},"${text}"]]`);
                assert.ok((await listener.next()).startsWith(`42["news",${i},`));
            }
            await until(async () => (await server.state()).connections === 2, "the silent ones to be let go", 10_000);
            for (const each of [speaker, listener]) await each.close();
        });
    });

    test("by very many small messages", ours(why), async (t) => {
        const server = await startServer(t);
        await survives(server, async () => {
            await many(3, async () => {
                const session = await new Polling(server).open();
                await session.join();
            });
            const speaker = await joinLine(server);
            for (let i = 0; i < 20; i++) {
                for (let k = 0; k < 1000; k++) speaker.send(`42["broadcast",{"from":"socket"},"n",[${k}]]`);
                assert.deepEqual(await ask(speaker, "echo", [i]), [i]);
            }
            await until(async () => (await server.state()).connections === 1, "the silent ones to be let go", 10_000);
            await speaker.close();
        });
    });
});

test("who asks for much and reads nothing is let go", ours(why), async (t) => {
    const server = await startServer(t);
    await survives(server, async () => {
        const lines = await many(20, () => stopped(server));
        for (const line of lines) for (let i = 0; i < 50; i++) line.socket.write(frame(opcodes.text, '421["big","text",900000]'));
        await until(async () => (await server.state()).connections === 0, "them to be let go", 15_000);
        for (const line of lines) line.destroy();
    });
});

test("who echoes large messages and reads nothing is let go", ours(why), async (t) => {
    const server = await startServer(t);
    await survives(server, async () => {
        const line = await stopped(server);
        const piece = frame(opcodes.text, `421["echo","${"x".repeat(100_000)}"]`);
        for (let i = 0; i < 500 && !line.socket.destroyed; i++)
            await Promise.race([new Promise((resolve) => line.socket.write(piece, resolve)), pause(500)]);
        await until(async () => (await server.state()).connections === 0, "it to be let go", 10_000);
        line.destroy();
    });
});

test("a burst larger than the limit harms no fast reader", async (t) => {
    const server = await startServer(t);
    const line = await joinLine(server);
    line.send(`42["emit-back",{"count":40},"burst",["${"x".repeat(100_000)}"]]`);
    for (let i = 0; i < 40; i++) assert.ok((await line.next()).endsWith(`,${i}]`));
    await line.close();
});

test("who reads slowly but steadily gets everything in order", async (t) => {
    const server = await startServer(t);
    const line = await joinLine(server);
    line.socket._socket.pause();
    for (let i = 0; i < 8; i++) line.send(`42["echo",${i},"${"x".repeat(50_000)}"]`);
    await pause(200);
    line.socket._socket.resume();
    for (let i = 0; i < 8; i++) assert.ok((await line.next()).startsWith(`42["echo",${i},`));
    await line.close();
    await ordinaryVisit(server);
});

test("a slow reader drops volatile events and nothing else", ours(why), async (t) => {
    const server = await startServer(t);
    const line = await joinLine(server);
    line.socket._socket.pause();
    const speaker = await joinLine(server);
    for (let i = 0; i < 250; i++) await ask(speaker, "broadcast", [{ from: "socket", volatile: true }, "v", [i, "x".repeat(100_000)]]);
    await ask(speaker, "broadcast", [{ from: "socket" }, "last", []]);
    assert.equal((await server.state()).connections, 2, "volatile events count for no limit");
    line.socket._socket.resume();
    let count = 0;
    for (let packet; (packet = await line.next()) !== '42["last"]'; ) count += packet.startsWith('42["v"') ? 1 : 0;
    assert.ok(count < 250, "the kernel's buffers alone do not hold 25 megabytes");
    for (const each of [line, speaker]) await each.close();
});
