// The msgpack parser on the wire: one binary message per packet, nothing else accepted. Bytes are written out here,
// so that an error in an encoder of ours cannot hide behind its decoder.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRequire } from "node:module";
import { ours, sharedServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { openLine } from "../support/websocket_wire.mjs";

const require = createRequire(import.meta.url);
const { encode, decode } = require("notepack.io");

async function joinPacked(server, nsp = "/") {
    const line = await openLine(server);
    line.send(encode({ type: 0, nsp }));
    const reply = decode(await line.next());
    assert.equal(reply.type, 0);
    assert.equal(reply.nsp, nsp);
    line.sidOfNsp = reply.data.sid;
    return line;
}

describe("msgpack", () => {
    const server = sharedServer({ PARSER: "msgpack" });

    test("a CONNECT without data is 82 a4 type 00 a3 nsp a1 /", async () => {
        const line = await openLine(server);
        line.send(Buffer.from([0x82, 0xa4, ...Buffer.from("type"), 0x00, 0xa3, ...Buffer.from("nsp"), 0xa1, 0x2f]));
        const reply = decode(await line.next());
        assert.deepEqual(Object.keys(reply).sort(), ["data", "nsp", "type"]);
        assert.equal(reply.data.sid.length, 20);
        assert.equal(reply.data.pid, undefined);
        await line.close();
    });

    test("events and acks are one message each, binary in place", async () => {
        const line = await joinPacked(server);
        line.send(encode({ type: 2, nsp: "/", data: ["echo", 1, { a: Buffer.from("x") }] }));
        assert.deepEqual(decode(await line.next()), { type: 2, nsp: "/", data: ["echo", 1, { a: Buffer.from("x") }] });
        line.send(encode({ type: 2, nsp: "/", data: ["echo", Buffer.from("y"), null, true, -1.5, "é😀"], id: 12 }));
        assert.deepEqual(decode(await line.next()), { type: 3, nsp: "/", data: [Buffer.from("y"), null, true, -1.5, "é😀"], id: 12 });
        await line.close();
    });

    test("numbers of every width survive", async () => {
        const line = await joinPacked(server);
        const numbers = [0, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991, -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9007199254740991, 0.1, -1e-300];
        line.send(encode({ type: 2, nsp: "/", data: ["echo", ...numbers], id: 0 }));
        assert.deepEqual(decode(await line.next()).data, numbers);
        await line.close();
    });

    test("strings, lists and maps of every width survive", async () => {
        const line = await joinPacked(server);
        const data = [
            ..."0 31 32 255 256 65535 65536".split(" ").map((n) => "x".repeat(Number(n))),
            Array.from({ length: 16 }, (_, i) => i),
            Array.from({ length: 70_000 }, () => 0),
            Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, i])),
            Buffer.alloc(300),
            Buffer.alloc(70_000),
        ];
        line.send(encode({ type: 2, nsp: "/", data: ["echo", ...data], id: 1 }));
        assert.deepEqual(decode(await line.next(10_000)).data, data);
        await line.close();
    });

    test("refusals and goodbyes are packets like any other", async () => {
        const line = await openLine(server);
        line.send(encode({ type: 0, nsp: "/random" }));
        assert.deepEqual(decode(await line.next()), { type: 4, nsp: "/random", data: { message: "Invalid namespace" } });
        line.send(encode({ type: 0, nsp: "/" }));
        await line.next();
        line.send(encode({ type: 2, nsp: "/", data: ["disconnect-me"] }));
        const goodbye = decode(await line.next());
        assert.deepEqual([goodbye.type, goodbye.nsp], [1, "/"]);
        await line.close();
    });

    test("works over polling, as base64", async () => {
        const session = await new Polling(server).open();
        await session.send(`b${encode({ type: 0, nsp: "/" }).toString("base64")}`);
        const reply = decode(Buffer.from((await session.pollFor(/^b/)).slice(1), "base64"));
        assert.equal(reply.type, 0);
        await session.send(`b${encode({ type: 2, nsp: "/", data: ["echo", 1], id: 3 }).toString("base64")}`);
        assert.deepEqual(decode(Buffer.from((await session.pollFor(/^b/)).slice(1), "base64")), { type: 3, nsp: "/", data: [1], id: 3 });
    });

    const bad = {
        "a type beyond the last": encode({ type: 5, nsp: "/", data: ["x"] }),
        "a negative type": encode({ type: -1, nsp: "/", data: ["x"] }),
        "a type between two": encode({ type: 2.5, nsp: "/", data: ["x"] }),
        "a type that is a string": encode({ type: "2", nsp: "/", data: ["x"] }),
        "no type": encode({ nsp: "/", data: ["x"] }),
        "a namespace that is a number": encode({ type: 2, nsp: 5, data: ["x"] }),
        "no namespace": encode({ type: 2, data: ["x"] }),
        "an id that is a string": encode({ type: 2, nsp: "/", data: ["x"], id: "1" }),
        "an id between two": encode({ type: 2, nsp: "/", data: ["x"], id: 1.5 }),
        "an event that is no list": encode({ type: 2, nsp: "/", data: { a: 1 } }),
        "an event without data": encode({ type: 2, nsp: "/" }),
        "an ack that is no list": encode({ type: 3, nsp: "/", data: "x", id: 1 }),
        "a CONNECT with a list": encode({ type: 0, nsp: "/custom", data: [] }),
        "a packet that is a list": encode([2, "/", ["x"]]),
        "a packet that is null": encode(null),
        "nothing": Buffer.alloc(0),
        "a packet that stops short": encode({ type: 2, nsp: "/", data: ["x", "yyyyyyyyyy"] }).subarray(0, -3),
        "a packet with something behind": Buffer.concat([encode({ type: 2, nsp: "/", data: ["no-ack"] }), Buffer.from([1])]),
        "a byte that means nothing": Buffer.from([0xc1]),
        "a string of four GiB": Buffer.from([0x83, 0xa4, ...Buffer.from("type"), 2, 0xa3, ...Buffer.from("nsp"), 0xdb, 0xff, 0xff, 0xff, 0xff]),
        "a list of four thousand million": Buffer.from([0x83, 0xa4, ...Buffer.from("type"), 2, 0xa3, ...Buffer.from("nsp"), 0xa1, 0x2f, 0xa4, ...Buffer.from("data"), 0xdd, 0xff, 0xff, 0xff, 0xff]),
    };
    for (const [what, bytes] of Object.entries(bad))
        test(`${what} closes the connection`, async () => {
            const line = await joinPacked(server);
            line.send(bytes);
            await line.untilClosed();
            await (await joinPacked(server)).close();
        });

    test("text closes the connection", ours("it fails inside its decoder"), async () => {
        const line = await openLine(server);
        line.send("40");
        await line.untilClosed();
    });

    test("reserved event names close the connection", ours("its msgpack decoder lets them pass"), async () => {
        for (const name of ["connect", "disconnect", "disconnecting"]) {
            const line = await joinPacked(server);
            line.send(encode({ type: 2, nsp: "/", data: [name] }));
            await line.untilClosed();
        }
    });

    test("depth beyond the limit closes the connection", ours("its limit is the stack"), async () => {
        for (const byte of [0x91, 0x81]) {
            const line = await joinPacked(server);
            const head = encode({ type: 2, nsp: "/", data: ["echo", 0] }).subarray(0, -1);
            const deep = byte === 0x91 ? Buffer.alloc(100_000, 0x91) : Buffer.from("81a161".repeat(50_000), "hex");
            line.send(Buffer.concat([head, deep, Buffer.from([0])]));
            await line.untilClosed();
        }
    });
});
