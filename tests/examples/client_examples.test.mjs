// Each example of the client does what its first line promises: against the examples of the server, and the official server.

import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Server } from "socket.io";
import { run, start } from "../support/example.mjs";
import { ask, connect } from "../support/official_client.mjs";
import { until } from "../support/wait.mjs";

/// The official server on a free port.
async function official(t) {
    const http = createServer();
    const io = new Server(http);
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    t.after(() => io.close());
    return { io, url: `http://127.0.0.1:${http.address().port}` };
}

describe("examples of the client", { concurrency: 4 }, () => {
    test("17_client", async (t) => {
        const client = run(t, "17_client", (await start(t, "01_hello")).url);
        client.type("early");
        await client.says("you said: early");
        client.type("hi");
        await client.says("you said: hi");
        assert.deepEqual(await client.end(), [0, "connected", "welcome: you are on the line", "you said: early", "you said: hi"]);
    });

    test("17_client, and nobody is there", async (t) => {
        const client = run(t, "17_client", "http://127.0.0.1:1");
        await client.says(/^xhr poll error \(.*127\.0\.0\.1.*\)$/);
        assert.equal((await client.end())[0], 0);
    });

    test("18_client_acks", async (t) => {
        const client = run(t, "18_client_acks", (await start(t, "03_acks")).url);
        await client.says("hello Ada");
        const [code, ...lines] = await client.end();
        assert.equal(code, 0);
        const late = lines.find((line) => line.startsWith("nobody: ")).slice("nobody: ".length);
        assert.match(late, /time/);
        assert.deepEqual(lines.sort(), ["at once: 2", "hello Ada", "later: 3", `nobody: ${late}`, `thrown: ${late}`]);
    });

    test("19_client_namespaces", async (t) => {
        const client = run(t, "19_client_namespaces", (await start(t, "09_namespaces")).url);
        await client.says("announcement: tea is ready");
        assert.deepEqual(await client.end(), [0, "in /house-7", "refused: staff only", "welcome in /admin", "announcement: tea is ready", "asked 3 times"]);
    });

    test("20_client_reconnection", async (t) => {
        const { io, url } = await official(t);
        const notes = [];
        let deaf = false;
        io.on("connection", (socket) =>
            socket.on("note", (text, answer) => {
                notes.push(text);
                if (!deaf) answer(`noted ${notes.length}`);
            }),
        );
        const client = run(t, "20_client_reconnection", url);
        client.type("one");
        await client.says("one: noted 1");
        deaf = true;
        client.type("two"); // arrives, but is not acknowledged: it is sent again
        await until(() => notes.length === 2, "the second note");
        io.sockets.sockets.forEach((socket) => socket.conn.close());
        await client.says("lost: transport close, trying again");
        client.type("three");
        deaf = false;
        await client.says(/^back at attempt \d/);
        await client.says(/^three: noted/);
        assert.deepEqual(notes, ["one", "two", "two", "three"]);
        assert.deepEqual((await client.end()).slice(-2), ["two: noted 3", "three: noted 4"]);
    });

    test("21_client_coroutines", async (t) => {
        const [code, ...lines] = await run(t, "21_client_coroutines", (await start(t, "04_coroutines")).url).end();
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(0, 3), ["slept well", "5: bought", "50: not bought"]);
        assert.match(lines[3], /time/);
    });

    test("22_client_blocking", async (t) => {
        const server = await start(t, "01_hello");
        assert.deepEqual(await run(t, "22_client_blocking", server.url).end(), [0, "you said: one", "you said: two"]);
        assert.deepEqual(await run(t, "22_client_blocking", "no URL").end(), [1]);
    });

    test("23_client_contracts", async (t) => {
        const server = await start(t, "07_event_contracts");
        const client = run(t, "23_client_contracts", server.url);
        await client.says("again");
        const other = await connect(t, server, "/", { transports: ["websocket"] });
        assert.equal(await ask(other, "move", 7, 8), true);
        await client.says(`${other.id} went to 7 8`);
        assert.deepEqual(await client.end(), [0, "true", "false", "again", `${other.id} went to 7 8`]);
    });

    test("24_client_tls", async (t) => {
        const place = mkdtempSync(join(tmpdir(), "partyline-"));
        t.after(() => rmSync(place, { recursive: true }));
        const [certificate, key] = [join(place, "certificate.pem"), join(place, "key.pem")];
        execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], { stdio: "ignore" });
        const { port } = await start(t, "16_tls", certificate, key);
        const url = `https://127.0.0.1:${port}`;
        const digest = createHash("sha256").update(new X509Certificate(readFileSync(certificate)).raw).digest("hex");
        assert.deepEqual(await run(t, "24_client_tls", url, certificate).end(), [0, "secure: true"]);
        assert.deepEqual(await run(t, "24_client_tls", url, `sha256:${digest}`).end(), [0, "secure: true"]);
        for (const [words, why] of [[[url], /signed/], [[url.replace("127.0.0.1", "localhost"), certificate], /host/], [[url, `sha256:${"0".repeat(64)}`], /refused|accept/]]) {
            const [code, first] = await run(t, "24_client_tls", ...words).end();
            assert.equal(code, 1);
            assert.match(first, /^not connected: /);
            assert.match(first, why);
        }
    });

    test("25_client_pool", async (t) => {
        assert.deepEqual(await run(t, "25_client_pool", (await start(t, "01_hello")).url, "200").end(), [0, "200 clients have their answer"]);
    });

    test("26_client_asio", async (t) => {
        const client = run(t, "26_client_asio", (await start(t, "01_hello")).url);
        assert.deepEqual(await client.end(), [0, "you are on the line", "you said: 1", "you said: 2", "you said: 3"]);
    });
});
