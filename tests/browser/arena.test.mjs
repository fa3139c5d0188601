// The arena in real Chromium: people come, see each other fly, gather, hit each other, on desks and on a phone; and somebody who sends
// whatever there is disturbs nobody. Each test has a server and players of its own.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { ArenaServer, Player, connectLine } from "../support/arena_field.mjs";
import { launchBrowser } from "../support/browser.mjs";
import { until, within } from "../support/wait.mjs";

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

/// Runs the story with a server of its own, and sees to it that no page ended with an error and that the server ends well.
async function onTheField(story, ...options) {
    const server = await new ArenaServer().start("--seed", 1, ...options);
    const players = [];
    const lines = [];
    const arrive = async (name, context) => {
        const player = await Player.arrive(browser, server.port, name, context);
        players.push(player);
        return player;
    };
    const connect = async () => {
        lines.push(await connectLine(server.port));
        return lines.at(-1);
    };
    try {
        await story({ arrive, connect, server });
        for (const player of players) assert.deepEqual(player.errors, [], `errors on the page of ${player.name}`);
    } finally {
        for (const player of players) await player.leave().catch(() => {});
        for (const line of lines) line.disconnect();
        const { code } = await server.stop();
        assert.equal(code, 0, `the server's exit status\n${server.errors}`);
    }
}

const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/// Holds the keys that lead to a place of the field until `done(state)`; with `reached` near it, lets go.
async function flyTo(player, at, done, what, ms = 20_000) {
    const held = new Set();
    const hold = async (key, wanted) => {
        if (wanted === held.has(key)) return;
        await player.page.keyboard[wanted ? "down" : "up"](key);
        held[wanted ? "add" : "delete"](key);
    };
    try {
        await until(async () => {
            const state = await player.state();
            const ship = state.me?.ship;
            if (!ship) return false;
            if (done(state, ship)) return true;
            const goal = typeof at === "function" ? at(state) : at;
            const [x, y] = [goal.x - ship.x, goal.y - ship.y];
            await hold("ArrowRight", x > 25 && 2 * x > Math.abs(y));
            await hold("ArrowLeft", x < -25 && -2 * x > Math.abs(y));
            await hold("ArrowDown", y > 25 && 2 * y > Math.abs(x));
            await hold("ArrowUp", y < -25 && -2 * y > Math.abs(x));
            return false;
        }, what, ms);
    } finally {
        for (const key of [...held]) await hold(key, false);
    }
}

const nearest = ({ me, sparks }) => sparks.reduce((best, each) => (distance(each, me.ship) < distance(best, me.ship) ? each : best), { x: 1e6, y: 0 });
const nearTo = (at, reach) => (state, ship) => distance(ship, at) < reach;

describe("the arena", { concurrency: 2 }, () => {
    test("players see each other, and each other fly, and who leaves is gone", () => onTheField(async ({ arrive }) => {
        const ada = await arrive("Ada");
        const bob = await arrive("Bob");
        const cleo = await arrive("Cleo");
        for (const player of [ada, bob, cleo]) {
            await until(async () => (await player.state()).names.sort().join() === "Ada,Bob,Cleo", `${player.name} to know all three`);
        }
        // Not all of the field can be seen from everywhere: the two look for each other.
        await Promise.all([ada, bob].map((player) => flyTo(player, { x: 0, y: 0 }, (state) => ["Ada", "Bob"].every((name) => state.ships.some((ship) => ship.name === name)), `${player.name} to see both`)));
        const before = await ada.where("Bob");
        const away = before.y > 0 ? "ArrowUp" : "ArrowDown"; // the rim is never on the way to the middle
        await bob.page.keyboard.down(away);
        await until(async () => Math.abs(((await ada.where("Bob"))?.y ?? before.y) - before.y) > 80, "Ada to see Bob fly");
        await bob.page.keyboard.up(away);
        await bob.page.keyboard.press("Escape");
        await bob.page.getByLabel("Your name").waitFor();
        await until(async () => !(await ada.where("Bob")), "Ada to see Bob no more");
        for (const player of [ada, cleo]) await until(async () => !(await player.state()).names.includes("Bob"), `${player.name} to hear of it`);
        await bob.play("Bob again");
        await until(async () => (await cleo.state()).names.includes("Bob again"), "Bob to be back");
        await cleo.page.goto("about:blank");
        await until(async () => !(await ada.state()).names.includes("Cleo"), "Cleo's page to say goodbye", 2000);
        await bob.leave();
        await until(async () => !(await ada.state()).names.includes("Bob again"), "Bob's page to be closed", 10_000);
    }));

    test("what is gathered counts, on the page and on the board of the others", () => onTheField(async ({ arrive }) => {
        const ada = await arrive("Ada");
        const bob = await arrive("Bob");
        await flyTo(ada, nearest, (_, ship) => ship.sparks >= 3, "Ada to gather three sparks", 30_000);
        await until(async () => Number(await ada.page.locator("#carried").textContent()) >= 3, "the number on the page");
        const row = bob.page.getByRole("listitem").filter({ hasText: "Ada" });
        await until(async () => Number(await row.locator(".many").textContent()) >= 3, "the board of Bob");
        await until(async () => (await ada.page.locator("#rank").textContent()) === "1st of 2", "Ada to be the first");
        await until(async () => (await bob.page.locator("#rank").textContent()) === "2nd of 2", "Bob to be the second");
    }));

    test("a dash into another makes it spill, and both read of it", () => onTheField(async ({ arrive }) => {
        const ada = await arrive("Ada");
        const bob = await arrive("Bob");
        await flyTo(bob, nearest, (_, ship) => ship.sparks >= 5, "Bob to gather five sparks", 40_000);
        await flyTo(bob, { x: 0, y: 0 }, nearTo({ x: 0, y: 0 }, 120), "Bob to wait in the middle");
        // What he carries from now on, each number that was shown: he may gather again before anybody looks.
        await bob.page.evaluate(() => {
            const carried = document.querySelector("#carried");
            globalThis.least = Number(carried.textContent);
            new MutationObserver(() => { globalThis.least = Math.min(globalThis.least, Number(carried.textContent)); })
                .observe(carried, { childList: true, characterData: true, subtree: true });
        });
        const got = () => bob.page.locator("#aside").textContent().then((text) => /^\u2068Ada\u2069 got you: /.test(text));
        // The mouse leads, its button dashes.
        await flyTo(ada, { x: 0, y: 0 }, nearTo({ x: 0, y: 0 }, 420), "Ada to come near");
        await until(async () => {
            const at = await ada.page.evaluate(() => {
                const { world, view, names } = globalThis.arena;
                const ship = world.snapshots.at(-1).ships.find((one) => names.get(one.id)?.name === "Bob");
                return ship && { ...view.toScreen(ship), far: world.ship && Math.hypot(ship.x - world.ship.x, ship.y - world.ship.y) };
            });
            if (await got()) return true;
            if (!at) return false;
            await ada.page.mouse.move(Math.min(Math.max(at.x, 5), 715), Math.min(Math.max(at.y, 5), 445));
            if (at.far < 260) {
                await ada.page.mouse.down();
                await ada.page.mouse.up({ clickCount: 1 });
            }
            return false;
        }, "Ada to hit Bob", 40_000);
        await until(async () => /^You got \u2068Bob\u2069: \d+ sparks to gather$/.test(await ada.page.locator("#aside").textContent()), "Ada to read of it");
        // three at most may have lain where he begins anew
        await until(async () => (await bob.page.evaluate(() => globalThis.least)) <= 3, "Bob to have nothing left");
    }));

    test("a phone: a finger steers, the button dashes", () => onTheField(async ({ arrive }) => {
        const phone = await arrive("Ada", { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
        const line = await phone.context.newCDPSession(phone.page);
        const finger = (type, ...points) => line.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
        const speed = async () => (await phone.state()).me.flown;
        const { x, y } = await speed(); // the rim is never on the way to the middle
        const [right, down] = [x > 0 ? -1 : 1, y > 0 ? -1 : 1];
        await finger("touchStart", [140, 500]);
        await finger("touchMove", [140 + 60 * right, 500]);
        await until(async () => { const now = await speed(); return now.speedX * right > 150 && Math.abs(now.speedY) < 120; }, "to fly sidewards");
        assert.ok(await phone.page.locator("#knob span").isVisible());
        await finger("touchMove", [140 + 60 * right, 500 + 70 * down]);
        await until(async () => (await speed()).speedY * down > 120, "to turn");
        await finger("touchEnd");
        await until(async () => Math.hypot((await speed()).speedX, (await speed()).speedY) < 60, "to coast to rest");
        assert.ok(await phone.page.locator("#knob span").isHidden());

        const dash = phone.page.getByRole("button", { name: "Dash" });
        const box = await dash.boundingBox();
        assert.ok(box.width >= 88 && box.x + box.width <= 390 && box.y + box.height <= 780, JSON.stringify(box));
        await until(async () => (await speed()).rest === 0, "a dash to be ready");
        await finger("touchStart", [box.x + 40, box.y + 40]);
        await until(async () => (await speed()).dash > 0, "to dash");
        await finger("touchEnd");
        assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight));
        for (const name of ["Leave the field", "Help", "Sound"]) {
            const { width, height } = await phone.page.getByRole("button", { name }).boundingBox();
            assert.ok(width >= 44 && height >= 44, name);
        }
    }));

    test("on small screens nothing is cut off, and nothing covers another", () => onTheField(async ({ arrive }) => {
        const phone = { hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
        const sideways = await arrive("", { ...phone, viewport: { width: 740, height: 340 } });
        await sideways.page.getByText("The field is empty: be the first.").waitFor();
        for (const what of ["#name", "#play", ".ways", "#here"]) {
            const { y, height } = await sideways.page.locator(what).boundingBox();
            assert.ok(y >= 0 && y + height <= 340, `${what}: ${y} to ${y + height}`);
        }
        for (const width of [360, 390]) {
            const { page } = await arrive("Ada", { ...phone, viewport: { width, height: 640 } });
            await page.evaluate(() => { document.getElementById("clock-note").textContent = "the field closes"; }); // the widest
            const [mine, clock, board] = await Promise.all([".mine", "#clock", ".board"].map((what) => page.locator(what).boundingBox()));
            assert.ok(mine.x + mine.width <= clock.x && clock.x + clock.width <= board.x, JSON.stringify({ width, mine, clock, board }));
        }
    }));

    test("by keyboard alone: in, help, sound, out; and what is not asked of the field is left alone", () => onTheField(async ({ arrive }) => {
        const ada = await arrive("", { reducedMotion: "reduce" });
        const { page } = ada;
        await until(() => page.evaluate(() => document.activeElement.id === "name"), "the name to have the focus");
        await page.keyboard.type("Ada h m");
        assert.equal(await page.getByLabel("Your name").inputValue(), "Ada h m");
        await page.keyboard.press("Enter");
        await page.getByRole("timer").waitFor();
        await until(() => page.evaluate(() => document.activeElement.id === "field"), "the field to have the focus");
        await page.keyboard.press("h");
        await page.getByRole("dialog", { name: "How it goes" }).waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "hidden" });
        assert.equal(await page.evaluate(() => document.body.dataset.state), "play", "Escape has closed the help, not the game");
        const sound = page.getByRole("button", { name: "Sound" });
        assert.equal(await sound.getAttribute("aria-pressed"), "false");
        await page.keyboard.press("m");
        assert.equal(await sound.getAttribute("aria-pressed"), "true");
        await until(async () => (await ada.state()).me?.ship, "a ship");
        await page.keyboard.press("Space");
        await until(async () => (await ada.state()).me.flown.rest > 0, "a dash by the space bar");
        await page.keyboard.press("Escape");
        await page.getByLabel("Your name").waitFor();
        assert.equal(await page.getByLabel("Your name").inputValue(), "Ada h m");
    }));

    test("when the line breaks the page comes back to its ship and plays on", () => onTheField(async ({ arrive, connect }) => {
        const ada = await arrive("Ada");
        await until(async () => (await ada.state()).board, "the board");
        const first = (await ada.state()).me.id;
        await ada.page.evaluate(() => globalThis.arena.socket.io.engine.close());
        await until(async () => { const { connected } = await ada.state(); return !connected; }, "the line to break");
        await until(async () => { const { connected, me } = await ada.state(); return connected && me?.ship; }, "Ada to be back");
        assert.equal((await ada.state()).me.id, first);
        await flyTo(ada, { x: 0, y: 0 }, nearTo({ x: 0, y: 0 }, 80), "Ada to fly on");
        const line = await connect();
        const { id } = await within(line.timeout(5000).emitWithAck("play", "Bob", false), "a ticket");
        assert.ok(id > first);
        await until(async () => { const { names } = await ada.state(); return names.sort().join() === "Ada,Bob"; }, "Ada to be there once");
    }));

    test("a server that starts again finds the page waiting, and nothing of the round before is left on it", () => onTheField(async ({ arrive, server }) => {
        const ada = await arrive("Ada");
        await ada.page.getByRole("heading", { name: /the round/ }).waitFor({ timeout: 20_000 });
        const { tick } = await ada.state();
        await server.stop();
        await ada.page.getByText("Line lost, trying again").waitFor();
        await server.start("--seed", 2, "--port", server.port);
        await until(async () => { const { connected, me, tick: now } = await ada.state(); return connected && me?.ship && now < tick; }, "Ada to play in the new game", 10_000);
        await ada.page.locator("#over").waitFor({ state: "hidden" });
        assert.deepEqual((await ada.state()).names, ["Ada"]);
        assert.ok(await ada.page.getByText("Line lost, trying again").isHidden());
    }, "--round", 5));

    test("who is sent away reads why, and may come again", () => onTheField(async ({ arrive, connect }) => {
        const ada = await arrive("Ada");
        await ada.page.evaluate(() => globalThis.arena.socket.emit("fly", "nonsense"));
        await ada.page.getByText("The server has ended this visit").waitFor();
        await ada.play("Ada");
        await connect();
    }));

    test("bots fill the field and play, and a round comes to its end", () => onTheField(async ({ arrive, server }) => {
        const ada = await arrive("Ada");
        await until(async () => (await ada.state()).board?.players === 13, "twelve bots");
        await until(async () => (await ada.state()).board.top[0].sparks >= 1, "the bots to gather", 20_000);
        const sees = (phase) => until(async () => (await ada.state()).phase === phase, phase, 30_000);
        await sees("closing");
        await ada.page.getByText("the field closes", { exact: true }).waitFor();
        await sees("pause");
        await ada.page.getByRole("heading", { name: /win(s)? the round with \d+ sparks/ }).waitFor();
        await sees("calm");
        await ada.page.locator("#over").waitFor({ state: "hidden" });
        const report = await server.report();
        assert.equal(report.players, 13);
        assert.ok(report.ticks > 200 && report.tick_interval_ms.p50 > 15 && report.tick_interval_ms.p50 < 20, JSON.stringify(report));
        assert.ok(report.bytes_per_socket_second > 1000 && report.cpu_percent > 0, JSON.stringify(report));
    }, "--bots", 12, "--round", 6));

    test("whatever somebody sends, the others play on", () => onTheField(async ({ arrive, connect, server }) => {
        const ada = await arrive("Ada");
        const garbage = [null, 0, -1, 1e300, "", "x".repeat(5000), [], {}, { length: 4 }, [1, 2, 3, 4], true, Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(5),
            Buffer.alloc(4, 255), Buffer.from([0, 0, 0, 2]), new Uint8Array(4000)];
        // names, kinds and numbers of arguments that are none; on lines of their own, since each may be cut off for it
        const spit = async (event, ...what) => {
            const villain = await connect();
            villain.emit(event, ...what);
            villain.volatile.emit("fly", Buffer.alloc(4));
        };
        for (const name of [...garbage, " ".repeat(17), "a\u0000b", "line\nbreak"]) {
            await spit("play", name, false);
            await spit("play", name);
            if (typeof name !== "boolean") await spit("play", "Mallory", name);
        }
        const stranger = await connect();
        for (const name of ["", "    ", "a name of more than 16", "two\nlines"]) {
            const refused = await within(stranger.timeout(5000).emitWithAck("play", name, false), "a refusal");
            assert.equal(refused.id, 0, name);
            assert.match(refused.why, /1 to 16 characters/);
        }
        for (const event of ["fly", "leave", "see", "board", "hit", "welcome", "constructor", "__proto__", ""]) for (const what of garbage) await spit(event, what, what);
        // a ship, flown by all bytes there are, at the fastest
        const mallory = await connect();
        const { id } = await within(mallory.timeout(5000).emitWithAck("play", "Mallory", true), "a ticket");
        assert.ok(id > 0);
        for (let i = 0; i < 3000; ++i) mallory.emit("fly", Buffer.from([i & 255, (i * 7) & 255, (i * 13) & 255, i & 1]));
        // entering and leaving at the fastest is heard of once
        const entrances = [];
        const witness = await connect();
        witness.on("came", (one) => entrances.push(one.name));
        const spinner = await connect();
        for (let i = 0; i < 200; ++i) {
            spinner.emit("play", "Spinner", false);
            spinner.emit("leave");
        }
        await within(spinner.timeout(5000).emitWithAck("play", "Spinner", false), "an answer");
        assert.ok(entrances.filter((name) => name === "Spinner").length <= 3, `${entrances.length} entrances`);
        // who sends nonsense has to go
        const flood = await connect();
        const gone = new Promise((resolve) => flood.once("disconnect", resolve));
        flood.emit("fly", Buffer.alloc(7));
        await within(gone, "the flood to be cut off");

        const { tick } = await ada.state();
        await until(async () => (await ada.state()).tick > tick + 60, "another second of the game");
        const before = (await ada.state()).me.ship;
        const key = before.x > 0 ? "ArrowLeft" : "ArrowRight";
        await ada.page.keyboard.down(key);
        await until(async () => { const { ship } = (await ada.state()).me; return ship && Math.abs(ship.x - before.x) > 60; }, "Ada to fly on");
        await ada.page.keyboard.up(key);
        assert.ok(server.running);
    }));

    test("it looks as it should, on a desk and on a phone, light and dark", () => onTheField(async ({ arrive }) => {
        mkdirSync("build/test/browser", { recursive: true });
        const grounds = [];
        for (const colorScheme of ["light", "dark"]) {
            const desk = await arrive("", { colorScheme, viewport: { width: 1280, height: 800 } });
            await until(async () => (await desk.state()).sparks.length > 30, "the field behind the door");
            await desk.page.screenshot({ path: `build/test/browser/arena-door-${colorScheme}.png` });
            await desk.play("Ada");
            await until(async () => (await desk.state()).ships.length > 4, "company");
            await desk.page.screenshot({ path: `build/test/browser/arena-desk-${colorScheme}.png` });
            const phone = await arrive("Bob", { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, colorScheme, hasTouch: true, isMobile: true });
            await until(async () => (await phone.state()).board?.top.length > 3, "the board");
            await phone.page.screenshot({ path: `build/test/browser/arena-phone-${colorScheme}.png` });
            grounds.push(await desk.page.evaluate(() => {
                const canvas = document.getElementById("field");
                return [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height - 40, 1, 1).data].slice(0, 3).reduce((a, b) => a + b);
            }));
            await desk.leave();
            await phone.leave();
        }
        assert.ok(grounds[0] > 500 && grounds[1] < 200, `light ${grounds[0]}, dark ${grounds[1]}`);
    }, "--bots", 20));
});
