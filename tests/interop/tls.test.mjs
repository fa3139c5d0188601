// TLS with self-made certificates: the official client on every way, a change of certificate without a restart, and
// what is not TLS.

import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import tls from "node:tls";
import { ContractServer, ours, startServer } from "../support/contract_server.mjs";
import { makeCertificate, temporaryFolder } from "../support/certificate.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { ask, askAll, connect, dial, next, ways } from "../support/official_client.mjs";
import { until, within } from "../support/wait.mjs";
import { joinLine } from "../support/websocket_wire.mjs";

async function secureServer(t, environment = {}) {
    const folder = temporaryFolder(t);
    const { cert, key, pem } = makeCertificate(folder);
    const server = await startServer(t, { TLS_CERT: cert, TLS_KEY: key, ...environment });
    // state() asks in plain HTTP; over TLS the tests ask through exchange().
    server.ca = pem;
    server.folder = folder;
    return server;
}

const commonName = (server) =>
    within(
        new Promise((resolve, reject) => {
            const socket = tls.connect({ host: server.host, port: server.port, rejectUnauthorized: false }, () => {
                resolve(socket.getPeerCertificate().subject.CN);
                socket.destroy();
            });
            socket.on("error", reject);
        }),
        "a TLS handshake",
    );

describe("TLS", () => {
    for (const threads of [1, 4])
        for (const [way, options] of Object.entries(ways))
            test(`the official client by ${way}, ${threads} thread${threads > 1 ? "s" : ""}`, async (t) => {
                const server = await secureServer(t, { THREADS: threads });
                const clients = await Promise.all([1, 2, 3].map(() => connect(t, server, "/", options)));
                assert.equal((await ask(clients[0], "handshake")).secure, true);
                const heard = clients.map((client) => next(client, "news"));
                await askAll(clients[0], "broadcast", {}, "news", [{ bin: Buffer.from("x") }]);
                for (const args of await Promise.all(heard)) assert.deepEqual(args, [{ bin: Buffer.from("x") }]);
                const large = await ask(clients[1], "big", "binary", 900_000);
                assert.equal(large.length, 900_000);
                assert.equal((await ask(clients[2], "echo", "ü".repeat(300_000))).length, 300_000);
            });

    test("a client that does not know the certificate refuses it", async (t) => {
        const server = await secureServer(t);
        const client = dial(t, { ...server, url: server.url, ca: undefined }, "/", ways.websocket);
        await next(client, "connect_error");
        assert.equal((await exchange(server, "/healthz")).text, "ok");
    });

    test("SIGHUP reads the certificate again; those who are connected stay", async (t) => {
        const server = await secureServer(t);
        const line = await joinLine(server);
        assert.equal(await commonName(server), "localhost");
        makeCertificate(server.folder, "renewed");
        process.kill(server.pid, "SIGHUP");
        await until(async () => (await commonName(server)) === "renewed", "the new certificate");
        line.send('421["echo","still here"]');
        assert.equal(await line.next(), '431["still here"]');
        await line.close();
    });

    test("SIGHUP with a broken file keeps the old certificate", ours("it throws"), async (t) => {
        const server = await secureServer(t);
        fs.writeFileSync(`${server.folder}/cert.pem`, "this is no certificate");
        process.kill(server.pid, "SIGHUP");
        for (let i = 0; i < 5; i++) assert.equal(await commonName(server), "localhost");
        assert.ok(server.running);
        makeCertificate(server.folder);
    });

    test("plain HTTP on the TLS port is refused, and so is noise", async (t) => {
        const server = await secureServer(t);
        for (const bytes of ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", Buffer.alloc(2000, 0xff), Buffer.from([0x16, 3, 1, 0xff, 0xff])]) {
            const line = new RawConnection(server, bytes);
            if (bytes.length > 5) await line.untilClosed();
            assert.doesNotMatch(line.text, /HTTP\/1\.1 200/);
            line.destroy();
        }
        assert.equal((await exchange(server, "/healthz")).text, "ok");
    });

    test("a broken connection in the middle of the handshake harms nobody", async (t) => {
        const server = await secureServer(t);
        for (let i = 0; i < 50; i++) {
            const line = new RawConnection(server, Buffer.from([0x16, 3, 1, 0, 200, 1, 0]));
            await line.connected;
            line.reset();
        }
        const session = await new Polling(server).open();
        await session.join();
    });

    test("an unreadable certificate ends the program with a clear error", ours("it throws"), async () => {
        const server = new ContractServer({ TLS_CERT: "/nowhere/cert.pem", TLS_KEY: "/nowhere/key.pem" });
        await assert.rejects(server.start(), /status [12]/);
    });
});
