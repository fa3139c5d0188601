// What is HTTP about Engine.IO: paths, CORS, the cookie, and the plain pages beside it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isReference, ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { Line, openLine } from "../support/websocket_wire.mjs";
import http from "node:http";

const handshake = "/socket.io/?EIO=4&transport=polling";
const vary = (answer) => (answer.headers.vary ?? "").split(/,\s*/).filter(Boolean).map((name) => name.toLowerCase());

describe("paths", () => {
    const server = sharedServer();

    test("the path is a prefix", async () => {
        for (const path of ["/socket.io/", "/socket.io/foo", "/socket.io//", "/socket.io/a/b/c"])
            assert.equal((await exchange(server, `${path}?EIO=4&transport=polling`)).status, 200, path);
    });

    test("it ends in a slash, and it is compared as it is", async () => {
        for (const path of ["/socket.io", "/socket.iox/", "/Socket.io/", "/x/socket.io/", "//socket.io/", "/socket%2Eio/"])
            assert.equal((await exchange(server, `${path}?EIO=4&transport=polling`)).status, 404, path);
    });

    test("unknown paths are not found", async () => {
        for (const path of ["/", "/unknown", "/index.html", "/healthz/x", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])
            assert.equal((await exchange(server, path)).status, 404, path);
    });

    test("other methods than GET are refused on plain pages", async () => {
        for (const method of ["POST", "PUT", "DELETE"])
            assert.ok([404, 405].includes((await exchange(server, "/healthz", { method })).status), method);
    });

    test("GET /healthz says ok", async () => {
        const answer = await exchange(server, "/healthz");
        assert.equal(answer.status, 200);
        assert.equal(answer.text, "ok");
    });

    test("GET /state counts what is there", async (t) => {
        const own = await startServer(t, { SERVER_ID: "node-7" });
        const empty = await own.state();
        assert.equal(empty.serverId, "node-7");
        assert.deepEqual([empty.connections, empty.sockets, empty.rooms], [0, 0, 0]);
        assert.deepEqual(empty.namespaces, [...empty.namespaces].sort());
        for (const nsp of ["/", "/auth", "/custom", "/no-data", "/slow", "/ünï"]) assert.ok(empty.namespaces.includes(nsp), nsp);
        const line = await openLine(own);
        assert.equal((await own.state()).connections, 1);
        assert.equal((await own.state()).sockets, 0);
        line.send("40");
        await line.next();
        line.send('420["join",["a","b"]]');
        await line.next();
        const state = await own.state();
        assert.deepEqual([state.connections, state.sockets, state.rooms], [1, 1, 3]);
        await line.close();
        await own.untilEmpty();
    });

    test("another path may be asked for", async (t) => {
        for (const path of ["/chat/line/", "/chat/line"]) {
            const other = await startServer(t, { SIO_PATH: path });
            assert.equal((await exchange(other, "/chat/line/?EIO=4&transport=polling")).status, 200);
            assert.equal((await exchange(other, handshake)).status, 404);
            await (await openLine(other, "/chat/line/")).close();
        }
    });
});

describe("the connection", () => {
    const server = sharedServer();

    test("is kept for further requests", async () => {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ports = new Set();
        for (let i = 0; i < 5; i++) {
            const answer = await exchange(server, "/healthz", { agent, onRequest: (request) => request.on("socket", (socket) => socket.once("connect", () => ports.add(socket.localPort))) });
            assert.equal(answer.text, "ok");
        }
        assert.equal(ports.size, 1);
        agent.destroy();
    });

    test("takes pipelined requests and answers them in order", async () => {
        const get = (path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
        const line = new RawConnection(server, get("/healthz") + get("/nothing") + get("/healthz"));
        await line.untilText(/200 [^]*\r\nok[^]* 404 [^]* 200 [^]*\r\nok/);
        line.destroy();
    });

    test("is closed after a request that asks for it, and after HTTP/1.0", async () => {
        for (const request of ["GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n"]) {
            const line = new RawConnection(server, request);
            await line.untilText(/\r\nok(\r\n|$)/);
            await line.untilClosed();
        }
    });

    test("a head that comes byte by byte is understood", async () => {
        const line = new RawConnection(server);
        await line.connected;
        for (const byte of "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") await line.write(byte);
        await line.untilText(/^HTTP\/1\.1 200 [^]*\r\nok(\r\n|$)/);
    });

    test("Expect: 100-continue is answered before the body", async () => {
        const session = await new Polling(server).open();
        const line = new RawConnection(
            server,
            `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`,
        );
        await line.untilText(/^HTTP\/1\.1 100 /);
        await line.write("40");
        await line.untilText(/ 200 OK[^]*\r\nok(\r\n|$)/);
    });

    test("HEAD has no body", async () => {
        const answer = await exchange(server, "/healthz", { method: "HEAD" });
        assert.ok([200, 404, 405].includes(answer.status));
        assert.equal(answer.text, "");
    });

    test("an absolute target is as good as a path", ours("it takes it for a path"), async () => {
        const line = new RawConnection(server, "GET http://x/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        await line.untilText(/^HTTP\/1\.1 200 [^]*\r\nok(\r\n|$)/);
    });
});

describe("CORS", () => {
    const origin = "http://page.example";
    const from = (who, extra = {}) => ({ headers: { origin: who, ...extra } });
    const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "x-one, content-type" };

    test("is off unless asked for", async (t) => {
        const server = await startServer(t);
        for (const method of ["GET", "OPTIONS"]) {
            const answer = await exchange(server, handshake, { method, ...from(origin, preflight) });
            assert.equal(answer.status, method === "GET" ? 200 : 400);
            assert.deepEqual(Object.keys(answer.headers).filter((name) => name.startsWith("access-control")), []);
            assert.deepEqual(vary(answer), []);
        }
    });

    describe("with *", () => {
        const server = sharedServer({ CORS_ORIGIN: "*" });

        test("allows everybody, says so literally, and varies with nothing", async () => {
            for (const headers of [{ origin }, {}]) {
                const answer = await exchange(server, handshake, { headers });
                assert.equal(answer.headers["access-control-allow-origin"], "*");
                assert.equal(answer.headers["access-control-allow-credentials"], undefined);
                assert.ok(!vary(answer).includes("origin"));
            }
        });

        test("answers preflights with 204, the default methods and the headers asked for", async () => {
            const answer = await exchange(server, handshake, { method: "OPTIONS", ...from(origin, preflight) });
            assert.equal(answer.status, 204);
            assert.equal(answer.text, "");
            assert.equal(answer.headers["content-length"], "0");
            assert.equal(answer.headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
            assert.equal(answer.headers["access-control-allow-headers"], "x-one, content-type");
            assert.ok(vary(answer).includes("access-control-request-headers"));
        });

        test("covers polls, posts, errors and the 101", async () => {
            const session = await new Polling(server).open("", { origin });
            const answers = [
                session.handshakeAnswer,
                await session.post("40", from(origin)),
                await session.get(from(origin)),
                await exchange(server, "/socket.io/?EIO=4&transport=nothing", from(origin)),
                await exchange(server, `${handshake}&sid=nobody`, from(origin)),
                await exchange(server, `${handshake}&deny=1`, from(origin)),
            ];
            assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 400, 400, 403]);
            for (const answer of answers) assert.equal(answer.headers["access-control-allow-origin"], "*");
            const line = new Line(server, "/socket.io/?EIO=4&transport=websocket", { origin });
            assert.equal((await line.upgrade).headers["access-control-allow-origin"], "*");
            await line.opened;
            await line.close();
        });

        test("counts a preflight as no handshake", async () => {
            const before = (await server.state()).connections;
            await exchange(server, handshake, { method: "OPTIONS", ...from(origin, preflight) });
            assert.equal((await server.state()).connections, before);
        });
    });

    describe("with a list", () => {
        const server = sharedServer({ CORS_ORIGIN: "http://page.example,https://b.example:8443" });

        for (const listed of ["http://page.example", "https://b.example:8443"])
            test(`echoes ${listed}, allows credentials and varies with the origin`, async () => {
                const answer = await exchange(server, handshake, from(listed));
                assert.equal(answer.status, 200);
                assert.equal(answer.headers["access-control-allow-origin"], listed);
                assert.equal(answer.headers["access-control-allow-credentials"], "true");
                assert.ok(vary(answer).includes("origin"));
            });

        for (const other of ["http://page.example.evil", "https://page.example", "http://page.example:81", "http://PAGE.example/", "null", "http://page.exampl", "page.example"])
            test(`does not echo ${other}, and still answers`, async () => {
                const answer = await exchange(server, handshake, from(other));
                assert.equal(answer.status, 200);
                assert.equal(answer.headers["access-control-allow-origin"], undefined);
                assert.ok(vary(answer).includes("origin"));
            });

        test("answers a preflight of a stranger with 204 and no origin", async () => {
            const answer = await exchange(server, handshake, { method: "OPTIONS", ...from("http://evil.example", preflight) });
            assert.equal(answer.status, 204);
            assert.equal(answer.headers["access-control-allow-origin"], undefined);
        });

        test("answers a preflight of a friend with everything", async () => {
            const answer = await exchange(server, handshake, { method: "OPTIONS", ...from(origin, preflight) });
            assert.equal(answer.status, 204);
            assert.equal(answer.headers["access-control-allow-origin"], origin);
            assert.equal(answer.headers["access-control-allow-credentials"], "true");
            assert.deepEqual(vary(answer).sort(), ["access-control-request-headers", "origin"]);
        });

        test("is no wall for WebSockets: that is another option", async () => {
            const line = await openLine(server, "/socket.io/", { origin: "http://evil.example" });
            await line.close();
        });
    });
});

describe("cookie", () => {
    const server = sharedServer({ COOKIE: "line" });

    test("carries the session id, on the polling handshake alone", async () => {
        const session = await new Polling(server).open();
        assert.deepEqual(session.handshakeAnswer.headers["set-cookie"], [`line=${session.sid}; Path=/; HttpOnly; SameSite=Lax`]);
        assert.equal((await session.post("40")).headers["set-cookie"], undefined);
        assert.equal((await session.get()).headers["set-cookie"], undefined);
    });

    test("is not set by a WebSocket handshake, nor by a refusal", async () => {
        const line = new Line(server, "/socket.io/?EIO=4&transport=websocket");
        assert.equal((await line.upgrade).headers["set-cookie"], undefined);
        await line.opened;
        await line.close();
        assert.equal((await exchange(server, `${handshake}&deny=1`)).headers["set-cookie"], undefined);
    });

    test("COOKIE with characters that no cookie may have ends the program", ours("it throws at the first request"), async () => {
        const { ContractServer } = await import("../support/contract_server.mjs");
        for (const name of ["a b", "a;b", "a\r\nSet-Cookie: x=1", "a=b"]) {
            const bad = new ContractServer({ COOKIE: name });
            await assert.rejects(bad.start(), /status 2/, JSON.stringify(name));
        }
    });
});

describe("the browser client", () => {
    const server = sharedServer({ CORS_ORIGIN: "*" });

    for (const [file, type] of Object.entries({
        "socket.io.js": "application/javascript; charset=utf-8",
        "socket.io.min.js": "application/javascript; charset=utf-8",
        "socket.io.esm.min.js": "application/javascript; charset=utf-8",
        "socket.io.msgpack.min.js": "application/javascript; charset=utf-8",
        "socket.io.min.js.map": "application/json; charset=utf-8",
    }))
        test(`${file} is served with its type, its version as ETag, and CORS`, async () => {
            const answer = await exchange(server, `/socket.io/${file}`, { headers: { origin: "http://a.example" } });
            assert.equal(answer.status, 200);
            assert.equal(answer.headers["content-type"], type);
            assert.match(answer.headers.etag, /^"\d+\.\d+\.\d+[^"]*"$/);
            assert.equal(answer.headers["cache-control"], "public, max-age=0");
            assert.equal(answer.headers["access-control-allow-origin"], "*");
            assert.ok(answer.body.length > 10_000);
        });

    test("whoever has this version gets 304", async () => {
        const { headers } = await exchange(server, "/socket.io/socket.io.js");
        for (const tag of [headers.etag, `W/${headers.etag}`]) {
            const answer = await exchange(server, "/socket.io/socket.io.js", { headers: { "if-none-match": tag } });
            assert.equal(answer.status, 304, tag);
            assert.equal(answer.text, "");
        }
        assert.equal((await exchange(server, "/socket.io/socket.io.js", { headers: { "if-none-match": '"0.0.1"' } })).status, 200);
    });

    test("it is compressed for those who accept that", async () => {
        const plain = await exchange(server, "/socket.io/socket.io.min.js");
        for (const coding of ["gzip", "deflate"]) {
            const answer = await exchange(server, "/socket.io/socket.io.min.js", { headers: { "accept-encoding": coding } });
            assert.equal(answer.headers["content-encoding"], coding);
            assert.ok(answer.body.length < plain.body.length / 2);
            const zlib = await import("node:zlib");
            assert.ok((coding === "gzip" ? zlib.gunzipSync : zlib.inflateSync)(answer.body).equals(plain.body));
        }
    });

    test("no other file is", async () => {
        for (const file of ["socket.io.css", "socket.io.js.bak", "../package.json", "..%2fpackage.json", "wrapper.mjs", "socket.io.esm.js"]) {
            const answer = await exchange(server, `/socket.io/${file}`);
            assert.ok([400, 404].includes(answer.status), `${file} ${answer.status}`);
        }
    });
});
