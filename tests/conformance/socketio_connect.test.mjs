// Joining and leaving namespaces, byte by byte: replies, refusals, time limits, and which misuse closes the connection.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { ask, FrameLine, frame, join, joinLine, openLine, opcodes } from "../support/websocket_wire.mjs";
import { pause, until } from "../support/wait.mjs";

const idShape = /^[A-Za-z0-9_-]{20}$/;

describe("the plain server of the conformance mode", () => {
    const server = sharedServer({ MODE: "sio-conformance", PING_INTERVAL: 300, PING_TIMEOUT: 200, CONNECT_TIMEOUT: 1000, CORS_ORIGIN: "*" });

    for (const [sent, prefix, auth] of [
        ["40", "40", "{}"],
        ['40{"token":"123"}', "40", '{"token":"123"}'],
        ["40/custom,", "40/custom,", "{}"],
        ["40/custom", "40/custom,", "{}"],
        ['40/custom,{"token":"abc"}', "40/custom,", '{"token":"abc"}'],
    ])
        test(`${sent} is answered by an object with the key sid alone`, async () => {
            const line = await openLine(server);
            line.send(sent);
            const reply = await line.next();
            assert.ok(reply.startsWith(prefix));
            const payload = JSON.parse(reply.slice(prefix.length));
            assert.deepEqual(Object.keys(payload), ["sid"]);
            assert.match(payload.sid, idShape);
            assert.equal(await line.next(), `42${prefix.slice(2)}["auth",${auth}]`);
            await line.close();
        });

    test("an unknown namespace is refused in exactly these bytes, and the connection stays", async () => {
        const line = await openLine(server);
        for (let i = 0; i < 3; i++) {
            line.send("40/random");
            assert.equal(await line.next(), '44/random,{"message":"Invalid namespace"}');
        }
        await join(line);
        await line.close();
    });

    test("who joins nothing is closed after the connect time-out", async () => {
        const line = await openLine(server);
        const start = performance.now();
        const pongs = setInterval(() => line.send("3"), 100);
        await line.untilClosed(5000);
        clearInterval(pongs);
        assert.ok(performance.now() - start > 900, `${performance.now() - start} ms`);
    });

    test("after leaving the main namespace only the heartbeat is heard", async () => {
        const line = await openLine(server);
        await join(line);
        await line.next(); // auth
        line.send("41");
        assert.equal(await line.next(), "2");
        await line.close();
    });

    test("leaving one namespace leaves the other alone", async () => {
        const line = await openLine(server);
        await join(line);
        await line.next();
        await join(line, "/custom");
        await line.next();
        line.send("41/custom");
        line.send('42["message","still here"]');
        assert.equal(await line.next(), '42["message-back","still here"]');
        await line.close();
    });

    test("messages come back with text, binary and acks", async () => {
        const line = await openLine(server);
        await join(line);
        await line.next();
        line.send('42["message",1,"2",{"3":[true]}]');
        assert.equal(await line.next(), '42["message-back",1,"2",{"3":[true]}]');
        line.send('42456["message-with-ack",1,"2",{"3":[false]}]');
        assert.equal(await line.next(), '43456[1,"2",{"3":[false]}]');
        const two = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]';
        line.send(`452-["message",${two}`);
        line.send(Buffer.from([1, 2, 3]));
        line.send(Buffer.from([4, 5, 6]));
        assert.equal(await line.next(), `452-["message-back",${two}`);
        assert.deepEqual([await line.next(), await line.next()], [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])]);
        line.send(`452-789["message-with-ack",${two}`);
        line.send(Buffer.from([1, 2, 3]));
        line.send(Buffer.from([4, 5, 6]));
        assert.equal(await line.next(), `462-789[${two}`);
        assert.deepEqual([await line.next(), await line.next()], [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])]);
        await line.close();
    });

    test("everything works over polling as well", async () => {
        const session = await new Polling(server).open();
        const reply = await session.join("/", { a: 1 });
        assert.deepEqual(Object.keys(reply), ["sid"]);
        assert.equal(session.passed.length ? session.passed[0] : (await session.pollFor(/^42/)), '42["auth",{"a":1}]');
        await session.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', "bAQID", "bBAUG");
        const packets = (await session.poll()).filter((packet) => packet !== "2");
        assert.deepEqual(packets, ['452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', "bAQID", "bBAUG"]);
    });
});

describe("namespaces of the contract server", () => {
    const server = sharedServer();

    test("each has ids of its own, other than the session's", async () => {
        const line = await openLine(server);
        const ids = [line.sid];
        for (const nsp of ["/", "/custom", "/ünï", "/slow"]) ids.push((await join(line, nsp)).sid);
        for (const id of ids) assert.match(id, idShape);
        assert.equal(new Set(ids).size, ids.length);
        // Nothing of the secret session id may be guessed from the public ones.
        for (const id of ids.slice(1)) assert.notEqual(id.slice(0, 10), ids[0].slice(0, 10));
        await line.close();
    });

    test("a namespace with a query is a name like any other", async () => {
        const line = await openLine(server);
        line.send("40/dyn-1?x=1,");
        assert.equal(await line.next(), '44/dyn-1?x=1,{"message":"Invalid namespace"}');
        await line.close();
    });

    test("patterns match the whole name", async () => {
        const line = await openLine(server);
        for (const nsp of ["/dyn-", "/dyn-1x", "/xdyn-1", "/dyn-1/", "/fn-A"]) {
            line.send(`40${nsp},`);
            assert.equal(await line.next(), `44${nsp},{"message":"Invalid namespace"}`);
        }
        await join(line, "/dyn-12345");
        await line.close();
    });

    test("a namespace by function asks for the auth", async () => {
        const line = await openLine(server);
        line.send("40/fn-abc,");
        assert.equal(await line.next(), '44/fn-abc,{"message":"Invalid namespace"}');
        await join(line, "/fn-abc", { allow: true });
        await line.close();
    });

    test("a dynamic namespace is there while somebody is in it", async () => {
        const line = await joinLine(server, "/dyn-77");
        assert.ok((await server.state()).namespaces.includes("/dyn-77"));
        await line.close();
        await until(async () => !(await server.state()).namespaces.includes("/dyn-77"), "the namespace to go");
    });

    test("a middleware's refusal carries its data, and only if there is any", async () => {
        const line = await openLine(server);
        line.send('40{"reject":true}');
        assert.equal(await line.next(), '44{"message":"rejected","data":{"why":"asked","nested":{"list":[1,2,3]}}}');
        line.send('40/auth,{"token":"wrong"}');
        assert.equal(await line.next(), '44/auth,{"message":"not authorized","data":{"code":"E_AUTH","got":"wrong"}}');
        line.send("40/auth,");
        assert.equal(await line.next(), '44/auth,{"message":"not authorized","data":{"code":"E_AUTH","got":null}}');
        line.send("40/no-data,");
        assert.equal(await line.next(), '44/no-data,{"message":"plain refusal"}');
        await join(line, "/auth", { token: "secret", user: "ada" }); // a refused one may try again
        await line.close();
    });

    test("the handshake's query can be refused, too", async () => {
        const line = await openLine(server, "/socket.io/", { parameters: "&reject=1" });
        line.send("40");
        assert.match(await line.next(), /^44\{"message":"rejected"/);
        await line.close();
    });

    test("middlewares may take their time, and run one after the other", async () => {
        const line = await openLine(server);
        const start = performance.now();
        await join(line, "/slow", { delay: 150 });
        assert.ok(performance.now() - start > 140);
        line.send('42/slow,1["whoami"]');
        assert.match(await line.next(), /"second":true/);
        await line.close();
    });

    test("somebody who leaves while a middleware thinks is forgotten", async () => {
        const before = await server.state();
        const line = await openLine(server);
        line.send('40/slow,{"delay":200}');
        await pause(20);
        line.terminate();
        await server.untilEmpty(before);
        await pause(250);
        assert.equal((await server.state()).connections, before.connections);
    });

    test("a namespace may be left and joined again, with a new id", async () => {
        const line = await joinLine(server);
        const ids = new Set([(await join(line, "/custom")).sid]);
        for (let i = 0; i < 5; i++) {
            line.send("41/custom,");
            await ask(line, "echo");
            ids.add((await join(line, "/custom")).sid);
        }
        assert.equal(ids.size, 6);
        await line.close();
    });

    test("the server's disconnection leaves the connection open, and the namespace may be joined again", async () => {
        const line = await joinLine(server);
        line.send('42["disconnect-me",false]');
        assert.equal(await line.next(), "41");
        await join(line);
        await line.close();
        const custom = await joinLine(server, "/custom");
        custom.send('42/custom,["disconnect-me"]');
        assert.equal(await custom.next(), "41/custom,");
        await custom.close();
    });

    test("disconnect(true) tells each namespace, then closes", async () => {
        const line = await openLine(server);
        for (const nsp of ["/", "/custom", "/dyn-5"]) await join(line, nsp);
        line.send('42["disconnect-me",true]');
        const goodbyes = [await line.next(), await line.next(), await line.next()].sort();
        assert.deepEqual(goodbyes, ["41", "41/custom,", "41/dyn-5,"].sort());
        assert.equal((await line.untilClosed()).code, 1005);
    });

    for (const [what, first, packet] of [
        ["a second CONNECT to the same namespace", "40", "40"],
        ["an event for a namespace that was not joined", "40", '42/custom,["echo"]'],
        ["an ack for a namespace that was not joined", "40", "43/custom,1[]"],
        ["a disconnection from a namespace that was not joined", "40", "41/custom,"],
        ["a CONNECT_ERROR from a client", "40", '44{"message":"x"}'],
        ["an event before any CONNECT", undefined, '42["echo"]'],
        ["a disconnection before any CONNECT", undefined, "41"],
        ["an ack before any CONNECT", undefined, "431[]"],
    ])
        test(`${what} closes the connection`, async () => {
            const line = await openLine(server);
            if (first) {
                line.send(first);
                await line.next();
            }
            line.send(packet);
            await line.untilClosed();
        });

    test("events right behind CONNECT wait until the namespace is joined", ours("it closes the connection"), async () => {
        const head = Buffer.concat(["40", '421["echo","early"]', '422["echo","second"]'].map((packet) => frame(opcodes.text, packet)));
        const line = await FrameLine.open(server, undefined, { head });
        const packets = [];
        while (packets.length < 4) packets.push((await line.nextFrame()).payload.toString());
        assert.match(packets[1], /^40\{"sid"/);
        assert.deepEqual(packets.slice(2), ['431["early"]', '432["second"]']);
        line.destroy();
        const session = await new Polling(server).open();
        await session.send("40", '421["echo","early"]');
        assert.equal(await session.pollFor(/^43/), '431["early"]');
    });

    test("events that come while a middleware thinks wait as well", ours("it closes the connection"), async () => {
        const line = await openLine(server);
        line.send('40/slow,{"delay":100}');
        line.send('42/slow,1["whoami"]');
        assert.match(await line.next(), /^40\/slow,/);
        assert.match(await line.next(), /^43\/slow,1\[.*"second":true/);
        await line.close();
    });

    test("more than a few of them close the connection", ours("it closes the connection at the first"), async () => {
        const line = await openLine(server);
        line.send('40/slow,{"delay":1000}');
        for (let i = 0; i < 50; i++) line.send('42/slow,["no-ack"]');
        await line.untilClosed(3000);
    });

    test("the handshake object is that of the first request", async () => {
        const session = await new Polling(server).open("&colour=blue&colour=red&empty=&sp=a%20b%2Bc", { "x-custom": "yes", origin: "http://o.example" });
        await session.join("/", { token: "t" });
        await session.send('421["handshake"]');
        const [shake] = JSON.parse((await session.pollFor(/^431/)).slice(3));
        assert.match(shake.id, idShape);
        assert.equal(shake.nsp, "/");
        assert.deepEqual(shake.auth, { token: "t" });
        assert.equal(shake.query.EIO, "4");
        assert.equal(shake.query.transport, "polling");
        assert.equal(shake.query.empty, "");
        assert.equal(shake.query.sp, "a b+c");
        assert.equal(shake.headers["x-custom"], "yes");
        assert.match(shake.url, /^\/socket\.io\/\?EIO=4&transport=polling&colour=blue/);
        assert.match(shake.address, /^(::ffff:)?127\.0\.0\.1$/);
        assert.equal(shake.secure, false);
        assert.equal(shake.xdomain, true);
        assert.ok(Math.abs(shake.issued - Date.now()) < 60_000);
        assert.equal(typeof shake.time, "string");
        assert.ok(Math.abs(Date.parse(shake.time) - shake.issued) < 2000, shake.time);
    });

    test("names of the longest kind are answered, not fatal", async () => {
        const line = await openLine(server);
        line.send(`40/${"x".repeat(900_000)},`);
        const answer = await Promise.race([line.next(), line.closed]);
        if (typeof answer === "string") assert.match(answer, /^44/);
        const other = await joinLine(server);
        const event = "e".repeat(900_000);
        other.send(`42${JSON.stringify([event])}`);
        other.send(`421${JSON.stringify(["join", "r".repeat(900_000)])}`);
        await Promise.race([other.next(), other.closed]);
        const third = await joinLine(server);
        assert.deepEqual(await ask(third, "echo", ["fine"]), ["fine"]);
        for (const each of [line, other, third]) each.terminate();
    });
});

test("the connect time-out also ends a session that polls", async (t) => {
    const server = await startServer(t, { CONNECT_TIMEOUT: 300 });
    const session = await new Polling(server).open();
    const answer = await session.get();
    assert.ok(answer.status === 400 || answer.text.endsWith("1"), answer.text);
    await server.untilEmpty();
});
