// What a client costs that is there and says nothing, with the options that are the default and its handshake kept.
// The kernel's part of a connection is not counted, the allocator's and all tables' are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isReference, isSanitized, startServer } from "../support/contract_server.mjs";
import { RawConnection } from "../support/http_wire.mjs";
import { proportionalBytes } from "../support/process_facts.mjs";
import { frame, opcodes, upgradeRequest } from "../support/websocket_wire.mjs";
import { many } from "./survival.mjs";

const clients = 8000;
const skip = (isSanitized && "a sanitizer's allocator is another") || (isReference && "JavaScript's costs are its own");

/// Bytes for each of the clients that `open` makes, what is needed once included; they stay until all are counted.
async function costOfEach(t, open) {
    const server = await startServer(t, { MODE: "bench" });
    const empty = proportionalBytes(server.pid);
    const opened = await many(clients, () => open(server), 100);
    const cost = (proportionalBytes(server.pid) - empty) / clients;
    t.diagnostic(`${Math.round(cost)} bytes each`);
    for (const each of opened) each.destroy();
    await server.untilEmpty();
    return cost;
}

async function openWebSocket(server, headers) {
    const request = upgradeRequest("/socket.io/?EIO=4&transport=websocket", headers);
    const connection = new RawConnection(server, Buffer.concat([Buffer.from(request), frame(opcodes.text, "40")]));
    await connection.untilText(/40\{"sid"/);
    return connection;
}

test("an idle WebSocket client costs at most 1,024 bytes", { skip }, async (t) => {
    const cost = await costOfEach(t, (server) => openWebSocket(server));
    assert.ok(cost <= 1024, `${cost}`);
});

test("with a browser's headers it costs the bytes of these headers more, at most", { skip }, async (t) => {
    const headers = {
        Pragma: "no-cache",
        "Cache-Control": "no-cache",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        Origin: "http://localhost:3000",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-GB,en-US;q=0.9,en;q=0.8",
        Cookie: "theme=dark; session=8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    };
    const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    const cost = await costOfEach(t, (server) => openWebSocket(server, headers));
    assert.ok(cost <= 1024 + bytes, `${cost} with ${bytes} bytes of headers`);
});

/// A session over polling, joined, with a poll that waits. One connection carries all of it, one request after the other.
async function openPolling(server) {
    const connection = new RawConnection(server);
    const say = async (method, sid, body, answer) => {
        connection.received = Buffer.alloc(0);
        const length = body === undefined ? "" : `Content-Length: ${body.length}\r\n`;
        const target = `/socket.io/?EIO=4&transport=polling${sid ? `&sid=${sid}` : ""}`;
        connection.socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${length}\r\n${body ?? ""}`);
        if (answer) return (await connection.untilText(answer))[1];
    };
    const sid = await say("GET", "", undefined, /0\{"sid":"([^"]*)"/);
    await say("POST", sid, "40", /\r\n\r\nok/);
    await say("GET", sid, undefined, /40\{"sid"/);
    await say("GET", sid);
    return connection;
}

test("an idle client over polling costs at most 2 KiB, its connection's part included", { skip }, async (t) => {
    const cost = await costOfEach(t, openPolling);
    assert.ok(cost <= 2048, `${cost}`);
});
