// The opening of an Engine.IO session on either transport, and every way in which it is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isReference, ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { Line, openLine, upgradeRequest } from "../support/websocket_wire.mjs";

const base = "/engine.io/";
const idShape = /^[A-Za-z0-9_-]{20}$/;
const openKeys = ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"];
const errors = {
    transport: { code: 0, message: "Transport unknown" },
    session: { code: 1, message: "Session ID unknown" },
    method: { code: 2, message: "Bad handshake method" },
    request: { code: 3, message: "Bad request" },
    forbidden: { code: 4, message: "Forbidden" },
    version: { code: 5, message: "Unsupported protocol version" },
};

function assertRefused(answer, error, status = 400) {
    assert.equal(answer.status, status);
    assert.match(answer.headers["content-type"], /^application\/json/);
    assert.deepEqual(JSON.parse(answer.text), error);
}

describe("handshake by polling", () => {
    const server = sharedServer({ MODE: "engine-echo", PING_INTERVAL: 300, PING_TIMEOUT: 200, CORS_ORIGIN: "*" });
    const get = (query, options) => exchange(server, base + query, options);

    test("is answered by an open packet with exactly five keys", async () => {
        const answer = await get("?EIO=4&transport=polling");
        assert.equal(answer.status, 200);
        assert.equal(answer.text[0], "0");
        const open = JSON.parse(answer.text.slice(1));
        assert.deepEqual(Object.keys(open).sort(), openKeys);
        assert.match(open.sid, idShape);
        assert.deepEqual(open.upgrades, ["websocket"]);
        assert.equal(open.pingInterval, 300);
        assert.equal(open.pingTimeout, 200);
        assert.equal(open.maxPayload, 1_000_000);
    });

    test("has the headers of a poll response", async () => {
        const { headers } = await get("?EIO=4&transport=polling");
        assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
        assert.equal(headers["cache-control"], "no-store");
        assert.ok(Number(headers["content-length"]) > 90);
        assert.equal(headers["set-cookie"], undefined);
    });

    test("gives every session an id of its own", async () => {
        const ids = new Set();
        for (let i = 0; i < 50; i++) ids.add((await new Polling(server, base).open()).sid);
        assert.equal(ids.size, 50);
        for (const id of ids) assert.match(id, idShape);
    });

    test("ignores query parameters that it does not know", async () => {
        const answer = await get("?t=Pk3x&EIO=4&b64=1&colour=blue&transport=polling&x");
        assert.equal(answer.status, 200);
    });

    for (const query of ["?transport=polling", "?EIO=abc&transport=polling", "?EIO=5&transport=polling", "?EIO=&transport=polling"])
        test(`${query} has no protocol revision of ours`, async () => assertRefused(await get(query), errors.version));

    test("EIO=3 is refused with code 5", async () => assertRefused(await get("?EIO=3&transport=polling"), errors.version));

    for (const query of ["", "?EIO=4", "?EIO=4&transport=abc", "?EIO=4&transport=webtransport", "?EIO=4&transport=", "?EIO=4&transport=Polling"])
        test(`"${query}" names no transport`, async () => assertRefused(await get(query), errors.transport));

    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
        test(`transport=${name} is no transport`, async () =>
            assertRefused(await get(`?EIO=4&transport=${name}`), errors.transport));

    test("transport=websocket without an upgrade is a bad request", async () =>
        assertRefused(await get("?EIO=4&transport=websocket"), errors.request));

    test("an unknown session id is refused", async () =>
        assertRefused(await get("?EIO=4&transport=polling&sid=abcdefghijklmnopqrst"), errors.session));

    test("odd session ids are unknown ones", async () => {
        for (const sid of ["x", "constructor", "__proto__", "%00", "a".repeat(3000), "..%2F..", "%F0%9F%92%A9"])
            assertRefused(await get(`?EIO=4&transport=polling&sid=${sid}`), errors.session);
    });

    for (const method of ["POST", "PUT", "DELETE", "PATCH"])
        test(`${method} without a session is no handshake`, async () =>
            assertRefused(await get("?EIO=4&transport=polling", { method }), errors.method));

    test("HEAD without a session is no handshake either", async () => {
        const answer = await get("?EIO=4&transport=polling", { method: "HEAD" });
        assert.equal(answer.status, 400);
        assert.equal(answer.text, "");
    });

    test("the transport is judged before the session, the session before the method, the revision last", async () => {
        assertRefused(await get("?EIO=3&transport=abc&sid=nobody", { method: "PUT" }), errors.transport);
        assertRefused(await get("?EIO=3&transport=polling&sid=nobody", { method: "PUT" }), errors.session);
        assertRefused(await get("?EIO=3&transport=polling", { method: "PUT" }), errors.method);
        assertRefused(await get("?EIO=3&transport=polling"), errors.version);
    });

    test("a session is bound to its protocol revision", async () => {
        const session = await new Polling(server, base).open();
        assertRefused(await get(`?EIO=3&transport=polling&sid=${session.sid}`), errors.request);
        assertRefused(await get(`?transport=polling&sid=${session.sid}`), errors.request);
        await session.send("4still here");
        assert.deepEqual(await session.poll(), ["4still here"]);
    });

    test("a session is bound to its transport", async () => {
        const line = await openLine(server, base);
        assertRefused(await get(`?EIO=4&transport=polling&sid=${line.sid}`), errors.request);
        line.send("4still here");
        assert.equal(await line.next(), "4still here");
        await line.close();
    });

    test("error answers carry the CORS headers, too", async () => {
        const answer = await get("?EIO=4&transport=abc", { headers: { origin: "http://a.example" } });
        assert.equal(answer.headers["access-control-allow-origin"], "*");
    });
});

describe("handshake by WebSocket", () => {
    const server = sharedServer({ MODE: "engine-echo", PING_INTERVAL: 300, PING_TIMEOUT: 200, CORS_ORIGIN: "*" });

    async function refused(query, options) {
        const line = new Line(server, base + query, options);
        const answer = await line.untilRefused();
        assert.equal(answer.status, 400);
        assert.equal(answer.headers.connection, "close");
        assert.equal(answer.headers["content-type"], "text/html");
        assert.equal(Number(answer.headers["content-length"]), Buffer.byteLength(answer.text));
        return answer.text;
    }

    test("is answered by an open packet that offers no upgrade", async () => {
        const line = await openLine(server, base);
        assert.deepEqual(Object.keys(line.openPacket).sort(), openKeys);
        assert.match(line.openPacket.sid, idShape);
        assert.deepEqual(line.openPacket.upgrades, []);
        assert.equal(line.openPacket.pingInterval, 300);
        assert.equal(line.openPacket.pingTimeout, 200);
        assert.equal(line.openPacket.maxPayload, 1_000_000);
        await line.close();
    });

    test("the 101 answers neither cookie nor extension", async () => {
        const line = new Line(server, `${base}?EIO=4&transport=websocket`, { perMessageDeflate: true });
        const { headers } = await line.upgrade;
        assert.equal(headers["sec-websocket-extensions"], undefined);
        assert.equal(headers["set-cookie"], undefined);
        await line.close();
    });

    test("echoes the client's first subprotocol", async () => {
        const line = new Line(server, `${base}?EIO=4&transport=websocket`, { protocols: ["first", "second"] });
        await line.opened;
        assert.equal(line.socket.protocol, "first");
        await line.close();
    });

    test("an unknown transport is refused in plain text before the 101", async () => {
        assert.equal(await refused("?EIO=4"), "Transport unknown");
        assert.equal(await refused("?EIO=4&transport=abc"), "Transport unknown");
    });

    test("transport=polling with an upgrade opens no session", async () => {
        const line = new Line(server, `${base}?EIO=4&transport=polling`);
        await line.untilClosed();
        assert.equal(line.messages.size, 0);
        await server.untilEmpty();
    });

    test("an unknown session id is refused in plain text before the 101", async () =>
        assert.equal(await refused("?EIO=4&transport=websocket&sid=abcdefghijklmnopqrst"), "Session ID unknown"));

    test("another protocol revision is refused before the 101", ours("it sends the 101 first"), async () => {
        for (const query of ["?transport=websocket", "?EIO=3&transport=websocket", "?EIO=abc&transport=websocket"])
            assert.equal(await refused(query), "Unsupported protocol version");
    });

    test("another protocol revision ends the connection", async () => {
        for (const query of ["?transport=websocket", "?EIO=3&transport=websocket"])
            await new Line(server, base + query).untilClosed();
    });

    test("a version of WebSocket other than 13 is refused", async () => {
        const line = new RawConnection(server, upgradeRequest(`${base}?EIO=4&transport=websocket`, { "Sec-WebSocket-Version": "12" }));
        await line.untilText(/^HTTP\/1\.1 4(00|26) /);
        await line.untilClosed();
    });

    test("a handshake without a proper key is refused", async () => {
        for (const key of [undefined, "", "short", "!".repeat(24)]) {
            const line = new RawConnection(server, upgradeRequest(`${base}?EIO=4&transport=websocket`, { "Sec-WebSocket-Key": key }));
            await line.untilText(/^HTTP\/1\.1 400 /);
            await line.untilClosed();
        }
    });

    test("an upgrade to something else is not taken for a WebSocket", async () => {
        const line = new RawConnection(server, upgradeRequest(`${base}?EIO=4&transport=websocket`, { Upgrade: "h2c" }));
        await line.untilClosed();
        assert.doesNotMatch(line.text, /^HTTP\/1\.1 101/);
    });

    test("an upgrade on a path that nobody serves is ended", async () => {
        const line = new RawConnection(server, upgradeRequest("/elsewhere/?EIO=4&transport=websocket"));
        await line.untilClosed(5000);
        assert.doesNotMatch(line.text, /^HTTP\/1\.1 101/);
    });
});

describe("what the options say", () => {
    test("no upgrade is offered with ALLOW_UPGRADES=0", async (t) => {
        const server = await startServer(t, { MODE: "engine-echo", ALLOW_UPGRADES: 0 });
        assert.deepEqual((await new Polling(server, base).open()).openPacket.upgrades, []);
    });

    test("a server of one transport knows no other", async (t) => {
        const polling = await startServer(t, { MODE: "engine-echo", TRANSPORTS: "polling" });
        assert.deepEqual((await new Polling(polling, base).open()).openPacket.upgrades, []);
        const line = new Line(polling, `${base}?EIO=4&transport=websocket`);
        await assert.rejects(line.opened);
        const websocket = await startServer(t, { MODE: "engine-echo", TRANSPORTS: "websocket" });
        assertRefused(await exchange(websocket, `${base}?EIO=4&transport=polling`), errors.transport);
        await (await openLine(websocket, base)).close();
    });

    test("the announced limits are those of the options", async (t) => {
        const server = await startServer(t, {
            MODE: "engine-echo",
            PING_INTERVAL: 12345,
            PING_TIMEOUT: 6789,
            MAX_HTTP_BUFFER_SIZE: 4321,
        });
        const { openPacket } = await new Polling(server, base).open();
        assert.equal(openPacket.pingInterval, 12345);
        assert.equal(openPacket.pingTimeout, 6789);
        assert.equal(openPacket.maxPayload, 4321);
    });

    test("a request that allow_request denies is forbidden: 403 by polling, 400 by WebSocket", async (t) => {
        const server = await startServer(t);
        assertRefused(await exchange(server, "/socket.io/?EIO=4&transport=polling&deny=1"), errors.forbidden, 403);
        const answer = await new Line(server, "/socket.io/?EIO=4&transport=websocket&deny=1").untilRefused();
        assert.equal(answer.status, 400);
        assert.equal(answer.text, "Forbidden");
        assert.equal((await server.state()).connections, 0);
    });

    test("allow_request is asked once per session, at its handshake", async (t) => {
        const server = await startServer(t);
        const session = await new Polling(server).open();
        const answer = await session.post("40", { parameters: "&deny=1" });
        assert.equal(answer.status, 200);
        assert.match(await session.pollFor(/^40/), /^40\{"sid"/);
        const probe = new Line(server, `/socket.io/?EIO=4&transport=websocket&sid=${session.sid}&deny=1`);
        await probe.opened;
        await probe.close();
    });

    test("an unknown WebSocket origin is refused, and no origin is none", async (t) => {
        const server = await startServer(t, { ALLOWED_ORIGINS: "http://a.example,https://b.example:8443" });
        const target = "/socket.io/?EIO=4&transport=websocket";
        for (const origin of ["http://evil.example", "http://a.example.evil", "https://a.example", "http://a.example:81", "null"]) {
            const answer = await new Line(server, target, { origin }).untilRefused();
            assert.equal(answer.status, 400, origin);
        }
        for (const origin of ["http://a.example", "https://b.example:8443", undefined]) {
            const line = await openLine(server, "/socket.io/", { origin });
            await line.close();
        }
        await server.untilEmpty();
    });

    test("the WebSocket origin list also holds for an upgrade", ours("its allowRequest sees no upgrade"), async (t) => {
        const server = await startServer(t, { ALLOWED_ORIGINS: "http://a.example" });
        const session = await new Polling(server).open();
        const target = `/socket.io/?EIO=4&transport=websocket&sid=${session.sid}`;
        assert.equal((await new Line(server, target, { origin: "http://evil.example" }).untilRefused()).status, 400);
        await session.send("40");
        assert.match(await session.pollFor(/^40/), /"sid"/);
    });

    test("an Origin with characters that no header may have is a bad request", async (t) => {
        const server = await startServer(t);
        const raw = new RawConnection(
            server,
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: http://a\x01b\r\nConnection: close\r\n\r\n",
        );
        await raw.untilText(/^HTTP\/1\.1 400 /);
    });

    test("a malformed switch ends the program with status 2 and one clear line", async () => {
        const { ContractServer } = await import("../support/contract_server.mjs");
        for (const [name, value] of Object.entries({ PING_INTERVAL: "soon", MODE: "nonsense", PORT: "70000x" })) {
            const server = new ContractServer({ [name]: value });
            await assert.rejects(server.start(), /status 2/);
            assert.match(server.stderr, new RegExp(name));
            if (!isReference) assert.equal(server.stderr.trim().split("\n").length, 1, server.stderr);
        }
    });
});
