// What our client does on a line that holds: the same cases for each server, way of travelling and parser. Called by the files
// own_client_*.test.mjs, which bring the driver.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { describe, test } from "node:test";
import { sharedPeer } from "../support/peer_servers.mjs";
import { patience, until } from "../support/wait.mjs";

/// The three ways in which our client can travel, and what it is on in the end.
export const ways = {
    polling: { options: { transports: ["polling"] }, end: "polling" },
    websocket: { options: { transports: ["websocket"] }, end: "websocket" },
    upgrade: { options: { transports: ["polling", "websocket"] }, end: "websocket" },
};

const unique = (() => {
    let count = 0;
    return (name) => `${name}-${process.pid}-${++count}`;
})();

const everyType = [0, 1, -1, 2 ** 31, 2 ** 53 - 1, -0.5, 1e-7, true, false, null, "", "zwei", 'q"\\\u0001\n', "ö😀", [], [[]], {}]
    .concat([{ a: [{ b: "ü", "": 0 }], _placeholder: false }, [1, [2, [3, [null]]]]]);

export function ownClientEvents(driver, peer, parser) {
    const server = sharedPeer(peer, parser === "msgpack" ? { PARSER: "msgpack" } : {});
    for (const [way, { options, end }] of Object.entries(ways))
        describe(`${peer.title}, ${parser} by ${way}`, { concurrency: 4 }, () => {
            const connect = (t, more = {}, path = "") => driver.connect(t, server.url + path, { parser, ...options, reconnection: false, ...more });
            const make = (t, more = {}, path = "") => driver.make(t, server.url + path, { parser, ...options, reconnection: false, ...more });
            const echoEvent = peer.echoEvent ?? "echo";

            test("joins, is known to the server, and leaves", async (t) => {
                const line = await connect(t);
                const me = await line.ask("whoami");
                const state = await line.state();
                assert.deepEqual(state, { name: "/", id: me.id, connected: true, active: true, recovered: false });
                assert.equal(me.id.length, 20);
                assert.equal(me.transport, end);
                assert.equal((await line.statistics()).transport, end);
                await line.disconnect();
                assert.deepEqual(await line.next("disconnect"), { reason: "io client disconnect", description: "", active: false });
                assert.equal((await line.state()).connected, false);
                assert.equal((await line.next("close")).reason, "forced close");
                if (!peer.has.reasons) return;
                const watcher = await connect(t);
                const log = await until(() => watcher.ask("disconnect-log", me.id), "the server to have heard it");
                assert.equal(log.reason, "client namespace disconnect");
            });

            test("each type comes back as it went, by ack and by event", async (t) => {
                const line = await connect(t);
                assert.deepEqual(await line.askAll("echo", everyType), everyType);
                assert.deepEqual(await line.askAll("echo"), []);
                await line.emit(echoEvent, everyType);
                assert.deepEqual(await line.event("echo"), everyType);
                const long = "ä😀".repeat(20_000);
                assert.equal(await line.ask("echo", long), long);
            });

            test("bytes at any depth, both ways, up to ten pieces", async (t) => {
                const line = await connect(t);
                const pieces = Array.from({ length: 10 }, (_, i) => crypto.randomBytes(i * 37));
                const args = [pieces[0], { a: pieces[1], b: [pieces[2], { c: { d: pieces[3] } }] }, ...pieces.slice(4), "text"];
                assert.deepEqual(await line.askAll("echo", args), args);
                await line.emit(echoEvent, args);
                assert.deepEqual(await line.event("echo"), args);
                await line.on("question", { answer: [{ deep: [Buffer.from("bin")] }] });
                const asked = await line.ask("ask-me", "question", [Buffer.from("from the server")], 5000);
                assert.deepEqual(asked, { ok: true, args: [{ deep: [Buffer.from("bin")] }] });
                assert.deepEqual(await line.event("question"), [Buffer.from("from the server")]);
            });

            test("acknowledgements both ways, in time, late and never", async (t) => {
                const line = await connect(t);
                await assert.rejects(line.askAll("no-ack", [1], { timeout: 30 }), /the time is up/);
                await assert.rejects(line.askAll("ack-later", [600, "late"], { timeout: 30 }), /the time is up/);
                const order = [];
                await Promise.all([150, 80, 1].map(async (ms) => order.push(await line.ask("ack-later", ms, ms))));
                assert.deepEqual(order, [1, 80, 150]);
                assert.equal((await line.statistics()).pending_acks, 0);

                await line.on("question", { echo: true });
                assert.deepEqual(await line.ask("ask-me", "question", [1, { two: 2 }], 5000), { ok: true, args: [1, { two: 2 }] });
                await line.on("slowly", { answer: ["here"], later: 30 });
                assert.deepEqual(await line.ask("ask-me", "slowly", [], 5000), { ok: true, args: ["here"] });
                await line.on("silent", {});
                assert.deepEqual(await line.ask("ask-me", "silent", [], 50), { ok: false, error: "timeout" });
                await line.off("question");
                assert.deepEqual(await line.ask("ask-me", "question", [1], 50), { ok: false, error: "timeout" });
            });

            test("several namespaces on one connection, and one that there is not", async (t) => {
                const line = await connect(t);
                await line.join("/custom");
                await line.join("/dyn-1");
                const [main, custom, dyn] = await Promise.all(["/", "/custom", "/dyn-1"].map(async (nsp) => (await line.askAll("whoami", [], { nsp }))[0].id));
                assert.equal(new Set([main, custom, dyn]).size, 3);
                await line.emit(echoEvent, ["for custom", Buffer.from([1])], { nsp: "/custom" });
                assert.deepEqual(await line.event("echo", "/custom"), ["for custom", Buffer.from([1])]);
                assert.equal(line.waiting("event", "/", "echo"), 0);

                await line.connect("/nowhere");
                const { error } = await line.next("connect_error", "/nowhere");
                assert.equal(error.message, peer.unknownNamespace ?? "Invalid namespace");
                assert.equal(error.by_server, true);
                assert.equal((await line.state("/nowhere")).active, false);

                await line.disconnect("/custom");
                assert.equal((await line.next("disconnect", "/custom")).reason, "io client disconnect");
                assert.equal(await line.ask("echo", "still here"), "still here");
                await line.join("/custom");
                assert.notEqual((await line.state("/custom")).id, custom);
                assert.equal(line.story.filter(([what]) => what === "open").length, 1);
            });

            test("a namespace in the URL, with letters of the world", async (t) => {
                const line = await make(t, {}, "/%C3%BCn%C3%AF");
                await line.connect();
                await line.next("connect", "/ünï");
                assert.equal((await line.ask("handshake")).nsp, "/ünï");
            });

            test("auth as a value and by each kind of function; a refusal brings its data and is not tried again", async (t) => {
                for (const auth_by of [undefined, "function", "reply", "coroutine"]) {
                    const line = await connect(t, { auth: { token: "t", n: [1] }, ...(auth_by ? { auth_by } : {}) });
                    const { auth } = await line.ask("handshake");
                    assert.deepEqual(auth, { token: "t", n: [1], ...(auth_by ? { asked: 1 } : {}) });
                    if (!auth_by) continue;
                    await line.disconnect();
                    await line.next("disconnect");
                    await line.join("");
                    assert.equal((await line.ask("handshake")).auth.asked, 2);
                }
                const line = await connect(t, { reconnection: true, reconnection_delay: 10 });
                await line.auth({ token: "wrong" }, "/auth");
                await line.connect("/auth");
                const { error } = await line.next("connect_error", "/auth");
                assert.equal(error.message, "not authorized");
                assert.deepEqual(error.data, { code: "E_AUTH", got: "wrong" });
                assert.equal(error.by_server, true);
                assert.equal((await line.state("/auth")).active, false);
                await line.connect("/no-data");
                assert.deepEqual((await line.next("connect_error", "/no-data")).error.message, "plain refusal");
                await line.auth({ token: "secret", user: "ada" }, "/auth");
                await line.join("/auth");
                assert.deepEqual((await line.askAll("whoami", [], { nsp: "/auth" }))[0].data, { user: "ada" });
                assert.equal(line.waiting("connect_error", "/auth"), 0);
            });

            test("the main namespace may refuse, too", async (t) => {
                const line = await make(t, { auth: { reject: true }, reconnection: true, reconnection_delay: 10 });
                await line.connect();
                const { error } = await line.next("connect_error");
                assert.equal(error.message, "rejected");
                assert.deepEqual(error.data, { why: "asked", nested: { list: [1, 2, 3] } });
                assert.deepEqual({ active: (await line.state()).active, connected: (await line.state()).connected }, { active: false, connected: false });
            });

            test("a middleware of events refuses with data", { skip: !peer.has.middleware && "this server has none" }, async (t) => {
                const line = await connect(t);
                await line.emit("mw-reject", ["x"]);
                assert.deepEqual(await line.event("mw-error"), [{ message: "rejected by middleware", data: { event: "mw-reject", code: 42 } }]);
                await assert.rejects(line.askAll("mw-reject", [], { timeout: 50 }), /the time is up/);
            });

            test("the server ends one namespace: it stays away until it is told to come", async (t) => {
                const line = await connect(t, { reconnection: true, reconnection_delay: 10 });
                await line.join("/custom");
                await line.emit("disconnect-me", [], { nsp: "/custom" });
                assert.deepEqual(await line.next("disconnect", "/custom"), { reason: "io server disconnect", description: "", active: false });
                assert.equal(await line.ask("echo", "main is here"), "main is here");
                await line.emit("disconnect-me");
                assert.equal((await line.next("disconnect")).reason, "io server disconnect");
                await line.join("");
                assert.equal(await line.ask("echo", "again"), "again");
                assert.equal(line.waiting("connect", "/custom"), 0);
            });

            test("the server ends the whole connection", { skip: !peer.has.closing && "this server cannot" }, async (t) => {
                const line = await connect(t, { reconnection: true, reconnection_delay: 10 });
                await line.join("/custom");
                await line.emit("disconnect-me", [true]);
                for (const nsp of ["/", "/custom"]) assert.equal((await line.next("disconnect", nsp)).reason, "io server disconnect");
                await line.next("close");
                assert.equal((await line.state()).active, false);
                await line.join("");
            });

            test("large texts and bytes", async (t) => {
                const line = await connect(t);
                for (const size of [1, 70_000, 600_000]) {
                    assert.equal(await line.ask("big", "text", size), "x".repeat(size));
                    assert.ok((await line.ask("big", "binary", size)).equals(Buffer.alloc(size, 0xab)));
                }
                const bytes = crypto.randomBytes(500_000);
                assert.ok((await line.ask("echo", bytes)).equals(bytes));
            });

            test("events in their order, text and bytes, and broadcasts to rooms", async (t) => {
                const [line, other] = [await connect(t), await connect(t)];
                for (let i = 0; i < 300; i++) void line.emit(echoEvent, [i, ...(i % 7 ? [] : [Buffer.from([i & 255])])]);
                for (let i = 0; i < 300; i++) assert.equal((await line.event("echo"))[0], i);
                const room = unique("room");
                await other.askAll("join", [room]);
                await line.askAll("broadcast", [{ to: room }, "news", [1, Buffer.from("b")]]);
                assert.deepEqual(await other.event("news"), [1, Buffer.from("b")]);
                assert.equal(line.waiting("event", "/", "news"), 0);
                await line.askAll("emit-back", [{ count: 100 }, "back", ["a"]]);
                for (let i = 0; i < 100; i++) assert.deepEqual(await line.event("back"), ["a", i]);
            });

            test("what is emitted before the connect arrives first, what is volatile does not", async (t) => {
                const line = await make(t);
                const early = Array.from({ length: 5 }, (_, i) => line.emit(echoEvent, [i]));
                assert.deepEqual(await Promise.all(early), [true, true, true, true, true]);
                await line.emit(echoEvent, ["lost"], { volatile: true });
                assert.equal((await line.statistics()).buffered_packets, 5);
                const asked = line.ask("echo", "asked early");
                await line.connect();
                for (let i = 0; i < 5; i++) assert.deepEqual(await line.event("echo"), [i]);
                assert.equal(await asked, "asked early");
                const sent = line.story.findIndex(([what]) => what === "sent");
                assert.ok(sent < line.story.findIndex(([what]) => what === "connect"), "the buffer leaves before `connect` is told");
                assert.equal(line.waiting("event", "/", "echo"), 0);
            });

            test("retries until the server answers, one event after the other", async (t) => {
                const line = await connect(t, { retries: 5, ack_timeout: 400 * patience });
                const key = unique("key");
                const [flaky, after] = [line.askAll("flaky", [key, 3], { timeout: undefined }), line.askAll("echo", ["behind it"], { timeout: undefined })];
                assert.equal((await line.statistics()).queued_for_retry, 2);
                assert.deepEqual(await flaky, [{ attempts: 3 }]);
                assert.deepEqual(await after, ["behind it"]);
                const failing = await connect(t, { retries: 2, ack_timeout: 50 });
                const other = unique("key");
                await assert.rejects(failing.askAll("flaky", [other, 1000], { timeout: undefined }), /the time is up/);
                assert.deepEqual(await failing.ask("flaky", other, 1), { attempts: 4 }, "three tries, and this one");
            });

            test("goes in the middle of everything, without a word", async (t) => {
                const line = await connect(t);
                for (let i = 0; i < 50; i++) void line.emit(echoEvent, [i, Buffer.alloc(2000)]);
                const asked = assert.rejects(line.askAll("no-ack"), /the connection is closed/);
                await line.destroy();
                await asked;
                const watcher = await connect(t);
                assert.equal(await watcher.ask("echo", "the server is well"), "the server is well");
            });
        });
}
