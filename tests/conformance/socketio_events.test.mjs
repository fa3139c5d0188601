// Events, acks and broadcasts on the wire: bytes, order, ids, volatile, and who may answer whom.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { ask, join, joinLine, openLine } from "../support/websocket_wire.mjs";
import { until } from "../support/wait.mjs";

describe("events", () => {
    const server = sharedServer();

    test("go out in the order in which they were emitted, text and binary mixed", async () => {
        const line = await joinLine(server);
        for (let i = 0; i < 30; i++) {
            if (i % 3) line.send(`42["echo",${i}]`);
            else {
                line.send('451-["echo",{"_placeholder":true,"num":0}]');
                line.send(Buffer.from([i]));
            }
        }
        for (let i = 0; i < 30; i++) {
            if (i % 3) assert.equal(await line.next(), `42["echo",${i}]`);
            else {
                assert.equal(await line.next(), '451-["echo",{"_placeholder":true,"num":0}]');
                assert.deepEqual(await line.next(), Buffer.from([i]));
            }
        }
        await line.close();
    });

    test("of another namespace carry its name", async () => {
        const line = await openLine(server);
        await join(line, "/ünï");
        line.send('42/ünï,["echo","é"]');
        assert.equal(await line.next(), '42/ünï,["echo","é"]');
        line.send('451-/ünï,12["echo",{"_placeholder":true,"num":0}]');
        line.send(Buffer.from("x"));
        assert.equal(await line.next(), '461-/ünï,12[{"_placeholder":true,"num":0}]');
        assert.deepEqual(await line.next(), Buffer.from("x"));
        await line.close();
    });

    test("of two namespaces on one line do not mix", async () => {
        const line = await joinLine(server);
        await join(line, "/custom");
        line.send('421["join","room"]');
        await line.next();
        line.send('42/custom,1["rooms"]');
        const [rooms] = JSON.parse((await line.next()).slice("43/custom,1".length));
        assert.equal(rooms.length, 1);
        await line.close();
    });

    test("a broadcast is the same text to everybody, and binary follows it at once", async () => {
        const lines = [];
        for (let i = 0; i < 5; i++) lines.push(await joinLine(server, "/dyn-900"));
        const session = await new Polling(server).open();
        await session.join("/dyn-900");
        lines[0].send(`451-/dyn-900,["broadcast",{},"news",[{"_placeholder":true,"num":0},"x"]]`);
        lines[0].send(Buffer.from([9, 8]));
        for (const line of lines) {
            assert.equal(await line.next(), '451-/dyn-900,["news",{"_placeholder":true,"num":0},"x"]');
            assert.deepEqual(await line.next(), Buffer.from([9, 8]));
        }
        assert.deepEqual(await session.poll(), ['451-/dyn-900,["news",{"_placeholder":true,"num":0},"x"]', "bCQg="]);
        for (const line of lines) line.terminate();
    });

    test("a middleware of events may rewrite and refuse", async () => {
        const line = await joinLine(server);
        assert.deepEqual(await ask(line, "mw-rewrite", ["quiet"]), ["QUIET"]);
        line.send('423["mw-reject",1]');
        assert.equal(await line.next(), '42["mw-error",{"message":"rejected by middleware","data":{"event":"mw-reject","code":42}}]');
        assert.deepEqual(await ask(line, "echo", [1]), [1]);
        assert.deepEqual(line.passed, []);
        await line.close();
    });

    test("wrong arguments do no harm", async () => {
        const events = "echo inspect no-ack ack-later ack-twice flaky ask-me join leave rooms broadcast emit-back big handshake whoami set-data seen sent mw-rewrite mw-reject disconnect-log fetch-sockets sockets-join sockets-leave server-emit server-emit-ack server-notes parent-broadcast".split(" ");
        const oddities = [[], [null], [-1], [1e300], ["x"], [[]], [{}], [true, true, true], [null, null, null], [{ to: 5, nsp: 7 }, 5, 5], [{ timeout: "x" }, {}, {}], ["text", -5], ["text", "x"], [["a", 1, null]]];
        const witness = await joinLine(server, "/custom");
        for (const event of events)
            for (const args of oddities) {
                const line = await joinLine(server);
                line.send(`42${JSON.stringify([event, ...args])}`);
                line.send(`429${JSON.stringify([event, ...args])}`);
                line.send('425["whoami"]');
                await Promise.race([until(() => line.messages.drain().some((packet) => String(packet).startsWith("435")), `an answer behind ${event} ${JSON.stringify(args)}`), line.closed]);
                line.terminate();
            }
        witness.send('42/custom,1["echo",1]');
        assert.equal(await witness.next(), "43/custom,1[1]");
        await witness.close();
    });
});

describe("acks", () => {
    const server = sharedServer();

    test("carry the id they were asked with, in any order", async () => {
        const line = await joinLine(server);
        line.send('420["ack-later",150,"slow"]');
        line.send('4210["ack-later",1,"quick"]');
        line.send('42999999999["echo"]');
        assert.equal(await line.next(), "43999999999[]");
        assert.equal(await line.next(), '4310["quick"]');
        assert.equal(await line.next(), '430["slow"]');
        await line.close();
    });

    test("go out once, however often the handler answers", async () => {
        const line = await joinLine(server);
        line.send('421["ack-twice","x"]');
        assert.equal(await line.next(), '431["x"]');
        assert.deepEqual(await ask(line, "echo", []), []);
        assert.deepEqual(line.passed, []);
        await line.close();
    });

    test("are asked for with a number and taken once", async () => {
        const line = await joinLine(server);
        line.send('421["ask-me","question",[1,"two"],1000]');
        const [, id] = /^42(\d+)\["question",1,"two"\]$/.exec(await line.next());
        line.send(`43${id}["answer",{"a":1}]`);
        line.send(`43${id}["too late"]`);
        assert.equal(await line.next(), '431[{"ok":true,"args":["answer",{"a":1}]}]');
        await line.close();
    });

    test("may be binary in both directions", async () => {
        const line = await joinLine(server);
        line.send('451-1["ask-me","question",[{"_placeholder":true,"num":0}],1000]');
        line.send(Buffer.from("q"));
        const [, id] = /^451-(\d+)\["question",\{"_placeholder":true,"num":0\}\]$/.exec(await line.next());
        assert.deepEqual(await line.next(), Buffer.from("q"));
        line.send(`461-${id}[{"x":{"_placeholder":true,"num":0}}]`);
        line.send(Buffer.from("a"));
        assert.equal(await line.next(), '461-1[{"ok":true,"args":[{"x":{"_placeholder":true,"num":0}}]}]');
        assert.deepEqual(await line.next(), Buffer.from("a"));
        await line.close();
    });

    test("are accepted from the socket that was asked, only", async () => {
        const [asked, other] = [await joinLine(server), await joinLine(server)];
        asked.send('421["ask-me","question",[],1000]');
        const [, id] = /^42(\d+)\["question"\]$/.exec(await asked.next());
        other.send(`43${id}["forged"]`);
        assert.deepEqual(await ask(other, "echo", []), []);
        asked.send(`43${id}["true"]`);
        assert.equal(await asked.next(), '431[{"ok":true,"args":["true"]}]');
        for (const line of [asked, other]) await line.close();
    });

    test("that come after their time are ignored", async () => {
        const line = await joinLine(server);
        line.send('421["ask-me","question",[],50]');
        const [, id] = /^42(\d+)\["question"\]$/.exec(await line.next());
        assert.equal(await line.next(), '431[{"ok":false,"error":"timeout"}]');
        line.send(`43${id}["late"]`);
        assert.deepEqual(await ask(line, "echo", [1]), [1]);
        await line.close();
    });

    test("of a broadcast are gathered: the first argument of each", async () => {
        const lines = [];
        for (let i = 0; i < 4; i++) lines.push(await joinLine(server, "/dyn-901"));
        lines[0].send('42/dyn-901,1["broadcast",{"from":"socket","timeout":2000},"who",[]]');
        for (const [i, line] of lines.slice(1).entries()) {
            const [, id] = /^42\/dyn-901,(\d+)\["who"\]$/.exec(await line.next());
            line.send(`43/dyn-901,${id}[${i},"ignored"]`);
        }
        const answer = JSON.parse((await lines[0].next()).slice("43/dyn-901,1".length));
        assert.equal(answer[0].err, false);
        assert.deepEqual(answer[0].responses.sort(), [0, 1, 2]);
        for (const line of lines) await line.close();
    });

    test("of a broadcast to nobody are an empty list at once", async () => {
        const line = await joinLine(server);
        const start = performance.now();
        assert.deepEqual(await ask(line, "broadcast", [{ to: "nobody is here", timeout: 4000 }, "x", []]), [{ err: false, responses: [] }]);
        assert.ok(performance.now() - start < 3000);
        await line.close();
    });

    test("of a broadcast that not all answer: an error and what there is", async () => {
        const lines = [await joinLine(server, "/dyn-902"), await joinLine(server, "/dyn-902")];
        lines[0].send('42/dyn-902,1["broadcast",{"timeout":200},"who",[]]');
        const [, id] = /^42\/dyn-902,(\d+)\["who"\]$/.exec(await lines[1].next());
        lines[1].send(`43/dyn-902,${id}["here"]`);
        await lines[0].next(); // asked itself, answers nothing
        assert.equal(await lines[0].next(), '43/dyn-902,1[{"err":true,"responses":["here"]}]');
        for (const line of lines) await line.close();
    });

    test("of a broadcast do not wait for those who leave", ours("it waits for the time-out"), async () => {
        const lines = [await joinLine(server, "/dyn-903"), await joinLine(server, "/dyn-903")];
        lines[0].send('42/dyn-903,1["broadcast",{"from":"socket","timeout":4000},"who",[]]');
        await lines[1].next();
        lines[1].terminate();
        const start = performance.now();
        assert.match(await lines[0].next(), /^43\/dyn-903,1\[\{"err":(true|false),"responses":\[\]\}\]$/);
        assert.ok(performance.now() - start < 6000);
        await lines[0].close();
    });
});

describe("volatile", () => {
    const server = sharedServer();

    test("is dropped while no poll waits, and only then", async () => {
        const session = await new Polling(server).open();
        await session.join();
        await session.send('42["emit-back",{"volatile":true},"gone",[]]', '421["echo","marker"]');
        assert.deepEqual(await session.poll(), ['431["marker"]']);
        const waiting = session.poll();
        await session.send("3"); // the poll has surely arrived when this is answered
        await session.send('42["emit-back",{"volatile":true},"kept",[]]');
        assert.deepEqual(await waiting, ['42["kept"]']);
    });

    test("reaches a WebSocket that reads", async () => {
        const line = await joinLine(server);
        line.send('421["emit-back",{"volatile":true},"kept",[1]]');
        assert.equal(await line.next(), '42["kept",1]');
        assert.equal(await line.next(), '431[{"done":true}]');
        await line.close();
    });
});

describe("reasons of disconnection", () => {
    const server = sharedServer({ PING_INTERVAL: 300, PING_TIMEOUT: 200 });

    async function reasonOf(leave, options) {
        const line = await joinLine(server, "/", undefined, options);
        const alive = setInterval(() => {
            if (line.messages.size && line.messages.drain().includes("2")) line.send("3");
        }, 20);
        await ask(line, "join", ["lounge"]);
        clearInterval(alive);
        const { sid } = line.reply;
        await leave(line);
        const watcher = await joinLine(server);
        const log = await until(async () => (await ask(watcher, "disconnect-log", [sid]))[0], "the log", 4000);
        watcher.terminate();
        line.terminate();
        assert.deepEqual(log.rooms, ["lounge", sid].sort());
        return log.reason;
    }

    test("client namespace disconnect", async () => assert.equal(await reasonOf((line) => line.send("41")), "client namespace disconnect"));
    test("server namespace disconnect", async () =>
        assert.equal(await reasonOf((line) => line.send('42["disconnect-me"]')), "server namespace disconnect"));
    test("transport close, by a close frame", async () => assert.equal(await reasonOf((line) => line.close()), "transport close"));
    test("transport close, by the end of the connection", async () =>
        assert.equal(await reasonOf((line) => line.socket._socket.end()), "transport close"));
    test("ping timeout", async () => assert.equal(await reasonOf((line) => line.untilClosed(3000)), "ping timeout"));
    test("forced close, by a malformed packet", async () => assert.equal(await reasonOf((line) => line.send("49")), "forced close"));
    test("forced server close, by a breach of the protocol", async () =>
        // The official server says the one or the other, whichever of its two layers is first.
        assert.match(await reasonOf((line) => line.send("40")), /^forced (server )?close$/));
    test("parse error, by a malformed Engine.IO packet", async () => assert.equal(await reasonOf((line) => line.send("x")), "parse error"));
    test("transport error, by a frame that is too large or no frame at all", async () =>
        assert.equal(await reasonOf((line) => line.socket._socket.write(Buffer.from([0xff, 0xff, 0xff]))), "transport error"));
    test("transport error, by a ping from the wrong side", async () => assert.equal(await reasonOf((line) => line.send("2")), "transport error"));
});
