// Each example runs and does what its first line promises, seen by the official client.
//
//   EXAMPLES   the folder of the programs (default: the release)

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, start } from "../support/example.mjs";
import { ask, connect, dial, gather, next } from "../support/official_client.mjs";
import { until, within } from "../support/wait.mjs";

const websocket = { transports: ["websocket"] };

/// Who has connected hears what comes from the first moment on.
const arrive = async (t, server, event, options = {}) => {
    const client = dial(t, server, "/", { ...websocket, ...options });
    const [first] = await next(client, event);
    return [client, first];
};

describe("examples", { concurrency: 4 }, () => {
    test("01_hello", async (t) => {
        const server = await start(t, "01_hello");
        const [client, greeting] = await arrive(t, server, "welcome");
        assert.equal(greeting, "you are on the line");
        assert.equal(await ask(client, "say", "hi"), "you said: hi");
    });

    test("02_rooms", async (t) => {
        const server = await start(t, "02_rooms");
        const [a, b] = [await connect(t, server, "/", websocket), await connect(t, server, "/", websocket)];
        const [heardA, heardB] = [gather(a, "heard"), gather(b, "heard")];
        assert.equal(await ask(a, "join", "garden"), 2);
        b.emit("to room", "garden", "one");
        assert.deepEqual(await heardA.next(), ["one"]);
        a.emit("to others", "garden", "nobody");
        a.emit("to all but", "garden", "two");
        assert.deepEqual(await heardB.next(), ["two"]);
        assert.equal(heardA.size, 0);
    });

    test("03_acks", async (t) => {
        const server = await start(t, "03_acks");
        const client = await connect(t, server, "/", websocket);
        assert.equal(await ask(client, "at once", 1), 2);
        assert.equal(await ask(client, "later", 1), 3);
        client.once("what is your name?", (answer) => answer("Ada"));
        client.emit("ask me");
        assert.deepEqual(await next(client, "greeting"), ["hello Ada"]);
        client.emit("ask me");
        assert.deepEqual(await next(client, "greeting"), ["you did not answer"]);
    });

    test("04_coroutines", async (t) => {
        const server = await start(t, "04_coroutines");
        const client = await connect(t, server, "/", websocket);
        assert.equal(await ask(client, "sleep", 20), "slept well");
        client.on("confirm", (price, answer) => price < 100 && answer(price < 10));
        client.on("vote", (question, answer) => answer(true));
        assert.equal(await ask(client, "buy", 5), "bought");
        assert.equal(await ask(client, "buy", 50), "not bought");
        assert.match(await ask(client, "buy", 500), /time/);
        assert.equal(await ask(client, "poll", "tea?"), 1);
    });

    test("05_binary", async (t) => {
        const server = await start(t, "05_binary");
        const [a, b] = [await connect(t, server, "/", websocket), await connect(t, server, "/", { transports: ["polling"] })];
        assert.equal(await ask(a, "size", Buffer.from("12345")), 5);
        assert.deepEqual(Buffer.from(await ask(b, "reverse", Buffer.from("abc"))), Buffer.from("cba"));
        assert.equal(await ask(a, "total", { x: [Buffer.alloc(3), Buffer.alloc(4)], y: [] }), 7);
        const file = next(b, "file");
        a.emit("share", "picture", Buffer.from("bits"));
        const [name, bytes] = await file;
        assert.deepEqual([name, Buffer.from(bytes).toString()], ["picture", "bits"]);
    });

    test("06_structs", async (t) => {
        const server = await start(t, "06_structs");
        const client = await connect(t, server, "/", websocket);
        const ordered = next(client, "ordered");
        assert.equal(await ask(client, "order", { items: [{ name: "tea", count: 2 }, { count: 1, name: "bun", note: "warm" }], customer: "Ada" }), 3);
        assert.deepEqual(await ordered, [{ customer: "Ada", items: [{ name: "tea", count: 2, note: null }, { name: "bun", count: 1, note: "warm" }] }]);
        await assert.rejects(client.timeout(200).emitWithAck("order", { customer: 5 }));
    });

    test("07_event_contracts", async (t) => {
        const server = await start(t, "07_event_contracts");
        const [a, b] = [await connect(t, server, "/", websocket), await connect(t, server, "/", websocket)];
        const moved = next(b, "moved");
        assert.equal(await ask(a, "move", 1, 2), true);
        assert.deepEqual(await moved, [a.id, 1, 2]);
        assert.equal(await ask(a, "move", -1, 2), false);
        a.on("rematch?", (answer) => answer(true));
        assert.equal(await ask(a, "end"), "again");
    });

    test("08_middleware", async (t) => {
        const server = await start(t, "08_middleware");
        const refused = dial(t, server, "/", websocket);
        const error = (await next(refused, "connect_error"))[0];
        assert.deepEqual([error.message, error.data], ["not authorized", { code: "E_TOKEN" }]);
        const client = await connect(t, server, "/", { ...websocket, auth: { token: "secret" } });
        assert.equal(await ask(client, "who am i"), "Ada");
        const why = next(client, "refused");
        client.emit("shout");
        assert.deepEqual(await why, ["shout what?"]);
        const heard = next(client, "heard");
        client.emit("shout", "hey");
        assert.deepEqual(await heard, ["hey!"]);
    });

    test("09_namespaces", async (t) => {
        const server = await start(t, "09_namespaces");
        const main = await connect(t, server, "/", websocket);
        assert.equal((await next(dial(t, server, "/admin", websocket), "connect_error"))[0].message, "staff only");
        const admin = await connect(t, server, "/admin", { ...websocket, auth: { key: "open sesame" } });
        const announcement = next(main, "announcement");
        admin.emit("announce", "tea is ready");
        assert.deepEqual(await announcement, ["tea is ready"]);
        const [one, two] = [await connect(t, server, "/table-1", websocket), await connect(t, server, "/table-2", websocket)];
        const [saidOne, saidTwo] = [gather(one, "said"), gather(two, "said")];
        one.emit("say", "only here");
        assert.deepEqual(await saidOne.next(), ["only here"]);
        main.emit("closing time");
        assert.deepEqual(await saidTwo.next(), ["we are closing"]);
        assert.equal((await next(dial(t, server, "/house-3", websocket), "connect_error"))[0].message, "Invalid namespace");
        const house = await connect(t, server, "/house-3", { ...websocket, auth: { resident: true } });
        assert.equal(await ask(house, "where"), "/house-3");
    });

    test("10_recovery", async (t) => {
        const server = await start(t, "10_recovery");
        const other = await connect(t, server, "/", websocket);
        const [client] = await arrive(t, server, "hello", { reconnection: true, reconnectionDelay: 300, reconnectionDelayMax: 300 });
        assert.equal(await ask(client, "count"), 1);
        const news = gather(client, "news");
        other.emit("tell", "before");
        assert.deepEqual((await news.next())[0], "before");
        const { id } = client;
        client.io.engine.close();
        await until(() => !client.connected, "the break");
        other.emit("tell", "missed");
        assert.equal((await news.next())[0], "missed");
        await until(() => client.connected, "the return");
        assert.deepEqual([client.recovered, client.id], [true, id]);
        assert.equal(await ask(client, "count"), 2);
    });

    test("11_threads", async (t) => {
        const server = await start(t, "11_threads");
        const clients = await Promise.all(Array.from({ length: 8 }, () => connect(t, server, "/", websocket)));
        const heard = clients.map((client) => gather(client, "said"));
        const counts = await Promise.all(clients.map((client, i) => ask(client, "say", `from ${i}`)));
        assert.deepEqual(counts.sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8]);
        for (const inbox of heard) for (let i = 0; i < 8; ++i) await inbox.next();
        const done = next(clients[3], "done");
        clients[3].emit("work", 1000);
        assert.deepEqual(await done, [500500]);
    });

    test("12_http_and_files", async (t) => {
        const server = await start(t, "12_http_and_files", fileURLToPath(new URL("../../docs", import.meta.url)));
        const client = await connect(t, server, "/", websocket);
        const heard = next(client, "heard");
        assert.equal((await fetch(`${server.url}/shout`, { method: "POST", body: "over here" })).status, 202);
        assert.deepEqual(await heard, ["over here"]);
        assert.equal(await (await fetch(`${server.url}/people`)).text(), "1");
        assert.equal((await fetch(`${server.url}/design/dependencies.md`)).status, 200);
        assert.equal((await fetch(`${server.url}/nowhere`)).status, 404);
        assert.equal((await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { "x-forbidden": "1" } })).status, 403);
    });

    test("13_own_adapter", async (t) => {
        const { servers: [first, second] } = await start(t, "13_own_adapter");
        const [a, b, c] = [await connect(t, first, "/", websocket), await connect(t, second, "/", websocket), await connect(t, second, "/", websocket)];
        const heard = gather(b, "told");
        b.emit("join", "garden");
        await ask(b, "who");
        a.emit("tell", "garden", "across");
        assert.deepEqual(await heard.next(), ["across"]);
        b.emit("tell", "garden", "at home");
        assert.deepEqual(await heard.next(), ["at home"]);
        assert.equal(await ask(a, "who"), 3);
        for (const client of [a, b, c]) client.on("vote?", (answer) => answer(true));
        assert.equal(await ask(a, "vote"), 3);
        assert.deepEqual(await ask(a, "servers"), ["second"]);
        assert.deepEqual(await ask(b, "servers"), ["first"]);
    });

    test("14_own_codec", async (t) => {
        const server = await start(t, "14_own_codec");
        const { Encoder, Decoder } = createRequire(createRequire(import.meta.url).resolve("socket.io-client"))("socket.io-parser");
        const checksum = (bytes) => {
            const sum = bytes.reduce((all, byte) => Math.imul(all ^ byte, 16777619) >>> 0, 2166136261);
            return Buffer.from([sum, sum >>> 8, sum >>> 16, sum >>> 24].map((byte) => byte & 0xff));
        };
        const parser = {
            protocol: 5,
            Encoder: class extends Encoder {
                encode(packet) {
                    return super.encode(packet).map((part) => {
                        if (typeof part !== "string") return part;
                        const bytes = Buffer.from(part);
                        return Buffer.concat([checksum(bytes), bytes]);
                    });
                }
            },
            Decoder: class extends Decoder {
                add(part) {
                    if (this.reconstructor) return super.add(part);
                    const bytes = Buffer.from(part);
                    assert.deepEqual(bytes.subarray(0, 4), checksum(bytes.subarray(4)));
                    super.add(bytes.subarray(4).toString());
                }
            },
        };
        const client = await connect(t, server, "/", { ...websocket, parser });
        const told = next(client, "told");
        client.emit("tell", "grüße");
        assert.deepEqual(await told, ["grüße"]);
        const answer = await ask(client, "echo", { file: Buffer.from("bits") });
        assert.equal(Buffer.from(answer.file).toString(), "bits");
        const wrong = dial(t, server, "/", websocket); // speaks the usual format
        await next(wrong.io, "close");
    });

    test("15_embedding", async (t) => {
        const server = await start(t, "15_embedding");
        const client = await connect(t, server, "/", websocket);
        const announcement = next(client, "announcement");
        server.child.stdin.write("from the program\n");
        assert.deepEqual(await announcement, ["from the program"]);
        const gone = next(client, "disconnect");
        server.child.stdin.end();
        await gone;
        assert.deepEqual(await within(server.exited), { code: 0, signal: null });
        assert.match(server.output(), /stopped\n/);
    });

    test("16_tls", async (t) => {
        const place = mkdtempSync(join(tmpdir(), "partyline-"));
        t.after(() => rmSync(place, { recursive: true }));
        const make = () => execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", join(place, "key.pem"), "-out", join(place, "certificate.pem")], { stdio: "ignore" });
        make();
        const { port } = await start(t, "16_tls", join(place, "certificate.pem"), join(place, "key.pem"));
        const secure = () => ({ url: `https://127.0.0.1:${port}`, ca: readFileSync(join(place, "certificate.pem")) });
        const client = await connect(t, secure(), "/", websocket);
        assert.equal(await ask(client, "secure"), true);
        make();
        client.emit("renew");
        await ask(client, "secure");
        assert.equal(await ask(await connect(t, secure(), "/", websocket), "secure"), true);
        writeFileSync(join(place, "empty.pem"), "");
        assert.throws(() => execFileSync(join(folder, "example_16_tls"), [join(place, "empty.pem"), join(place, "key.pem")], { stdio: "ignore", timeout: 5000 }), { status: 1 });
    });
});
