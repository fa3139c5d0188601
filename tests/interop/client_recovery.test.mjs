// Connection state recovery with the official client: it comes back as whom it was, and has missed nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isReference, sharedServer } from "../support/contract_server.mjs";
import { ask, askAll, connect, disconnection, gather, msgpack, settled, until, ways } from "../support/official_client.mjs";

/// Cuts the connection under the client and waits until it is back.
async function cutAndReturn(client, during = () => {}) {
    const back = new Promise((resolve) => client.once("connect", resolve));
    const lost = disconnection(client);
    client.io.engine.close();
    await lost;
    await during();
    await back;
}

const reconnecting = { reconnection: true, reconnectionDelay: 150, randomizationFactor: 0 };

for (const [title, environment, more] of [
    ["JSON", {}, {}],
    ["msgpack", { PARSER: "msgpack" }, { parser: msgpack }],
    ["four threads", { THREADS: 4 }, {}],
])
    describe(`recovery, ${title}`, () => {
        const server = sharedServer({ RECOVERY_MS: 20_000, ...environment });

        for (const [way, options] of Object.entries(ways)) {
            const join = (t, extra) => connect(t, server, "/", { ...options, ...more, ...reconnecting, ...extra });

            test(`by ${way}: id, rooms, data, and every missed event in order`, async (t) => {
                const [client, other] = [await join(t), await join(t)];
                await askAll(client, "join", ["lounge", `${title} ${way}`]);
                await ask(client, "set-data", { name: "ada" });
                const inbox = gather(client, "news");
                await askAll(other, "broadcast", { to: `${title} ${way}` }, "news", [0]);
                assert.equal((await inbox.next())[0], 0);
                const { id } = client;
                await cutAndReturn(client, async () => {
                    for (let i = 1; i <= 20; i++)
                        await askAll(other, "broadcast", { to: `${title} ${way}` }, "news", [i, ...(i % 5 ? [] : [Buffer.from([i])])]);
                    await askAll(other, "broadcast", { to: "elsewhere" }, "news", ["not for you"]);
                });
                assert.equal(client.recovered, true);
                assert.equal(client.id, id);
                for (let i = 1; i <= 20; i++) assert.equal((await inbox.next())[0], i);
                const me = await ask(client, "whoami");
                assert.equal(me.recovered, true);
                assert.deepEqual(me.data, { name: "ada" });
                assert.deepEqual(await ask(client, "rooms"), [id, "lounge", `${title} ${way}`].sort());
                await settled(client);
                assert.equal(inbox.size, 0);
            });

            test(`by ${way}: without an event before the cut`, { skip: isReference && "it needs an event first" }, async (t) => {
                // The official client sends pid and offset only when it knows an offset, or else both undefined: a valid pid suffices.
                const [client, other] = [await join(t), await join(t)];
                const inbox = gather(client, "news");
                const { id } = client;
                await cutAndReturn(client, () => askAll(other, "broadcast", { except: other.id }, "news", [1]));
                assert.equal(client.id, id);
                assert.equal((await inbox.next())[0], 1);
            });
        }

        test("an ack that was under way fails, and the next one works", async (t) => {
            const client = await connect(t, server, "/", { ...ways.websocket, ...more, ...reconnecting });
            await askAll(client, "emit-back", {}, "offset", []);
            const waiting = assert.rejects(client.timeout(5000).emitWithAck("ack-later", 3000, 1), /disconnected/);
            await settled(client);
            await cutAndReturn(client);
            await waiting;
            assert.equal(await ask(client, "echo", "again"), "again");
        });

        test("who says goodbye is a new one afterwards", async (t) => {
            const client = await connect(t, server, "/", { ...ways.websocket, ...more });
            await askAll(client, "emit-back", {}, "offset", []);
            const { id } = client;
            client.disconnect();
            client.connect();
            await until(() => client.connected, "the connection");
            assert.notEqual(client.id, id);
            assert.equal(client.recovered, false);
        });
    });
