// Options of our client that show on the wire, with each server: query, headers, path, cookies, subprotocols, base64, compression, and
// which transports are tried.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { describe, test } from "node:test";
import { sharedDriver } from "../support/client_driver.mjs";
import { peers, sharedPeer, startPeer } from "../support/peer_servers.mjs";
import { Relay } from "../support/relay.mjs";
import { ways } from "./own_client_events.mjs";

const driver = sharedDriver();

/// What passes on the line to `port` while `talk` uses it.
async function counted(t, port, options, talk) {
    const relay = await new Relay().start(port);
    t.after(() => relay.stop());
    const line = await driver.connect(t, `http://127.0.0.1:${relay.port}`, { ...ways.websocket.options, ...options });
    const before = { ...relay.bytes };
    await talk(line);
    await line.destroy();
    return { up: relay.bytes.up - before.up, down: relay.bytes.down - before.down };
}

for (const peer of Object.values(peers))
    describe(peer.title, { concurrency: 4 }, () => {
        const server = sharedPeer(peer, { COOKIE: "io" });

        test("query, extra headers and what the protocol adds", async (t) => {
            for (const [way, { options }] of Object.entries(ways)) {
                const line = await driver.connect(t, `${server.url}/?from=url`, {
                    ...options,
                    query: { room: "ü 1&2" },
                    extra_headers: { "X-Custom": "yes", Authorization: "Bearer t" },
                    timestamp_requests: true,
                    timestamp_param: "stamp",
                });
                const { query, headers } = await line.ask("handshake");
                const { stamp, ...rest } = query;
                assert.deepEqual(rest, { EIO: "4", transport: way === "websocket" ? "websocket" : "polling", from: "url", room: "ü 1&2" });
                assert.ok(stamp.length > 0);
                assert.deepEqual([headers["x-custom"], headers.authorization, headers.host], ["yes", "Bearer t", `127.0.0.1:${server.port}`]);
            }
        });

        test("another path, and one that there is not", async (t) => {
            const elsewhere = await startPeer(t, peer, { SIO_PATH: "/somewhere/else/" });
            for (const { options } of Object.values(ways)) {
                const line = await driver.connect(t, elsewhere.url, { ...options, path: "/somewhere/else" });
                assert.equal(await line.ask("echo", "here"), "here");
                const lost = await driver.make(t, elsewhere.url, { ...options, reconnection: false });
                await lost.connect();
                const { error } = await lost.next("connect_error");
                if (options.transports[0] === "polling") {
                    assert.deepEqual([error.message, error.status], ["xhr poll error", 404]);
                } else {
                    // Node and we end such a handshake without a word
                    assert.equal(error.message, "websocket error");
                    assert.ok(error.status === 404 || error.cause === "the connection is closed", JSON.stringify(error));
                }
            }
        });

        test("cookies come back if they are wanted", async (t) => {
            const cookie = async (line) => (await line.ask("handshake")).headers.cookie;
            for (const with_credentials of [true, false]) {
                const line = await driver.connect(t, server.url, { ...ways.polling.options, with_credentials });
                assert.equal(await cookie(line), undefined);
                await line.disconnect();
                await line.next("disconnect");
                await line.join("");
                if (with_credentials) assert.match(await cookie(line), /^io=[\w-]{20}$/);
                else assert.equal(await cookie(line), undefined);
            }
        });

        test("subprotocols are offered, and one that is chosen is accepted", { skip: !peer.has.protocols && "this server chooses none" }, async (t) => {
            for (const way of [ways.websocket, ways.upgrade]) {
                const line = await driver.connect(t, server.url, { ...way.options, protocols: ["chat.v2", "chat.v1"] });
                assert.equal(await line.ask("echo", "agreed"), "agreed");
                if (way === ways.websocket) assert.match((await line.ask("handshake")).headers["sec-websocket-protocol"], /^chat\.v2, ?chat\.v1$/);
            }
        });

        test("bytes as base64 on a WebSocket", async (t) => {
            const bytes = crypto.randomBytes(30_000);
            for (const way of Object.values(ways)) {
                const line = await driver.connect(t, server.url, { ...way.options, force_base64: true });
                assert.equal((await line.ask("handshake")).query.b64, "1");
                assert.ok((await line.ask("echo", { bytes })).bytes.equals(bytes));
            }
            const echo = (line) => line.ask("echo", bytes);
            const [plain, coded] = [await counted(t, server.port, {}, echo), await counted(t, server.port, { force_base64: true }, echo)];
            assert.ok(plain.up < 31_000, `${plain.up} bytes`);
            assert.ok(coded.up > 40_000, `${coded.up} bytes`);
        });

        test("permessage-deflate, where both want it", async (t) => {
            const willing = peer.has.deflate ? await startPeer(t, peer, { PMD: 1 }) : server; // Python's always is
            const text = "the same again, ".repeat(6000);
            const echo = async (line) => {
                for (let i = 0; i < 3; i++) assert.equal(await line.ask("echo", text), text);
                const bytes = crypto.randomBytes(5000);
                assert.ok((await line.ask("echo", bytes)).equals(bytes));
            };
            const both = await counted(t, willing.port, {}, echo);
            assert.ok(both.up < 40_000 && both.down < 40_000, JSON.stringify(both));
            const without = await counted(t, willing.port, { per_message_deflate: null }, echo);
            assert.ok(without.up > 280_000 && without.down > 280_000, JSON.stringify(without));
            const above = await counted(t, willing.port, { per_message_deflate: { threshold: 1_000_000 } }, echo);
            assert.ok(above.up > 280_000 && above.down < 40_000, JSON.stringify(above));
            if (!peer.has.deflate) return;
            const unwilling = await counted(t, server.port, {}, echo);
            assert.ok(unwilling.up > 280_000 && unwilling.down > 280_000, JSON.stringify(unwilling));
        });

        test("a server without one transport: the other is tried if that is wanted", async (t) => {
            for (const only of ["polling", "websocket"]) {
                const narrow = await startPeer(t, peer, { TRANSPORTS: only });
                const transports = only === "polling" ? ["websocket", "polling"] : ["polling", "websocket"];
                const line = await driver.make(t, narrow.url, { transports, reconnection: false });
                await line.connect();
                assert.equal((await line.next("connect_error")).error.message, only === "polling" ? "websocket error" : "xhr poll error");
                const other = await driver.make(t, narrow.url, { transports, reconnection: false, try_all_transports: true });
                await other.join("");
                assert.equal((await other.statistics()).transport, only);
            }
        });

        test("no upgrade where one end does not want it; and at once where the last one worked", async (t) => {
            const staying = await startPeer(t, peer, { ALLOW_UPGRADES: 0 });
            for (const [url, options] of [[staying.url, {}], [server.url, { upgrade: false }]]) {
                const line = await driver.make(t, url, options);
                await line.join("");
                for (let i = 0; i < 5; i++) assert.equal((await line.ask("whoami")).transport, "polling");
            }
            const line = await driver.connect(t, server.url, { remember_upgrade: true });
            await line.disconnect();
            await line.next("disconnect");
            await line.join("");
            assert.equal((await line.statistics()).transport, "websocket");
            assert.equal((await line.ask("handshake")).query.transport, "websocket");
        });
    });
