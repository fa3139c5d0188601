// What the page makes of snapshots that come late: against a server that is simulated here, on a clock of its own. Without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fly } from "../../apps/arena/page/flight.mjs";
import { World } from "../../apps/arena/page/world.mjs";

const tickMs = 1000 / 60;
const field = 2000;

/// A server with one player's ship and one that flies in a circle, behind a line that takes `delay(now)` milliseconds each way.
class Line {
    constructor(delay) {
        this.delay = delay;
        this.now = 10_000;
        this.tick = 0;
        this.ship = { x: 100, y: 50, speedX: 0, speedY: 0, heading: 0, dash: 0, rest: 0 };
        this.input = { number: 0, age: 0, controls: { angle: 0, thrust: 0, dash: false } };
        this.up = [];
        this.down = [];
        this.world = new World();
        this.world.own(1);
    }

    other(tick) { return { x: 300 * Math.cos(tick / 60), y: 300 * Math.sin(tick / 60) }; }

    /// Runs for a while; `wanted(now)` is what the player does, `frame()` is called after each picture.
    run(ms, wanted, frame = () => {}) {
        for (const end = this.now + ms; this.now < end; this.now += 1) {
            while (this.up[0]?.at <= this.now) {
                const [number, angle, thrust, dash] = this.up.shift().bytes;
                this.input = { number, age: 0, controls: { angle, thrust, dash: dash === 1 } };
            }
            if (this.now - 10_000 >= this.tick * tickMs) this.step();
            while (this.down[0]?.at <= this.now) this.world.receive(this.down.shift().seen, this.now);
            if (this.now % 16 === 0) {
                this.world.advance(this.now, wanted(this.now), (bytes) => this.up.push({ at: this.now + this.delay(this.now), bytes }));
                this.world.settle(0.016);
                frame(this.world.picture(this.now));
            }
        }
    }

    step() {
        this.tick += 1;
        fly(this.ship, this.input.controls, 0, field);
        this.input.age += 1;
        if (this.tick % 2) return;
        const { x, y, speedX, speedY, heading, dash, rest } = this.ship;
        const turned = Math.round((heading / (2 * Math.PI)) * 256);
        const own = { id: 1, x: Math.round(x * 32) / 32, y: Math.round(y * 32) / 32, speedX: Math.round(speedX / 8) * 8, speedY: Math.round(speedY / 8) * 8,
                      heading: (turned / 256) * 2 * Math.PI, dashes: dash > 0, shielded: false, rest: Math.ceil(rest / 7), sparks: 0, number: this.input.number, age: Math.min(this.input.age, 255) };
        const circling = { ...own, id: 2, ...this.other(this.tick), speedX: 0, speedY: 0 };
        this.down.push({ at: this.now + this.delay(this.now), seen: { phase: "calm", tick: this.tick, column: -12, row: -12, field, comets: [], ships: [own, circling], places: new Uint8Array(625) } });
    }
}

const winding = (now) => ({ angle: Math.floor(now / 40) % 256, thrust: 255, dash: false });

describe("the world of the page", () => {
    test("shows the own ship where the server will have it, not where it was", () => {
        for (const delay of [0, 40, 120]) {
            const line = new Line(() => delay);
            line.run(1000, winding);
            const shown = new Map();   // tick of the page -> where
            let worst = 0;
            line.run(4000, winding, () => {
                const { world } = line;
                worst = Math.max(worst, Math.hypot(world.gap.x, world.gap.y));
                shown.set(world.tick, { x: world.ship.x, y: world.ship.y });
            });
            // It flies 5 units in a tick, and the two clocks do not tick at the same moment; not flown ahead it would be 40 and more off.
            assert.ok(worst < 8, `with ${delay} ms: ${worst} units of correction`);
            // what it was shown at is what the server has come to by the same inputs
            const mine = line.world.snapshots.at(-1).byId.get(1);
            const then = shown.get(line.world.sentAt[mine.number] + mine.age);
            assert.ok(then, `with ${delay} ms`);
            assert.ok(Math.hypot(then.x - mine.x, then.y - mine.y) < 8, `with ${delay} ms: ${JSON.stringify([then, mine])}`);
            assert.ok(shown.size > 200);
        }
    });

    test("answers at once, however long the line is", () => {
        const line = new Line(() => 150);
        line.run(1000, () => ({ angle: 0, thrust: 0, dash: false }));
        const before = line.world.ship.x;
        line.run(100, () => ({ angle: 0, thrust: 255, dash: false }));
        assert.ok(line.world.ship.x > before + 1, "it moves before the server can know");
        line.run(60, () => ({ angle: 0, thrust: 255, dash: true }));
        assert.ok(line.world.ship.dash > 0);
    });

    test("a dash that the server has seen is flown to its end once, and rested from", () => {
        const line = new Line(() => 60);
        line.run(500, () => ({ angle: 0, thrust: 255, dash: false }));
        let dashes = 0;
        let before = 0;
        line.run(1500, (now) => ({ angle: 0, thrust: 255, dash: now < 10_560 }), () => {
            if (line.world.ship.dash > 0 && before === 0) dashes += 1;
            before = line.world.ship.dash;
        });
        assert.equal(dashes, 1);
        line.run(1500, () => ({ angle: 0, thrust: 255, dash: false }));
        assert.equal(line.world.ship.rest, 0);
    });

    test("a line that stutters makes no jump of the own ship, and others fly on smoothly", () => {
        const line = new Line((now) => 30 + (Math.floor(now / 700) % 2 ? 45 : 0)); // order is kept: what is late holds up the next
        const ordered = line.delay;
        let last = 0;
        line.delay = (now) => { last = Math.max(last, now + ordered(now)); return last - now; };
        line.run(2000, winding);
        let own = null;
        let circling = null;
        let ownStep = 0;
        let otherStep = 0;
        line.run(4000, winding, ({ ships }) => {
            const mine = ships.find((ship) => ship.mine);
            const other = ships.find((ship) => ship.id === 2);
            if (own) ownStep = Math.max(ownStep, Math.hypot(mine.x - own.x, mine.y - own.y));
            if (circling) otherStep = Math.max(otherStep, Math.hypot(other.x - circling.x, other.y - circling.y));
            [own, circling] = [mine, other];
        });
        // in a frame of 16 ms the own ship flies 5 units, the other one as well
        assert.ok(ownStep < 14, `own ${ownStep}`);
        assert.ok(otherStep < 14, `other ${otherStep}`);
    });

    test("a ship that is back elsewhere is there at once, not on its way", () => {
        const line = new Line(() => 20);
        line.run(600, winding);
        Object.assign(line.ship, { x: -700, y: 600, speedX: 0, speedY: 0 });
        line.run(120, winding);
        assert.ok(Math.hypot(line.world.ship.x + 700, line.world.ship.y - 600) < 60, JSON.stringify(line.world.ship));
        assert.ok(Math.hypot(line.world.gap.x, line.world.gap.y) < 10);
    });

    test("sparks that are gone are told once, with where they lay", () => {
        const world = new World();
        const seen = (tick, size) => ({ phase: "calm", tick, column: 0, row: 0, field, comets: [], ships: [], places: Uint8Array.from({ length: 625 }, (_, i) => (i === 3 ? size : 0)) });
        world.receive(seen(2, 2), 100);
        assert.equal(world.sparks.size, 1);
        world.receive(seen(4, 0), 133);
        assert.equal(world.sparks.size, 0);
        assert.deepEqual(world.picked.map(({ size }) => size), [2]);
        world.receive(seen(3, 2), 140); // late: as if it had not come
        assert.equal(world.sparks.size, 0);
    });
});
