// The arena's server, without its page: what it holds for somebody who does not read, what it takes from strangers, and who may come back.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ArenaServer, connectLine } from "../support/arena_field.mjs";
import { pause, until, within } from "../support/wait.mjs";

/// Runs the story with a server of its own.
async function onTheField(t, ...options) {
    const server = await new ArenaServer().start("--seed", 1, ...options);
    t.after(async () => assert.equal((await server.stop()).code, 0, server.errors));
    return server;
}

async function line(t, server, options) {
    const made = await connectLine(server.port, options);
    t.after(() => made.disconnect());
    return made;
}

const play = (who, name, bot = false) => within(who.timeout(5000).emitWithAck("play", name, bot), "a ticket");

/// Notes the tick of each snapshot.
function watch(who) {
    const ticks = [];
    who.on("see", (bytes) => ticks.push(bytes.readUInt32LE(2)));
    return ticks;
}

/// A client that stops reading when it is told to: `snapshots` are {tick, bytes}.
class Sleeper {
    constructor(t, port) {
        this.snapshots = [];
        this.process = spawn("/usr/bin/python3", [fileURLToPath(new URL("../support/sleepy_reader.py", import.meta.url)), port], { stdio: ["pipe", "pipe", "inherit"] });
        t.after(() => this.process.kill("SIGKILL"));
        createInterface(this.process.stdout).on("line", (text) => {
            const said = JSON.parse(text);
            if (said.sleeps) this.sleeps();
            else this.snapshots.push(said);
        });
    }

    get last() { return this.snapshots.at(-1); }

    async sleep() {
        const asleep = new Promise((resolve) => { this.sleeps = resolve; });
        this.process.stdin.write("sleep\n");
        await within(asleep, "it to sleep");
    }

    wake() { this.process.stdin.write("wake\n"); }
}

describe("the arena's server", { concurrency: 2 }, () => {
    test("holds next to nothing for who does not read, counts what is missed, and shows who reads again the present", async (t) => {
        const updates = 60;
        const server = await onTheField(t, "--bots", 40, "--updates", updates);
        const witness = await line(t, server);
        const seen = watch(witness);
        const sleeper = new Sleeper(t, server.port);
        await until(() => sleeper.snapshots.length > 30 && seen.length > 30, "both to watch");
        assert.equal((await server.report()).missed, 0, "nobody has missed anything yet");

        await sleeper.sleep();
        const before = sleeper.last;
        const asleep = seen.at(-1);
        await until(() => seen.at(-1) > asleep + 5 * updates, "five seconds of the game", 20_000);
        await until(async () => (await server.report()).missed > 3 * updates, "the report to count what it missed"); // it is made once a second
        const awake = seen.at(-1);
        sleeper.wake();
        await until(() => sleeper.last.tick > awake + updates && seen.at(-1) > sleeper.last.tick, "it to be up to date");

        // What came of the time when it slept is what had been held for it, on all the way: bytes, not seconds.
        const held = sleeper.snapshots.filter(({ tick }) => tick > before.tick && tick <= awake);
        const bytes = (held.at(-1) ?? before).bytes - before.bytes;
        assert.ok(bytes < 40_000, `${bytes} bytes were held`);
        const slept = awake - before.tick;
        assert.ok(held.length < slept / 2, `${held.length} of ${slept} snapshots came late`);
        // Then it is told of the present.
        const fresh = sleeper.snapshots.filter(({ tick }) => tick > awake);
        assert.ok(fresh[0].tick - awake < updates / 2, `the first new one is of tick ${fresh[0].tick}, it woke at ${awake}`);
        // Every single one that it did not get is counted.
        const upTo = sleeper.last.tick;
        const came = new Set(sleeper.snapshots.map(({ tick }) => tick));
        const missed = seen.filter((tick) => tick > before.tick && tick <= upTo && !came.has(tick)).length;
        await until(async () => (await server.report()).missed === missed, `${missed} to be counted`);
        // The others have got them all.
        const gaps = seen.filter((tick, i) => i > 0 && tick !== seen[i - 1] + 1);
        assert.deepEqual(gaps, [], "who reads has missed none");
    });

    test("the ship of a broken line waits, and is its player's when he is back", async (t) => {
        const server = await onTheField(t);
        const ada = await line(t, server, { reconnection: true, reconnectionDelay: 50 });
        const bob = await line(t, server);
        const left = [];
        bob.on("left", (id) => left.push(id));
        const { id } = await play(ada, "Ada");
        await play(bob, "Bob");
        await new Promise((resolve) => ada.once("board", resolve)); // recovery needs to have heard something
        const back = new Promise((resolve) => ada.once("connect", resolve));
        ada.io.engine.close();
        await within(back, "Ada's line");
        assert.ok(ada.recovered);
        assert.equal((await play(ada, "Ada")).id, id, "it has a ship, the same");
        const seen = watch(ada);
        await until(() => seen.length > 5, "Ada to see what is around her ship");
        assert.deepEqual(left, []);

        ada.io.reconnection(false);
        ada.io.engine.close();
        await until(() => left.includes(id), "the ship of who does not come back to be gone", 15_000);
        const returned = await line(t, server);
        assert.ok((await play(returned, "Ada")).id > id);
        const { id: bobs } = await play(bob, "Bob");
        bob.disconnect();
        const told = new Promise((resolve) => returned.once("left", resolve));
        assert.equal(await within(told, "who says goodbye to be gone at once", 2000), bobs);
    });

    test("who sends what the page never does is cut off, and fills no log", async (t) => {
        const server = await onTheField(t);
        for (const [event, ...args] of [["fly", Buffer.alloc(7)], ["fly", Buffer.from([0, 0, 0, 2])], ["fly", "abcd"], ["fly", [1, 2, 3, 4]], ["fly", null], ["play", { name: "x" }, false], ["play", 1e300, false], ["play"]]) {
            const stranger = await line(t, server);
            const gone = new Promise((resolve) => stranger.once("disconnect", resolve));
            for (let i = 0; i < 1000; ++i) stranger.emit(event, ...args);
            await within(gone, `${event} ${JSON.stringify(args)} to end the line`);
        }
        assert.ok(server.errors.length < 10_000, `${server.errors.length} characters of log`);
    });

    test("a flood of good inputs delays nobody", async (t) => {
        const server = await onTheField(t, "--bots", 10);
        const witness = await line(t, server);
        const seen = watch(witness);
        const flood = await line(t, server);
        await play(flood, "Flood");
        await until(() => seen.length > 10, "snapshots");
        const first = seen.at(-1);
        let sent = 0;
        while (seen.at(-1) < first + 120) { // two seconds of the game
            for (let i = 0; i < 100; ++i, ++sent) flood.emit("fly", Buffer.from([i, i, 255, i & 1]));
            await pause(1);
        }
        assert.ok(sent > 1000);
        const two = seen.filter((tick) => tick > first && tick <= first + 120);
        assert.equal(two.length, 60, "every second tick, as ever");
        assert.ok(flood.connected);
    });

    test("one address has so many lines and no more; others come in, and so do those of this machine", async (t) => {
        const server = await onTheField(t, "--guests", 3);
        const far = { localAddress: "127.0.0.2" };
        const three = [];
        for (let i = 0; i < 3; ++i) three.push(await line(t, server, far));
        const refused = (options) => assert.rejects(line(t, server, options), /too many from your address/);
        await refused(far);
        for (let i = 0; i < 5; ++i) await line(t, server);
        await line(t, server, { localAddress: "127.0.0.3" });
        three[0].disconnect();
        await until(() => line(t, server, far).then(() => true, () => false), "room for another");
        await refused(far);
    });

    test("names are seen and change nothing around them", async (t) => {
        const server = await onTheField(t);
        const witness = await line(t, server);
        const came = [];
        witness.on("came", ({ name }) => came.push(name));
        for (const name of ["", "    ", "a name of more than 16", "two\nlines", "\u202Eada", "\u2066x", "\u200B\u200B", "\u3164"]) {
            const { id, why } = await play(await line(t, server), name);
            assert.equal(id, 0, JSON.stringify(name));
            assert.match(why, /1 to 16 characters/);
        }
        for (const name of ["<b>&amp;</b>", "\u05e2\u05d3\u05d4", "\u{1f680}".repeat(16)]) assert.ok((await play(await line(t, server), name)).id > 0, name);
        await until(() => came.length === 3, "three newcomers");
        assert.equal(came[0], "<b>&amp;</b>");
    });
});
