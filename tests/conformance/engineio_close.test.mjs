// Every direction in which a session can be closed. The server's own closing is asked for through Socket.IO's
// `disconnect-me true`, which ends the whole connection.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ContractServer, sharedServer, startServer } from "../support/contract_server.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { joinLine } from "../support/websocket_wire.mjs";

describe("the client closes", () => {
    const server = sharedServer({ MODE: "engine-echo" });
    const base = "/engine.io/";

    test("by polling: the POST is answered, the waiting poll gets a noop, the session is unknown", async () => {
        const session = await new Polling(server, base).open();
        const waiting = session.get();
        await session.send("3");
        assert.equal((await session.post("1")).text, "ok");
        const answer = await waiting;
        assert.equal(answer.status, 200);
        assert.equal(answer.text, "6");
        const later = await session.get();
        assert.equal(later.status, 400);
        assert.deepEqual(JSON.parse(later.text), { code: 1, message: "Session ID unknown" });
        await server.untilEmpty();
    });

    test("by polling with nobody waiting: the session is unknown at once", async () => {
        const session = await new Polling(server, base).open();
        assert.equal((await session.post("1")).text, "ok");
        assert.equal(JSON.parse((await session.get()).text).code, 1);
    });

    test("packets behind the close packet are not served", async () => {
        const session = await new Polling(server, base).open();
        const waiting = session.get().catch(() => ({ text: "" }));
        await session.post("1\x1e4late").catch(() => {});
        assert.doesNotMatch((await waiting).text, /late/);
        assert.ok(await session.isGone());
    });
});

describe("the server closes", () => {
    const server = sharedServer();

    test("a WebSocket: the namespaces are told, then a close frame without a code", async () => {
        const line = await joinLine(server);
        line.send('42["disconnect-me",true]');
        assert.equal(await line.next(), "41");
        assert.equal((await line.untilClosed()).code, 1005);
        await server.untilEmpty();
    });

    // The official client handles a close packet before the Socket.IO packets of the same payload: what is behind
    // "41" in one payload makes "io server disconnect" a "transport close", after which it reconnects by itself.
    for (const waits of [true, false])
        test(`a polling session with ${waits ? "a" : "no"} poll waiting: first it gets the rest, then, in a payload of its own, a close packet`, async () => {
            const session = await new Polling(server).open();
            await session.join();
            let rest = waits && session.poll();
            await session.send('42["disconnect-me",true]');
            rest = await (rest || session.poll());
            assert.deepEqual(rest, ["41"]);
            const goodbye = await session.poll();
            assert.equal(goodbye.at(-1), "1");
            assert.ok(goodbye.slice(0, -1).every((packet) => packet === "6"), goodbye.join());
            await server.untilEmpty();
            assert.equal((await session.get()).status, 400);
        });

    test("while it drains, what is queued still arrives", async () => {
        const line = await joinLine(server);
        line.send('42["emit-back",{"count":50},"e",[]]');
        line.send('42["disconnect-me",true]');
        for (let i = 0; i < 50; i++) assert.equal(await line.next(), `42["e",${i}]`);
        assert.equal(await line.next(), "41");
        await line.untilClosed();
    });
});

describe("the process ends", () => {
    test("with status 0 after SIGTERM, its clients closed, its port free at once", async (t) => {
        const first = await startServer(t);
        const line = await joinLine(first);
        const session = await new Polling(first).open();
        await session.join();
        const waiting = session.get().catch(() => undefined);
        const { port } = first;
        await first.stop();
        await line.untilClosed();
        await waiting;
        const second = await startServer(t, { PORT: port });
        assert.equal(second.port, port);
        assert.equal((await exchange(second, "/healthz")).text, "ok");
    });

    test("with status 0 at whatever moment after READY the signal comes", async () => {
        for (let i = 0; i < 10; i++) await (await new ContractServer().start()).stop();
    });

    test("although somebody holds connections open and says nothing", async (t) => {
        const server = await startServer(t);
        const silent = [new RawConnection(server), new RawConnection(server, "GET /"), new RawConnection(server, "POST /socket.io/ HTTP/1.1\r\n")];
        for (const connection of silent) await connection.connected;
        await server.stop();
        for (const connection of silent) await connection.untilClosed();
    });
});
