// Every event of the contract with the official client: the same tests for each way of travelling, parser and number
// of threads. Called by the files client_*.test.mjs; it starts the server of its suite itself.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { describe, test } from "node:test";
import { sharedServer } from "../support/contract_server.mjs";
import { ask, askAll, connect, dial, disconnection, gather, next, settled, until } from "../support/official_client.mjs";
import { pause, within } from "../support/wait.mjs";

const sha1 = (bytes) => crypto.createHash("sha1").update(bytes).digest("hex");
const unique = (() => {
    let count = 0;
    return (name) => `${name}-${process.pid}-${++count}`;
})();

export function contractEvents(title, { environment = {}, options = {} } = {}) {
    describe(title, () => {
        const server = sharedServer({ ...environment, SERVER_ID: "here" });
        const join = (t, nsp = "/", more = {}) => connect(t, server, nsp, { ...options, ...more });
        const several = (t, count, nsp) => Promise.all(Array.from({ length: count }, () => join(t, nsp)));

        // ---- one client ------------------------------------------------------------------------------------

        test("echo by ack and by event", async (t) => {
            const client = await join(t);
            const args = [1, "zwei", null, true, -0.5, { a: [{ b: "ö😀" }], "": 0 }, [], [[]]];
            assert.deepEqual(await askAll(client, "echo", ...args), args);
            const back = next(client, "echo");
            client.emit("echo", ...args);
            assert.deepEqual(await back, args);
            assert.deepEqual(await askAll(client, "echo"), []);
        });

        test("binary at any depth, up to ten pieces", async (t) => {
            const client = await join(t);
            const pieces = Array.from({ length: 10 }, (_, i) => crypto.randomBytes(i * 37));
            const args = [pieces[0], { a: pieces[1], b: [pieces[2], { c: { d: pieces[3] } }] }, ...pieces.slice(4)];
            assert.deepEqual(await askAll(client, "echo", ...args), args);
            const back = next(client, "echo");
            client.emit("echo", ...args);
            assert.deepEqual(await back, args);
        });

        test("typed arrays arrive as bytes", async (t) => {
            const client = await join(t);
            const description = await ask(client, "inspect", new Uint8Array([1, 2, 3]), { x: new Uint8Array([4]).buffer }, "plain");
            assert.deepEqual(description, [
                { $bin: 3, sha1: sha1(Buffer.from([1, 2, 3])) },
                { x: { $bin: 1, sha1: sha1(Buffer.from([4])) } },
                "plain",
            ]);
        });

        test("the order of a thousand events, text and binary", async (t) => {
            const client = await join(t);
            const inbox = gather(client, "echo");
            for (let i = 0; i < 1000; i++) client.emit("echo", i, ...(i % 7 ? [] : [Buffer.from([i & 255])]));
            for (let i = 0; i < 1000; i++) assert.equal((await inbox.next("an echo", 10_000))[0], i);
        });

        test("large texts and bytes", async (t) => {
            const client = await join(t);
            for (const size of [0, 1, 1000, 70_000, 600_000]) {
                const text = await ask(client, "big", "text", size);
                assert.equal(text, "x".repeat(size));
                const bytes = await ask(client, "big", "binary", size);
                assert.equal(bytes.length, size);
                assert.ok(Buffer.from(bytes).equals(Buffer.alloc(size, 0xab)));
            }
            const long = "ä😀".repeat(50_000);
            assert.equal(await ask(client, "echo", long), long);
        });

        test("no ack where none is given, and one where it is given twice", async (t) => {
            const client = await join(t);
            await assert.rejects(client.timeout(100).emitWithAck("no-ack", 1), /timed out/);
            let count = 0;
            client.emit("ack-twice", "x", (value) => {
                assert.equal(value, "x");
                count++;
            });
            await settled(client);
            assert.equal(count, 1);
        });

        test("acks that take their time overtake each other", async (t) => {
            const client = await join(t);
            const order = [];
            await Promise.all([300, 150, 1].map(async (ms) => order.push(await ask(client, "ack-later", ms, ms))));
            assert.deepEqual(order, [1, 150, 300]);
        });

        test("retries of the client until the server answers", async (t) => {
            const client = await join(t, "/", { retries: 5, ackTimeout: 150 });
            const key = unique("key");
            assert.deepEqual(await within(client.emitWithAck("flaky", key, 3), "the third try"), { attempts: 3 });
        });

        test("the server asks the client", async (t) => {
            const client = await join(t);
            client.on("question", (...args) => args.at(-1)("answer", args.slice(0, -1), Buffer.from("bin")));
            assert.deepEqual(await ask(client, "ask-me", "question", [1, { two: 2 }], 5000), {
                ok: true,
                args: ["answer", [1, { two: 2 }], Buffer.from("bin")],
            });
            assert.deepEqual(await ask(client, "ask-me", "question", "one value", 0), {
                ok: true,
                args: ["answer", ["one value"], Buffer.from("bin")],
            });
            assert.deepEqual(await ask(client, "ask-me", "unheard", [], 50), { ok: false, error: "timeout" });
        });

        test("rooms are joined and left", async (t) => {
            const client = await join(t);
            const rooms = async (...others) => assert.deepEqual(await ask(client, "rooms"), [...others, client.id].sort());
            await rooms();
            await askAll(client, "join", "one");
            await rooms("one");
            await askAll(client, "join", ["two", "three", "one", "zimmer 42 ü"]);
            await rooms("one", "two", "three", "zimmer 42 ü");
            await askAll(client, "leave", "two");
            await askAll(client, "leave", "never joined");
            await rooms("one", "three", "zimmer 42 ü");
        });

        test("emit-back: many, flags, index", async (t) => {
            const client = await join(t);
            const inbox = gather(client, "back");
            assert.deepEqual(await ask(client, "emit-back", { count: 100, compress: false }, "back", ["a"]), { done: true });
            for (let i = 0; i < 100; i++) assert.deepEqual(await inbox.next(), ["a", i]);
            await ask(client, "emit-back", { compress: true }, "back", ["x".repeat(5000), Buffer.alloc(2000)]);
            assert.deepEqual(await inbox.next(), ["x".repeat(5000), Buffer.alloc(2000)]);
        });

        test("the handshake object", async (t) => {
            const client = await join(t, "/", { auth: { token: "t", n: 1 }, query: { room: "ü 1&2" }, extraHeaders: { "X-Custom": "yes" } });
            const shake = await ask(client, "handshake");
            assert.equal(shake.id, client.id);
            assert.equal(shake.nsp, "/");
            assert.deepEqual(shake.auth, { token: "t", n: 1 });
            assert.equal(shake.query.room, "ü 1&2");
            assert.equal(shake.query.EIO, "4");
            assert.equal(shake.query.transport, options.transports?.[0] ?? "polling");
            assert.equal(shake.headers["x-custom"], "yes");
            assert.ok(shake.url.startsWith("/socket.io/?"));
            assert.equal(shake.secure, server.scheme === "https");
            assert.equal(shake.xdomain, false);
            assert.ok(Math.abs(shake.issued - Date.now()) < 60_000);
            const custom = await join(t, "/custom");
            assert.deepEqual((await ask(custom, "handshake")).auth, {});
            assert.equal((await ask(custom, "handshake")).nsp, "/custom");
        });

        test("auth by function", async (t) => {
            const client = await join(t, "/", { auth: (give) => give({ made: "now" }) });
            assert.deepEqual((await ask(client, "handshake")).auth, { made: "now" });
        });

        test("whoami and data", async (t) => {
            const client = await join(t);
            assert.deepEqual(await ask(client, "set-data", { a: 1, list: [1] }), { a: 1, list: [1] });
            assert.deepEqual(await ask(client, "set-data", { b: null, a: 2 }), { a: 2, list: [1], b: null });
            const me = await ask(client, "whoami");
            assert.deepEqual(me, {
                serverId: "here",
                id: client.id,
                recovered: false,
                data: { a: 2, list: [1], b: null },
                transport: options.transports?.at(-1) ?? "websocket",
            });
        });

        test("catch-all listeners see what comes and what goes", async (t) => {
            const client = await join(t);
            await askAll(client, "echo", 1);
            client.emit("unknown", 1);
            const back = next(client, "echo");
            client.emit("echo", 2);
            await back;
            assert.deepEqual(await ask(client, "seen"), ["echo", "unknown", "echo", "seen"]);
            assert.deepEqual(await ask(client, "sent"), ["echo"]);
        });

        test("middlewares of events", async (t) => {
            const client = await join(t);
            assert.equal(await ask(client, "mw-rewrite", "leise"), "LEISE");
            const refused = next(client, "mw-error");
            let acked = false;
            client.emit("mw-reject", 1, () => (acked = true));
            assert.deepEqual(await refused, [{ message: "rejected by middleware", data: { event: "mw-reject", code: 42 } }]);
            await settled(client);
            assert.equal(acked, false);
        });

        test("an event named error harms nobody", async (t) => {
            const client = await join(t);
            client.emit("error", { message: "x" });
            await settled(client);
        });

        test("volatile from the client", async (t) => {
            const client = await join(t);
            const back = next(client, "echo");
            await until(async () => {
                client.volatile.emit("echo", "v");
                return Promise.race([back, pause(50)]);
            }, "a volatile event to come back");
            assert.deepEqual(await back, ["v"]);
        });

        // ---- namespaces ------------------------------------------------------------------------------------

        for (const nsp of ["/custom", "/ünï", "/dyn-4711", "/auth", "/slow", "/fn-abc"])
            test(`namespace ${nsp}`, async (t) => {
                const client = await join(t, nsp, { auth: { token: "secret", user: "ada", allow: true, delay: 20 } });
                assert.equal((await ask(client, "handshake")).nsp, nsp);
                assert.deepEqual(await askAll(client, "echo", { n: nsp }, Buffer.from("x")), [{ n: nsp }, Buffer.from("x")]);
                const data = (await ask(client, "whoami")).data;
                assert.deepEqual(data, { "/auth": { user: "ada" }, "/slow": { second: true } }[nsp] ?? {});
            });

        for (const [nsp, auth, message, data] of [
            ["/", { reject: true }, "rejected", { why: "asked", nested: { list: [1, 2, 3] } }],
            ["/auth", { token: "no" }, "not authorized", { code: "E_AUTH", got: "no" }],
            ["/auth", {}, "not authorized", { code: "E_AUTH", got: null }],
            ["/no-data", {}, "plain refusal", undefined],
            ["/nowhere", {}, "Invalid namespace", undefined],
            ["/dyn-x", {}, "Invalid namespace", undefined],
            ["/fn-abc", {}, "Invalid namespace", undefined],
        ])
            test(`namespace ${nsp} refuses ${JSON.stringify(auth)}: ${message}`, async (t) => {
                const client = dial(t, server, nsp, { ...options, auth });
                const [error] = await next(client, "connect_error");
                assert.equal(error.message, message);
                assert.deepEqual(error.data, data);
                assert.equal(client.connected, false);
            });

        test("several namespaces on one connection", async (t) => {
            const client = await join(t);
            const custom = client.io.socket("/custom");
            const slow = client.io.socket("/slow", { auth: { delay: 50 } });
            for (const socket of [custom, slow]) t.after(() => socket.disconnect());
            await Promise.all([custom, slow].map((socket) => until(() => socket.connected, "the namespace")));
            assert.equal(new Set([client.id, custom.id, slow.id]).size, 3);
            const [a, b, c] = await Promise.all([client, custom, slow].map((socket) => ask(socket, "handshake")));
            assert.deepEqual([a.nsp, b.nsp, c.nsp], ["/", "/custom", "/slow"]);
            custom.disconnect();
            assert.deepEqual(await ask(client, "echo", 1), 1);
            assert.deepEqual(await ask(slow, "echo", 1), 1);
        });

        test("events emitted before the connection stands", async (t) => {
            const client = dial(t, server, "/slow", { ...options, auth: { delay: 30 } });
            assert.deepEqual(await askAll(client, "echo", 1), [1]);
        });

        test("all namespaces of the pattern at once", async (t) => {
            const clients = [await join(t, "/dyn-1001"), await join(t, "/dyn-1002"), await join(t, "/dyn-1002")];
            const stranger = await join(t);
            const event = unique("parent");
            const inboxes = clients.map((client) => gather(client, event));
            const none = gather(stranger, event);
            await askAll(stranger, "parent-broadcast", event, [1, Buffer.from("x")]);
            for (const inbox of inboxes) assert.deepEqual(await inbox.next(), [1, Buffer.from("x")]);
            await settled(stranger);
            assert.equal(none.size, 0);
        });

        // ---- broadcasts ------------------------------------------------------------------------------------

        /// Five clients: a in `red`, b in `red` and `blue`, c in `blue`, d in none, e alone in another namespace.
        async function company(t) {
            const [a, b, c, d, e] = [...(await several(t, 4)), await join(t, "/custom")];
            const [red, blue] = [unique("red"), unique("blue")];
            await askAll(a, "join", red);
            await askAll(b, "join", [red, blue]);
            await askAll(c, "join", blue);
            const everybody = { a, b, c, d, e };
            return { ...everybody, red, blue, everybody };
        }

        const cases = [
            ["everybody", () => ({}), "abcd"],
            ["everybody but the sender", () => ({ from: "socket" }), "bcd"],
            ["one room", ({ red }) => ({ to: red }), "ab"],
            ["one room but the sender", ({ red }) => ({ from: "socket", to: [red] }), "b"],
            ["two rooms, each once", ({ red, blue }) => ({ to: [red, blue] }), "abc"],
            ["all except a room", ({ blue }) => ({ except: blue }), "ad"],
            ["a room except another", ({ red, blue }) => ({ to: red, except: [blue] }), "a"],
            ["two rooms except one client", ({ red, blue, c }) => ({ to: [red, blue], except: c.id }), "ab"],
            ["one client by its id", ({ d }) => ({ to: d.id }), "d"],
            ["the sender to itself, left out", ({ a }) => ({ from: "socket", to: a.id }), ""],
            ["a room where nobody is", () => ({ to: unique("empty") }), ""],
            ["another namespace", () => ({ nsp: "/custom" }), "e"],
            ["local only", ({ red }) => ({ to: red, local: true }), "ab"],
            ["compressed", () => ({ compress: true }), "abcd"],
            ["not compressed", () => ({ compress: false }), "abcd"],
            ["empty lists", () => ({ to: [], except: [] }), "abcd"],
        ];
        for (const [what, spec, wanted] of cases)
            test(`broadcast: ${what}`, async (t) => {
                const all = await company(t);
                const event = unique("news");
                const inboxes = Object.fromEntries(Object.entries(all.everybody).map(([name, client]) => [name, gather(client, event)]));
                assert.deepEqual(await ask(all.a, "broadcast", spec(all), event, [1, { deep: [Buffer.from("x")] }]), { done: true });
                for (const name of wanted) assert.deepEqual(await inboxes[name].next(`the news for ${name}`), [1, { deep: [Buffer.from("x")] }]);
                for (const [name, client] of Object.entries(all.everybody)) {
                    await settled(client);
                    assert.equal(inboxes[name].size, 0, `${name} heard it${wanted.includes(name) ? " twice" : ""}`);
                }
            });

        test("broadcasts of one sender arrive in order", async (t) => {
            const clients = await several(t, 3);
            const event = unique("count");
            const inboxes = clients.map((client) => gather(client, event));
            for (let i = 0; i < 200; i++) clients[0].emit("broadcast", {}, event, [i, ...(i % 10 ? [] : [Buffer.from([i])])]);
            for (const inbox of inboxes) for (let i = 0; i < 200; i++) assert.equal((await inbox.next())[0], i);
        });

        test("a volatile broadcast reaches those who listen", async (t) => {
            const [sender, receiver] = await several(t, 2);
            const event = unique("typing");
            const heard = next(receiver, event);
            await until(async () => {
                sender.emit("broadcast", { volatile: true, from: "socket" }, event, ["x"]);
                return Promise.race([heard, pause(50)]);
            }, "a volatile broadcast to arrive");
            assert.deepEqual(await heard, ["x"]);
        });

        test("broadcast with acks", async (t) => {
            const all = await company(t);
            const event = unique("who");
            for (const [name, client] of Object.entries(all.everybody)) client.on(event, (argument, give) => give({ name, argument, bin: Buffer.from(name) }));
            const answer = await ask(all.a, "broadcast", { to: [all.red, all.blue], timeout: 5000 }, event, ["?"]);
            assert.equal(answer.err, false);
            assert.deepEqual(
                answer.responses.sort((x, y) => (x.name < y.name ? -1 : 1)),
                ["a", "b", "c"].map((name) => ({ name, argument: "?", bin: Buffer.from(name) })),
            );
            all.b.off(event);
            const late = await ask(all.a, "broadcast", { to: all.red, timeout: 150 }, event, ["?"]);
            assert.equal(late.err, true);
            assert.deepEqual(late.responses.map(({ name }) => name), ["a"]);
        });

        // ---- managing others -------------------------------------------------------------------------------

        test("fetch-sockets tells id, rooms, data and auth", async (t) => {
            const room = unique("fetched");
            const clients = await Promise.all([1, 2, 3].map((n) => join(t, "/", { auth: { n } })));
            for (const [i, client] of clients.entries()) {
                await askAll(client, "join", [room, `${room}-${i}`]);
                await askAll(client, "set-data", { i });
            }
            const wanted = clients
                .map((client, i) => ({ id: client.id, rooms: [client.id, room, `${room}-${i}`].sort(), data: { i }, auth: { n: i + 1 } }))
                .sort((a, b) => (a.id < b.id ? -1 : 1));
            assert.deepEqual(await ask(clients[0], "fetch-sockets", { to: room }), { ok: true, sockets: wanted });
            assert.deepEqual(await ask(clients[0], "fetch-sockets", { to: room, local: true }), { ok: true, sockets: wanted });
            const without = await ask(clients[0], "fetch-sockets", { to: room, except: [`${room}-0`] });
            assert.deepEqual(without.sockets.map(({ id }) => id), wanted.map(({ id }) => id).filter((id) => id !== clients[0].id));
            const others = await ask(clients[0], "fetch-sockets", { from: "socket", to: room });
            assert.equal(others.sockets.length, 2);
        });

        test("sockets-join and sockets-leave", async (t) => {
            const clients = await several(t, 3);
            const [room, more] = [unique("room"), unique("more")];
            await askAll(clients[0], "join", room);
            await askAll(clients[1], "join", room);
            await askAll(clients[2], "sockets-join", { to: room }, [more, `${more}-2`]);
            await until(async () => (await ask(clients[0], "fetch-sockets", { to: more })).sockets.length === 2, "both to have joined");
            assert.deepEqual(await ask(clients[0], "rooms"), [clients[0].id, room, more, `${more}-2`].sort());
            assert.deepEqual(await ask(clients[2], "rooms"), [clients[2].id]);
            await askAll(clients[2], "sockets-leave", { to: more, except: clients[1].id }, `${more}-2`);
            await until(async () => (await ask(clients[0], "rooms")).length === 3, "one to have left");
            assert.deepEqual(await ask(clients[1], "rooms"), [clients[1].id, room, more, `${more}-2`].sort());
        });

        test("disconnect-sockets ends the chosen ones", async (t) => {
            const clients = await several(t, 3);
            const room = unique("doomed");
            await askAll(clients[1], "join", room);
            const [gone] = await Promise.all([disconnection(clients[1]), askAll(clients[0], "disconnect-sockets", { to: room }, false)]);
            assert.equal(gone, "io server disconnect");
            const [closed] = await Promise.all([disconnection(clients[2]), askAll(clients[0], "disconnect-sockets", { to: clients[2].id }, true)]);
            assert.equal(closed, "io server disconnect");
            await settled(clients[0]);
        });

        test("server-side events with nobody else to hear them", async (t) => {
            for (const nsp of ["/", "/custom"]) {
                const client = await join(t, nsp);
                await askAll(client, "server-emit", ["x"]);
                assert.deepEqual(await ask(client, "server-emit-ack", ["x"]), { err: false, responses: [] });
                assert.deepEqual(await ask(client, "server-notes"), []);
            }
        });

        // ---- partings --------------------------------------------------------------------------------------

        /// What the server says of a socket that has gone.
        const logOf = async (t, id) => {
            const watcher = await join(t);
            return until(() => ask(watcher, "disconnect-log", id), "the log of the disconnection");
        };

        test("the client leaves", async (t) => {
            const client = await join(t);
            const { id } = client;
            await askAll(client, "join", "lounge");
            client.io.engine.on("close", () => {});
            client.disconnect();
            const log = await logOf(t, id);
            assert.equal(log.reason, "client namespace disconnect");
            assert.deepEqual(log.rooms, [id, "lounge"].sort());
        });

        test("the connection is cut", async (t) => {
            const client = await join(t);
            const { id } = client;
            client.io.engine.close();
            assert.match((await logOf(t, id)).reason, /^transport (close|error)$/);
        });

        test("the server disconnects one namespace", async (t) => {
            const client = await join(t);
            const { id } = client;
            const reason = disconnection(client);
            client.emit("disconnect-me");
            assert.equal(await reason, "io server disconnect");
            assert.equal((await logOf(t, id)).reason, "server namespace disconnect");
            client.connect();
            await until(() => client.connected, "joining again");
            assert.notEqual(client.id, id);
        });

        test("the server ends the whole connection", async (t) => {
            const client = await join(t);
            const { id } = client;
            const reason = disconnection(client);
            client.emit("disconnect-me", true);
            assert.match(await reason, /^io server disconnect$/);
            assert.equal((await logOf(t, id)).reason, "server namespace disconnect");
        });

        test("a request that is denied", async (t) => {
            const client = dial(t, server, "/", { ...options, query: { deny: "1" } });
            const [error] = await next(client, "connect_error");
            assert.match(error.message, /xhr poll error|websocket error/);
        });

        test("reconnection brings a new session", async (t) => {
            const client = await join(t, "/", { reconnection: true, reconnectionDelay: 10 });
            const { id } = client;
            client.io.engine.close();
            await until(() => client.connected && client.id !== id, "the reconnection");
            assert.equal(await ask(client, "echo", "back"), "back");
        });

        test("afterwards nothing is left", () => server.untilEmpty(undefined, 10_000));
    });
}
