// Where the server listens: IPv6, a Unix-domain socket beside the port, and a port that is taken.

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { test } from "node:test";
import { ContractServer, ours, startServer } from "../support/contract_server.mjs";
import { temporaryFolder } from "../support/certificate.mjs";
import { exchange, Polling } from "../support/http_wire.mjs";
import { ask, connect, ways } from "../support/official_client.mjs";
import { ask as askLine, joinLine } from "../support/websocket_wire.mjs";

const hasIpv6 = Object.values(os.networkInterfaces()).flat().some(({ address }) => address === "::1");

for (const [way, options] of Object.entries(ways))
    test(`IPv6 by ${way}`, { skip: !hasIpv6 && "no IPv6 here" }, async (t) => {
        const server = await startServer(t, { HOST: "::1" });
        const client = await connect(t, server, "/", options);
        const shake = await ask(client, "handshake");
        assert.equal(shake.address, "::1");
        assert.equal(await ask(client, "echo", "six"), "six");
    });

test("a Unix-domain socket beside the port: one room for both", async (t) => {
    const socketPath = `${temporaryFolder(t)}/line.sock`;
    const server = await startServer(t, { UNIX_PATH: socketPath });
    const local = { ...server, socketPath, scheme: "http", host: undefined };
    assert.equal((await exchange(local, "/healthz")).text, "ok");
    const byUnix = await joinLine(local);
    const session = await new Polling(local).open();
    await session.join();
    await session.send('421["echo","polling"]');
    assert.equal(await session.pollFor(/^43/), '431["polling"]');
    assert.deepEqual(await askLine(byUnix, "echo", ["by Unix"]), ["by Unix"]);
    await byUnix.close();
});

test("the socket's file is gone after the end, and a stale one is no obstacle", ours("it leaves that to the program"), async (t) => {
    const socketPath = `${temporaryFolder(t)}/line.sock`;
    const first = await startServer(t, { UNIX_PATH: socketPath });
    assert.ok(fs.existsSync(socketPath));
    await first.stop();
    assert.ok(!fs.existsSync(socketPath));
    const second = await startServer(t, { UNIX_PATH: socketPath });
    second.process.kill("SIGKILL"); // leaves its file behind
    await second.exited;
    second.process = undefined;
    assert.ok(fs.existsSync(socketPath));
    const third = await startServer(t, { UNIX_PATH: socketPath });
    assert.equal((await exchange({ ...third, socketPath, scheme: "http" }, "/healthz")).text, "ok");
});

test("a port that is taken is a clear error, not a server", async (t) => {
    const server = await startServer(t);
    const second = new ContractServer({ PORT: server.port });
    await assert.rejects(second.start(), /status [1-9]/);
    assert.match(second.stderr, /address|in use/i);
    assert.equal((await exchange(server, "/healthz")).text, "ok");
});

test("the port is free again at once, ten times over", async (t) => {
    let port;
    for (let i = 0; i < 10; i++) {
        const server = await new ContractServer(port ? { PORT: port } : {}).start();
        port = server.port;
        const line = await joinLine(server);
        line.send('421["echo",1]');
        assert.equal(await line.next(), '431[1]');
        await server.stop();
        await line.untilClosed();
    }
});
