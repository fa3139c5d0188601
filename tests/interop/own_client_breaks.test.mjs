// Our client on lines that break: servers that restart, are killed or fall silent, names that are gone for a while, messages that are too
// large, and an upgrade under load. On every way at once, against each server.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sharedDriver } from "../support/client_driver.mjs";
import { peers, startPeer } from "../support/peer_servers.mjs";
import { Relay } from "../support/relay.mjs";
import { patience, until } from "../support/wait.mjs";
import { ways } from "./own_client_events.mjs";

const driver = sharedDriver();
const quickly = { reconnection_delay: 20, reconnection_delay_max: 100, timeout: 3000 };
const unique = (() => {
    let count = 0;
    return (name) => `${name}-${process.pid}-${++count}`;
})();

/// One client for each way, joined.
const onEveryWay = (t, url, options = {}) =>
    Promise.all(Object.values(ways).map((way) => driver.connect(t, url, { ...quickly, ...way.options, ...options })));

async function silentRelay(t, port) {
    const relay = await new Relay().start(port);
    t.after(() => relay.stop());
    return relay;
}

for (const peer of Object.values(peers))
    describe(peer.title, { concurrency: 4 }, () => {
        for (const [title, end] of [["restarted", (server) => server.stop()], ["killed", (server) => server.kill()]])
            test(`a server is ${title}: all come back by themselves and bring what was emitted meanwhile`, async (t) => {
                const server = await startPeer(t, peer);
                const lines = await onEveryWay(t, server.url, { auth: { token: "t" }, auth_by: "function" });
                const careful = await driver.connect(t, server.url, { ...quickly, ...ways.upgrade.options, retries: 3, ack_timeout: 2000 });
                const ids = await Promise.all(lines.map(async (line) => (await line.state()).id));
                server.environment.PORT = server.port;
                await end(server);
                for (const line of [...lines, careful]) {
                    const { reason, active } = await line.next("disconnect");
                    assert.match(reason, /^transport (close|error)$/);
                    assert.equal(active, true);
                    assert.deepEqual(await line.state(), { name: "/", id: "", connected: false, active: true, recovered: false });
                }
                const asked = lines.map((line) => line.ask("echo", "emitted meanwhile"));
                const key = unique("key");
                const retried = careful.ask("flaky", key, 1);
                for (const line of lines) {
                    // one that is still on its way out may answer, and end what it has begun
                    for (let cause; cause !== "the other side refused";) {
                        const { error } = await line.next("connect_error");
                        assert.equal(error.by_server, false);
                        cause = error.cause;
                    }
                    await line.next("reconnect_attempt");
                    await line.next("reconnect_error");
                }
                await server.start();
                await Promise.all(lines.map(async (line, i) => {
                    assert.ok((await line.next("reconnect")).attempt >= 1);
                    const { id, recovered } = await line.next("connect");
                    assert.notEqual(id, ids[i]);
                    assert.equal(recovered, false);
                    assert.equal(await asked[i], "emitted meanwhile");
                    assert.equal((await line.ask("handshake")).auth.asked, line.story.filter(([what]) => what === "open").length);
                }));
                assert.deepEqual(await retried, { attempts: 1 });
            });

        test("a line that falls silent, without an end, is noticed by the missing ping, and left", async (t) => {
            const server = await startPeer(t, peer, { PING_INTERVAL: 300, PING_TIMEOUT: 1200 * patience, ...(peer.has.recovery ? { RECOVERY_MS: 30_000 } : {}) });
            const relay = await silentRelay(t, server.port);
            const [near, lines] = [await driver.connect(t, server.url), await onEveryWay(t, `http://127.0.0.1:${relay.port}`, { timeout: 150 })];
            const ids = await Promise.all(lines.map(async (line) => (await line.state()).id));
            await Promise.all(lines.map((line) => line.askAll("join", ["news"])));
            await near.askAll("broadcast", [{ to: "news" }, "told", [0]]);
            for (const line of lines) assert.equal((await line.event("told"))[0], 0);
            await Promise.all(lines.map((line) => line.next("ping")));

            relay.cut();
            for (const line of lines) assert.equal((await line.next("disconnect")).reason, "ping timeout");
            for (let i = 1; i <= 3; i++) await near.askAll("broadcast", [{ to: "news" }, "told", [i, Buffer.from([i])]]);
            // what it is tried with meanwhile is accepted by the machine, and hears nothing
            for (const line of lines) {
                const { error } = await line.next("connect_error");
                assert.deepEqual([error.message, error.cause], ["timeout", "the time is up"]);
            }
            relay.mend();
            await Promise.all(lines.map(async (line, i) => {
                const { id, recovered } = await line.next("connect");
                assert.equal(recovered, peer.has.recovery === true);
                assert.equal(id === ids[i], recovered);
                if (recovered)
                    for (let n = 1; n <= 3; n++) assert.deepEqual((await line.event("told")).slice(0, 2), [n, Buffer.from([n])]);
                assert.equal(await line.ask("echo", "here again"), "here again");
                assert.equal(line.waiting("event", "/", "told"), 0);
            }));
        });

        test("a name that there is not, then is, then is not, and is again", async (t) => {
            const server = await startPeer(t, peer);
            server.environment.PORT = server.port;
            const host = `${unique("chat")}.example`;
            const lines = await Promise.all(
                Object.values(ways).map((way) => driver.make(t, `http://${host}:${server.port}`, { ...quickly, ...way.options, resolver: true })),
            );
            await driver.name(host);
            for (const line of lines) {
                await line.connect();
                const { error } = await line.next("connect_error");
                assert.equal(error.cause, "there is no such thing");
                assert.equal(error.by_server, false);
                assert.match(error.detail, new RegExp(host.replaceAll(".", "\\.")));
                assert.equal((await line.next("lookup")).host, host);
            }
            await driver.name(host, ["127.0.0.1"]);
            await Promise.all(lines.map((line) => line.next("connect")));
            await driver.name(host);
            await server.kill();
            for (const line of lines) await line.next("disconnect");
            await server.start();
            const failed = lines.map((line) => line.story.length);
            await until(() => lines.every((line, i) => line.story.slice(failed[i]).some(([what]) => what === "reconnect_error")), "attempts without a name");
            assert.ok(lines.every((line) => line.waiting("connect") === 0));
            await driver.name(host, ["127.0.0.1"]);
            await Promise.all(lines.map(async (line) => {
                await line.next("connect");
                assert.equal((await line.ask("handshake")).headers.host, `${host}:${server.port}`);
            }));
        });

        test("messages of the server's limit pass; larger ones end the connection, which comes back", async (t) => {
            const limit = 20_000;
            const server = await startPeer(t, peer, { MAX_HTTP_BUFFER_SIZE: limit });
            for (const [way, { options }] of Object.entries(ways)) {
                const line = await driver.connect(t, server.url, { ...quickly, ...options, per_message_deflate: null });
                // 42["no-ack","xxx"]: one character of Engine.IO counts in a body, and not in a frame
                const fill = "x".repeat(limit - '42["no-ack",""]'.length);
                await line.emit("no-ack", [fill]);
                if (peer.has.limit) await line.emit("no-ack", [fill]); // two that do not go into one body
                else await until(async () => (await line.statistics()).queued_bytes === 0, "the event to be out"); // alone: it tells no limit
                assert.equal(await line.ask("echo", way), way);
                assert.equal(line.waiting("disconnect"), 0);
                await line.emit("no-ack", [fill + "xxx"]);
                const { reason } = await line.next("disconnect");
                assert.match(reason, /^transport (close|error)$/);
                await line.next("connect");
                assert.equal(await line.ask("echo", "back"), "back");
            }
        });

        test("a thousand events each way while the transport changes arrive once and in order", async (t) => {
            const relay = await silentRelay(t, (await startPeer(t, peer)).port);
            relay.hold(/Upgrade: websocket/i);
            const line = await driver.make(t, `http://127.0.0.1:${relay.port}`, { ...ways.upgrade.options, reconnection: false });
            await line.connect();
            await line.next("connect");
            const echo = peer.echoEvent ?? "echo";
            let sent = 0;
            const event = (i) => [i, ...(i % 7 ? [] : [Buffer.from([i & 255])])];
            const send = (count) => {
                for (let i = 0; i < count; i++) void line.emit(echo, event(sent++));
            };
            send(200);
            assert.equal((await line.statistics()).transport, "polling");
            relay.release();
            // as many as it takes for a thousand, and for some on the WebSocket
            for (let after = 0; sent < 1000 || after < 5;) {
                send(20);
                if ((await line.statistics()).transport === "websocket") after++;
            }
            for (let i = 0; i < sent; i++) assert.deepEqual(await line.event("echo"), event(i));
            assert.equal(line.waiting("disconnect"), 0);
            assert.equal(line.waiting("event", "/", "echo"), 0);
        });

        test("a server's flood while the transport changes arrives once and in order", async (t) => {
            const relay = await silentRelay(t, (await startPeer(t, peer)).port);
            relay.hold(/Upgrade: websocket/i);
            const line = await driver.make(t, `http://127.0.0.1:${relay.port}`, { ...ways.upgrade.options, reconnection: false });
            await line.join("");
            await line.emit("emit-back", [{ count: 1000 }, "flood", ["x".repeat(50)]]);
            relay.release();
            for (let i = 0; i < 1000; i++) assert.equal((await line.event("flood"))[1], i);
            await line.untilOn("websocket");
            await line.askAll("emit-back", [{ count: 10 }, "flood", ["after"]]);
            for (let i = 0; i < 10; i++) assert.deepEqual(await line.event("flood"), ["after", i]);
        });

        test("recovery over each way: whom it was, and what it missed", { skip: !peer.has.recovery && "this server has none" }, async (t) => {
            for (const parser of ["json", "msgpack"]) {
                const server = await startPeer(t, peer, { RECOVERY_MS: 30_000, PING_INTERVAL: 500, PING_TIMEOUT: 2000, ...(parser === "msgpack" ? { PARSER: parser } : {}) });
                const relay = await silentRelay(t, server.port);
                const other = await driver.connect(t, server.url, { parser });
                await other.askAll("emit-back", [{}, "offset", []]);
                const lines = await onEveryWay(t, `http://127.0.0.1:${relay.port}`, { parser, reconnection_delay: 100, randomization_factor: 0 });
                const ids = await Promise.all(lines.map(async (line) => (await line.state()).id));
                await Promise.all(lines.map((line) => line.askAll("join", ["news"])));
                await Promise.all(lines.map((line) => line.ask("set-data", { name: "ada" })));
                await other.askAll("broadcast", [{ to: "news" }, "told", [0]]);
                for (const line of lines) assert.equal((await line.event("told"))[0], 0);
                relay.breakAll();
                // whoever asks before the server has noticed is a new one
                for (const id of ids) await until(() => other.ask("disconnect-log", id), "the server to have noticed", 8000);
                for (const line of lines) assert.match((await line.next("disconnect")).reason, /^transport (close|error)$/);
                for (let i = 1; i <= 20; i++) await other.askAll("broadcast", [{ to: "news" }, "told", [i, ...(i % 5 ? [] : [Buffer.from([i])])]]);
                await other.askAll("broadcast", [{ to: "elsewhere" }, "told", ["not for you"]]);
                relay.mend();
                for (const [i, line] of lines.entries()) {
                    assert.deepEqual(await line.next("connect"), { id: ids[i], recovered: true });
                    for (let n = 1; n <= 20; n++) assert.equal((await line.event("told"))[0], n);
                    const me = await line.ask("whoami");
                    assert.deepEqual([me.recovered, me.data], [true, { name: "ada" }]);
                    assert.equal(line.waiting("event", "/", "told"), 0);
                }
                await other.disconnect();
                await other.next("disconnect");
                assert.equal((await other.join("")).recovered, false, "who has said goodbye is a new one");
            }
        });
    });

test("an attempt after the other, until there are no more", async (t) => {
    const server = await startPeer(t, peers.ours);
    await server.stop();
    const line = await driver.make(t, server.url, { ...quickly, reconnection_attempts: 2, randomization_factor: 0 });
    await line.connect();
    await line.next("reconnect_failed");
    for (let i = 0; i < 2; i++) await line.next("reconnect_error");
    assert.deepEqual(line.story.filter(([what]) => what.startsWith("reconnect")).map(([what, , fact]) => [what, fact]), [
        ["reconnect_attempt", 1],
        ["reconnect_error", "xhr poll error"],
        ["reconnect_attempt", 2],
        ["reconnect_failed", undefined], // the official client, too, gives up before it tells why
        ["reconnect_error", "xhr poll error"],
    ]);
    assert.equal(line.waiting("connect_error"), 3);
});
