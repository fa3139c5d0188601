// HTTP long-polling: payloads, what may run in parallel, and how each kind of misbehaviour ends.

import assert from "node:assert/strict";
import http from "node:http";
import { describe, test } from "node:test";
import zlib from "node:zlib";
import { ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { until } from "../support/wait.mjs";

const base = "/engine.io/";

describe("long-polling", () => {
    const server = sharedServer({ MODE: "engine-echo", CORS_ORIGIN: "*" });
    const open = () => new Polling(server, base).open();

    test("carries one text packet", async () => {
        const session = await open();
        const posted = await session.post("4hello");
        assert.equal(posted.status, 200);
        assert.equal(posted.text, "ok");
        assert.equal(posted.headers["content-type"], "text/html");
        assert.equal(posted.headers["cache-control"], "no-store");
        const polled = await session.get();
        assert.equal(polled.status, 200);
        assert.equal(polled.text, "4hello");
        assert.equal(polled.headers["content-type"], "text/plain; charset=UTF-8");
        assert.equal(polled.headers["cache-control"], "no-store");
        assert.equal(polled.headers["content-length"], "6");
    });

    test("carries several packets in one payload, in order", async () => {
        const session = await open();
        await session.send("4one", "4two", "4three");
        assert.deepEqual(await session.poll(), ["4one", "4two", "4three"]);
    });

    test("carries binary as base64 beside text", async () => {
        const session = await open();
        await session.send("4hello", "bAQIDBA==", "4bye");
        assert.deepEqual(await session.poll(), ["4hello", "bAQIDBA==", "4bye"]);
    });

    test("carries characters of every length in UTF-8", async () => {
        const session = await open();
        const text = "4aé€😀 пойду спать\u0000";
        const posted = await session.post(text);
        assert.equal(posted.text, "ok");
        const polled = await session.get();
        assert.equal(polled.text, text);
        assert.equal(Number(polled.headers["content-length"]), Buffer.byteLength(text));
    });

    test("carries an empty message", async () => {
        const session = await open();
        await session.send("4", "4x");
        assert.deepEqual(await session.poll(), ["4", "4x"]);
    });

    test("a poll waits until there is something to say", async () => {
        const session = await open();
        const polled = session.poll();
        await session.send("4later");
        assert.deepEqual(await polled, ["4later"]);
    });

    test("gathers what is sent while no poll waits", async () => {
        const session = await open();
        for (let i = 0; i < 5; i++) await session.send(`4${i}`);
        assert.deepEqual(await session.poll(), ["40", "41", "42", "43", "44"]);
    });

    test("the order is kept over many exchanges on one connection", async () => {
        const session = await open();
        const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
        const got = [];
        const receiving = (async () => {
            while (got.length < 200) got.push(...(await session.get({ agent })).text.split("\x1e"));
        })();
        for (let i = 0; i < 200; i += 2)
            assert.equal((await session.post(`4${i}\x1e4${i + 1}`, { agent })).text, "ok");
        await receiving;
        assert.deepEqual(got, Array.from({ length: 200 }, (_, i) => `4${i}`));
        agent.destroy();
    });

    test("a chunked body is as good as one with a length", async () => {
        const session = await open();
        const posted = await exchange(server, session.target(), {
            method: "POST",
            headers: { "transfer-encoding": "chunked", "content-type": "text/plain" },
            body: "4chunked",
        });
        assert.equal(posted.text, "ok");
        assert.deepEqual(await session.poll(), ["4chunked"]);
    });

    test("the content type of a text body does not matter", async () => {
        const session = await open();
        for (const type of ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", undefined]) {
            const posted = await exchange(server, session.target(), {
                method: "POST",
                headers: type ? { "content-type": type } : {},
                body: "4typed",
            });
            assert.equal(posted.text, "ok");
            assert.deepEqual(await session.poll(), ["4typed"]);
        }
    });

    for (const agent of ["Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Windows NT 6.3; Trident/7.0)"])
        test(`${agent} is told to leave its script filter off`, async () => {
            const session = await new Polling(server, base).open("", { "user-agent": agent });
            assert.equal(session.handshakeAnswer.headers["x-xss-protection"], "0");
            const posted = await session.post("4x", { headers: { "user-agent": agent } });
            assert.equal(posted.headers["x-xss-protection"], "0");
        });

    test("other browsers are not", async () => {
        const session = await open();
        assert.equal(session.handshakeAnswer.headers["x-xss-protection"], undefined);
    });

    for (const [what, body] of Object.entries({
        "an unknown packet type": "abc",
        "an empty body": "",
        "an empty packet": "4x\x1e\x1e4y",
        "a type beyond the last": "7",
    }))
        test(`${what} ends the session`, async () => {
            const session = await open();
            await session.post(body).then(
                (answer) => assert.equal(answer.text, "ok"),
                () => {}, // a connection that is cut is as good an answer
            );
            assert.equal((await session.get()).status, 400);
        });

    test("what stood before a malformed packet may be served, what stood behind it never is", async () => {
        const session = await open();
        const polled = session.get().catch(() => undefined);
        await session.post("4before\x1ewrong\x1e4behind").catch(() => {});
        const answer = await polled;
        if (answer) assert.doesNotMatch(answer.text, /behind/);
        assert.ok(await session.isGone());
    });

    test("a ping from the client ends the session", async () => {
        const session = await open();
        await session.post("2").catch(() => {});
        assert.ok(await session.isGone());
    });

    test("pongs nobody asked for are tolerated", async () => {
        const session = await open();
        await session.send("3", "3", "3", "4alive");
        assert.deepEqual(await session.poll(), ["4alive"]);
    });

    test("a second poll ends the session: 400 without a body, and the first gets a close packet", async () => {
        const session = await open();
        const first = session.get();
        const waiting = session.post("3"); // answered when the first poll has long arrived
        await waiting;
        const second = await session.get();
        assert.ok([400, 500].includes(second.status));
        assert.equal(second.text, "");
        const closed = await first;
        assert.equal(closed.status, 200);
        assert.equal(closed.text, "1");
        assert.equal((await session.get()).status, 400);
    });

    test("a second POST while one is under way ends the session and the first one's connection", async () => {
        const session = await open();
        const slow = new RawConnection(
            server,
            `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n4half`,
        );
        await slow.connected;
        await session.get({ headers: { connection: "close" }, ms: 200 }).catch(() => {}); // a round trip later ...
        const second = await session.post("4second");
        assert.ok([400, 500].includes(second.status), String(second.status));
        await slow.untilClosed();
        assert.ok(await session.isGone());
    });

    test("a poll and a POST at the same time are the normal case", async () => {
        const session = await open();
        for (let i = 0; i < 20; i++) {
            const [packets] = await Promise.all([session.poll(), session.send(`4${i}`)]);
            assert.deepEqual(packets, [`4${i}`]);
        }
    });

    test("an aborted poll ends the session", async () => {
        const session = await open();
        const poll = new RawConnection(server, `GET ${session.target()} HTTP/1.1\r\nHost: x\r\n\r\n`);
        await poll.connected;
        await session.send("3");
        poll.destroy();
        await until(() => session.isGone(), "the end of the session");
    });

    test("a POST that is cut off in its body ends the session or leaves it usable, never half a packet", async () => {
        const session = await open();
        const cut = new RawConnection(
            server,
            `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n4half`,
        );
        await cut.connected;
        cut.destroy();
        const polled = await Promise.race([session.get().catch(() => undefined), session.post("4whole").catch(() => undefined)]);
        if (polled?.status === 200) assert.doesNotMatch(polled.text, /half/);
    });

    test("application/octet-stream is refused at once and ends the session", async () => {
        const session = await open();
        const refused = await session.post("4x", { headers: { "content-type": "application/octet-stream" } });
        assert.equal(refused.status, 400);
        assert.ok(await session.isGone());
    });

    for (const method of ["PUT", "DELETE", "PATCH", "HEAD"])
        test(`${method} with a session is answered 500 and leaves the session alone`, async () => {
            const session = await open();
            const answer = await exchange(server, session.target(), { method });
            assert.equal(answer.status, 500);
            assert.equal(answer.text, "");
            await session.send("4alive");
            assert.deepEqual(await session.poll(), ["4alive"]);
        });

    test("a session belongs to no connection: each request may use another", async () => {
        const session = await open();
        const agents = [new http.Agent({ keepAlive: true }), new http.Agent({ keepAlive: true })];
        await session.post("4x", { agent: agents[0] });
        assert.equal((await session.get({ agent: agents[1] })).text, "4x");
        for (const agent of agents) agent.destroy();
    });
});

describe("limits of a POST", () => {
    const server = sharedServer({ MODE: "engine-echo", MAX_HTTP_BUFFER_SIZE: 1000 });

    test("a body of exactly the limit is taken", async () => {
        const session = await new Polling(server, base).open();
        const packet = `4${"x".repeat(999)}`;
        await session.send(packet);
        assert.deepEqual(await session.poll(), [packet]);
    });

    test("one byte more is 413 without a body, and the session survives", async () => {
        const session = await new Polling(server, base).open();
        const refused = await session.post(`4${"x".repeat(1000)}`);
        assert.equal(refused.status, 413);
        assert.equal(refused.text, "");
        await session.send("4alive");
        assert.deepEqual(await session.poll(), ["4alive"]);
    });

    test("the limit counts bytes, not characters", async () => {
        const session = await new Polling(server, base).open();
        assert.equal((await session.post(`4${"é".repeat(500)}`)).status, 413);
    });

    test("a length beyond the limit is refused before the body is sent", ours("it waits for the bytes"), async () => {
        const session = await new Polling(server, base).open();
        const eager = new RawConnection(
            server,
            `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n\r\n`,
        );
        await eager.write("4xxxx");
        await eager.untilText(/^HTTP\/1\.1 413 /);
        eager.destroy();
    });

    test("a chunked body is refused as soon as it has grown beyond the limit", async () => {
        const session = await new Polling(server, base).open();
        const eager = new RawConnection(
            server,
            `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        await eager.write(`3e8\r\n4${"x".repeat(999)}\r\n3e8\r\n${"x".repeat(1000)}\r\n`);
        await eager.untilText(/^HTTP\/1\.1 413 /);
        eager.destroy();
    });

    test("what the server sends is not bound by the limit", async (t) => {
        const contract = await startServer(t, { MAX_HTTP_BUFFER_SIZE: 1000, HTTP_COMPRESSION: 0 });
        const session = await new Polling(contract).open();
        await session.join();
        await session.send('420["big","text",5000]');
        assert.equal((await session.pollFor(/^430/)).length, "430[\"\"]".length + 5000);
    });
});

describe("compression of polls", () => {
    const server = sharedServer({ MODE: "engine-echo", MAX_HTTP_BUFFER_SIZE: 1_000_000 });
    const unpack = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync };

    async function echoed(text, accept, on = server) {
        const session = await new Polling(on, base).open();
        await session.send(`4${text}`);
        return session.get({ headers: accept ? { "accept-encoding": accept } : {} });
    }

    for (const [accept, coding] of [
        ["gzip", "gzip"],
        ["deflate", "deflate"],
        ["gzip, deflate, br", "gzip"],
        ["br;q=1, gzip;q=0.5", "gzip"],
        ["gzip;q=0, deflate", "deflate"],
    ])
        test(`"${accept}" gets ${coding}`, async () => {
            const text = "abc ".repeat(1000);
            const answer = await echoed(text, accept);
            assert.equal(answer.headers["content-encoding"], coding);
            assert.equal(unpack[coding](answer.body).toString(), `4${text}`);
            assert.ok(answer.body.length < 500);
        });

    test("a client that accepts none gets none", async () => {
        for (const accept of [undefined, "br", "identity", "gzip;q=0"]) {
            const answer = await echoed("abc ".repeat(1000), accept);
            assert.equal(answer.headers["content-encoding"], undefined);
            assert.equal(answer.text.length, 4001);
        }
    });

    test("less than 1024 bytes are sent as they are, 1024 are not", async () => {
        assert.equal((await echoed("x".repeat(1022), "gzip")).headers["content-encoding"], undefined);
        assert.equal((await echoed("x".repeat(1023), "gzip")).headers["content-encoding"], "gzip");
    });

    test("HTTP_COMPRESSION=0 turns it off", async (t) => {
        const plain = await startServer(t, { MODE: "engine-echo", HTTP_COMPRESSION: 0 });
        assert.equal((await echoed("x".repeat(5000), "gzip", plain)).headers["content-encoding"], undefined);
    });

    test("a message that asks not to be compressed is not", async (t) => {
        const contract = await startServer(t);
        for (const compress of [false, true]) {
            const session = await new Polling(contract).open();
            await session.join();
            await session.send(`42["emit-back",{"compress":${compress}},"e",["${"x".repeat(3000)}"]]`);
            const answer = await session.get({ headers: { "accept-encoding": "gzip" } });
            assert.equal(answer.headers["content-encoding"], compress ? "gzip" : undefined);
        }
    });
});
