// Connection state recovery on the wire: pid and offset, what is missed and what is not, and when it is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { ask, joinLine, openLine } from "../support/websocket_wire.mjs";
import { pause, until } from "../support/wait.mjs";

/// The next event on the line: {args, offset}; others are not expected.
async function event(line) {
    const packet = await line.next();
    assert.match(packet, /^42\[/);
    const args = JSON.parse(packet.slice(2));
    return { args, offset: args.at(-1) };
}

/// Joins anew with pid and offset; {missed, reply, line}.
async function rejoin(server, pid, offset, extra = {}) {
    const line = await openLine(server);
    line.send(`40${JSON.stringify({ pid, ...(offset === undefined ? {} : { offset }), ...extra })}`);
    const missed = [];
    for (;;) {
        const packet = await line.next();
        if (typeof packet === "string" && packet.startsWith("40")) return { line, missed, reply: JSON.parse(packet.slice(2)) };
        missed.push(packet);
    }
}

describe("recovery", () => {
    const server = sharedServer({ RECOVERY_MS: 5000 });

    /// One who has joined, received an event and lost the connection.
    async function lost(rooms = []) {
        const line = await joinLine(server);
        const { sid, pid } = line.reply;
        if (rooms.length) await ask(line, "join", [rooms]);
        await ask(line, "set-data", [{ name: "ada" }]);
        line.send('42["echo","first"]');
        const { offset } = await event(line);
        const before = await server.state();
        line.terminate();
        await until(async () => (await server.state()).sockets < before.sockets, "the loss to be noticed");
        return { sid, pid, offset };
    }

    test("the reply carries a secret pid beside the public sid", async () => {
        const line = await joinLine(server);
        assert.deepEqual(Object.keys(line.reply).sort(), ["pid", "sid"]);
        assert.notEqual(line.reply.pid, line.reply.sid);
        assert.match(line.reply.pid, /^[A-Za-z0-9_-]{16,}$/);
        await line.close();
    });

    test("events carry an offset as last argument; acks, events with acks and volatile ones do not", async () => {
        const line = await joinLine(server);
        line.send('42["echo",1]');
        const first = await event(line);
        assert.equal(first.args.length, 3);
        assert.equal(typeof first.offset, "string");
        line.send('42["echo",2]');
        assert.notEqual((await event(line)).offset, first.offset);
        line.send('427["echo",3]');
        assert.equal(await line.next(), "437[3]");
        line.send('42["emit-back",{"volatile":true},"v",[4]]');
        assert.equal(await line.next(), '42["v",4]');
        line.send('42["ask-me","q",[5],100]');
        assert.match(await line.next(), /^42\d+\["q",5\]$/);
        await line.close();
    });

    test("binary events carry it in their text", async () => {
        const line = await joinLine(server);
        line.send('451-["echo",{"_placeholder":true,"num":0}]');
        line.send(Buffer.from("x"));
        assert.match(await line.next(), /^451-\["echo",\{"_placeholder":true,"num":0\},"[^"]+"\]$/);
        assert.deepEqual(await line.next(), Buffer.from("x"));
        await line.close();
    });

    test("brings back id, rooms and data, and the missed events before the reply", async () => {
        const { sid, pid, offset } = await lost(["lounge"]);
        const other = await joinLine(server);
        other.send('42["broadcast",{"to":"lounge"},"news",[1]]');
        other.send('452-["broadcast",{},"news",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]]');
        other.send(Buffer.from("a"));
        other.send(Buffer.from("b"));
        await ask(other, "broadcast", [{ to: sid }, "news", [3]]);
        const { line, missed, reply } = await rejoin(server, pid, offset);
        assert.deepEqual(reply, { sid, pid });
        assert.match(missed[0], /^42\["news",1,"[^"]+"\]$/);
        assert.match(missed[1], /^452-\["news",\{"_placeholder":true,"num":0\},\{"_placeholder":true,"num":1\},"[^"]+"\]$/);
        assert.deepEqual(missed.slice(2, 4), [Buffer.from("a"), Buffer.from("b")]);
        assert.match(missed[4], /^42\["news",3,"[^"]+"\]$/);
        assert.equal(missed.length, 5);
        const [me] = await ask(line, "whoami");
        assert.equal(me.recovered, true);
        assert.equal(me.id, sid);
        assert.deepEqual(me.data, { name: "ada" });
        assert.deepEqual(await ask(line, "rooms"), [["lounge", sid].sort()]);
        for (const each of [line, other]) await each.close();
    });

    test("leaves out what was meant for others, volatile ones, and ones with acks", async () => {
        const { sid, pid, offset } = await lost(["lounge"]);
        const other = await joinLine(server);
        await ask(other, "broadcast", [{ to: "kitchen" }, "kitchen", []]);
        await ask(other, "broadcast", [{ except: "lounge" }, "not for the lounge", []]);
        await ask(other, "broadcast", [{ except: sid }, "not for you", []]);
        await ask(other, "broadcast", [{ volatile: true }, "volatile", []]);
        await ask(other, "broadcast", [{ timeout: 20, to: "lounge" }, "with ack", []]);
        await ask(other, "broadcast", [{ to: ["kitchen", "lounge"] }, "for you", []]);
        const { line, missed } = await rejoin(server, pid, offset);
        assert.equal(missed.length, 1);
        assert.match(missed[0], /^42\["for you",/);
        for (const each of [line, other]) await each.close();
    });

    test("can be done again and again", async () => {
        let { sid, pid, offset } = await lost();
        for (let i = 0; i < 3; i++) {
            const other = await joinLine(server);
            await ask(other, "broadcast", [{}, "news", [i]]);
            other.terminate();
            const { line, missed, reply } = await rejoin(server, pid, offset);
            assert.deepEqual(reply, { sid, pid });
            assert.equal(missed.length, 1);
            offset = JSON.parse(missed[0].slice(2)).at(-1);
            const before = await server.state();
            line.terminate();
            await until(async () => (await server.state()).sockets < before.sockets, "the loss to be noticed");
        }
    });

    test("works over polling", async () => {
        const session = await new Polling(server).open();
        const { sid, pid } = await session.join();
        await session.send('42["echo","first"]');
        const offset = JSON.parse((await session.pollFor(/^42/)).slice(2)).at(-1);
        await session.post("1");
        const other = await joinLine(server);
        await ask(other, "broadcast", [{}, "news", [1]]);
        await other.close();
        const again = await new Polling(server).open();
        await again.send(`40${JSON.stringify({ pid, offset })}`);
        const reply = await again.pollFor(/^40/);
        assert.deepEqual(JSON.parse(reply.slice(2)), { sid, pid });
        assert.match(again.passed[0], /^42\["news",1,/);
    });

    for (const [what, change] of [
        ["an unknown pid", ({ offset }) => ["abcdefghijklmnopqrst", offset]],
        ["an unknown offset", ({ pid }) => [pid, "nonsense"]],
        ["an offset that is no string", ({ pid }) => [pid, 5]],
        ["a pid that is no string", ({ offset }) => [{ x: 1 }, offset]],
        ["a pid and an offset of prototypes", () => ["__proto__", "constructor"]],
        ["an empty pid", ({ offset }) => ["", offset]],
    ])
        test(`${what} joins anew`, async () => {
            const session = await lost();
            const { line, missed, reply } = await rejoin(server, ...change(session));
            assert.notEqual(reply.sid, session.sid);
            assert.notEqual(reply.pid, session.pid);
            assert.deepEqual(missed, []);
            assert.equal((await ask(line, "whoami"))[0].recovered, false);
            await line.close();
        });

    test("a pid is good once", ours("it keeps the session"), async () => {
        const { pid, offset, sid } = await lost();
        const first = await rejoin(server, pid, offset);
        assert.equal(first.reply.sid, sid);
        const before = await server.state();
        await ask(first.line, "disconnect-log", [sid]);
        first.line.send("41");
        await until(async () => (await server.state()).sockets < before.sockets, "the leaving");
        const second = await rejoin(server, pid, offset);
        assert.notEqual(second.reply.sid, sid);
        for (const { line } of [first, second]) line.terminate();
    });

    for (const [what, packet] of [
        ["who leaves the namespace", "41"],
        ["who is disconnected by the server", '42["disconnect-me"]'],
        ["whose connection the server ends on purpose", '42["disconnect-me",true]'],
    ])
        test(`${what} is not recovered`, async () => {
            const line = await joinLine(server);
            const { sid, pid } = line.reply;
            line.send('42["echo",1]');
            const { offset } = await event(line);
            const before = await server.state();
            line.send(packet);
            await until(async () => (await server.state()).sockets < before.sockets, "the leaving");
            const again = await rejoin(server, pid, offset);
            assert.notEqual(again.reply.sid, sid);
            for (const each of [line, again.line]) each.terminate();
        });

    test("auth beside pid and offset is seen by the handler", async () => {
        const { pid, offset, sid } = await lost();
        const { line, reply } = await rejoin(server, pid, offset, { token: "x" });
        assert.equal(reply.sid, sid);
        await line.close();
    });

    test("a middleware is skipped for those who come back", async () => {
        const { pid, offset, sid } = await lost();
        const { line, reply } = await rejoin(server, pid, offset, { reject: true });
        assert.equal(reply.sid, sid);
        await line.close();
    });

    test("an offset is there before the first event", ours("it needs an event first"), async () => {
        const line = await joinLine(server);
        const { sid, pid } = line.reply;
        const before = await server.state();
        line.terminate();
        await until(async () => (await server.state()).sockets < before.sockets, "the loss to be noticed");
        const other = await joinLine(server);
        await ask(other, "broadcast", [{}, "news", [1]]);
        const again = await rejoin(server, pid, undefined);
        assert.deepEqual(again.reply, { sid, pid });
        assert.equal(again.missed.length, 1);
        assert.match(again.missed[0], /^42\["news",1,/);
        for (const each of [again.line, other]) await each.close();
    });

    test("a half-open connection is taken over: the old one is closed, nothing is lost", ours("it gives a new id"), async () => {
        const old = await joinLine(server);
        const { sid, pid } = old.reply;
        await ask(old, "join", ["lounge"]);
        old.send('42["echo",1]');
        const { offset } = await event(old);
        old.socket._socket.pause(); // it reads nothing any more, and nobody knows
        const other = await joinLine(server);
        await ask(other, "broadcast", [{ to: "lounge" }, "news", [1]]);
        const before = await server.state();
        const { line, missed, reply } = await rejoin(server, pid, offset);
        assert.deepEqual(reply, { sid, pid });
        assert.equal(missed.length, 1);
        assert.deepEqual(await ask(line, "rooms"), [["lounge", sid].sort()]);
        await until(async () => (await server.state()).connections === before.connections, "the old connection to go");
        assert.equal((await server.state()).sockets, before.sockets);
        assert.equal((await ask(line, "whoami"))[0].recovered, true);
        old.socket._socket.resume();
        await old.untilClosed();
        for (const each of [line, other]) await each.close();
    });
});

test("after the time nobody is recovered, and nothing is kept", async (t) => {
    const server = await startServer(t, { RECOVERY_MS: 200 });
    const line = await joinLine(server);
    const { sid, pid } = line.reply;
    line.send('42["echo",1]');
    const { offset } = await event(line);
    line.terminate();
    await server.untilEmpty();
    await pause(400);
    const again = await rejoin(server, pid, offset);
    assert.notEqual(again.reply.sid, sid);
    await again.line.close();
});

test("without recovery there is neither pid nor offset", async (t) => {
    const server = await startServer(t);
    const line = await joinLine(server);
    assert.deepEqual(Object.keys(line.reply), ["sid"]);
    line.send('42["echo",1]');
    assert.equal(await line.next(), '42["echo",1]');
    await line.close();
});
