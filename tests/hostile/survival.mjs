// What has to be true after every attack: an ordinary client is served within a second, the memory is where it was,
// no CPU is burnt, and the process is still the same.

import assert from "node:assert/strict";
import { isReference, isSanitized } from "../support/contract_server.mjs";
import { exchange, Polling } from "../support/http_wire.mjs";
import { idleLoad, residentBytes } from "../support/process_facts.mjs";
import { patience, until } from "../support/wait.mjs";
import { ask, joinLine } from "../support/websocket_wire.mjs";

const MiB = 1 << 20;

/// An ordinary visit on both transports; it has to be over within a second.
export async function ordinaryVisit(server) {
    const start = performance.now();
    assert.equal((await exchange(server, "/healthz")).text, "ok");
    const line = await joinLine(server);
    assert.deepEqual(await ask(line, "echo", ["well", { a: 1 }]), ["well", { a: 1 }]);
    await line.close();
    const session = await new Polling(server).open();
    await session.join();
    await session.send('421["echo","well"]');
    assert.equal(await session.pollFor(/^43/), '431["well"]');
    await session.send("1");
    const took = performance.now() - start;
    assert.ok(took < 1000 * patience * (isSanitized ? 10 : 1), `an ordinary client waited ${Math.round(took)} ms`);
}

/// Runs the attack and judges the server by what it is afterwards. `memory` is what it may have grown by.
export async function survives(server, attack, { memory = 64 * MiB, idle = true } = {}) {
    await ordinaryVisit(server);
    const before = residentBytes(server.pid);
    const result = await attack();
    assert.ok(server.running, `the server is gone\n${server.stderr}`);
    await ordinaryVisit(server);
    // A garbage collector gives memory back when it likes.
    if (isSanitized || isReference) return result;
    await until(() => residentBytes(server.pid) - before <= memory, "the memory to come back", 5000).catch(() => {
        const grown = Math.round((residentBytes(server.pid) - before) / MiB);
        assert.fail(`${grown} MiB more than before the attack`);
    });
    if (idle)
        await until(async () => (await idleLoad(server.pid)) < 0.3, "the CPU to be idle", 5000).catch(async () => {
            assert.fail(`idle, and it burns ${await idleLoad(server.pid, 1000)} of a core`);
        });
    return result;
}

/// Opens `count` things, not all at once.
export async function many(count, make, together = 50) {
    const made = [];
    for (let i = 0; i < count; i += together) {
        const batch = Array.from({ length: Math.min(together, count - i) }, (_, k) => make(i + k));
        made.push(...(await Promise.all(batch)));
    }
    return made;
}

export { MiB };
