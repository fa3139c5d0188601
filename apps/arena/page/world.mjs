// What the page knows of the field, and where everything is at the moment of a picture: others a little in the past, between two
// snapshots; the own ship in the present, flown ahead and corrected softly by what the server says. Draws nothing, reads no clock.
import { dashTicks, fly, restTicks, shortest, ticksPerRest } from "./flight.mjs";
import { encodeInput, positionOf, regionPlaces } from "./wire.mjs";

const tickMs = 1000 / 60;
const memory = 256;                    // ticks of the own flight that are remembered; as many as numbers of inputs
const far = 260;                       // a ship that is so far away at once has not flown there
const idle = { angle: 0, thrust: 0, dash: false };

const mix = (a, b, part) => a + (b - a) * part;

export class World {
    constructor() {
        this.snapshots = [];           // the last second, in the order of their ticks
        this.heard = 0;                // when the last snapshot came
        this.me = 0;
        this.sparks = new Map();       // place -> {x, y, size, born}
        this.picked = [];              // what has just been collected: {x, y, size, by}
        this.field = 600;
        this.phase = "calm";
        this.updateMs = 1000 / 30;
        this.forgetOwn();
    }

    /// A new ship, or none.
    own(id) {
        this.me = id;
        this.forgetOwn();
    }

    forgetOwn() {
        this.ship = null;              // as the server moves it, ahead of the snapshots
        this.tick = 0;
        this.controls = idle;
        this.past = new Array(memory); // of each tick: the controls it was flown by, and what the ship could do after it
        this.number = 0;
        this.sentAt = new Array(256);  // number of an input -> the tick from which it held
        this.lastSent = -100;
        this.gap = { x: 0, y: 0 };     // what is shown beyond what is known, on its way to nothing
        this.carried = 0;
    }

    // ── what the server says ────────────────────────────────────────────────────────────────────────────────────────

    receive(seen, now) {
        this.heard = now;
        const last = this.snapshots.at(-1);
        if (last && seen.tick <= last.tick) {
            if (last.tick - seen.tick < 60) return;
            this.snapshots.length = 0; // another server
            this.offset = undefined;
        }
        // The least delayed snapshot tells the server's clock; how much others are later is the jitter that has to be waited for.
        const offset = now - seen.tick * tickMs;
        if (this.offset === undefined || Math.abs(offset - this.offset) > 1000) [this.offset, this.jitter] = [offset, 5];
        const late = offset - this.offset;
        this.offset += late < 0 ? late : late * 0.01;
        this.jitter = mix(this.jitter, Math.max(late, 0), late > this.jitter ? 0.3 : 0.02);

        this.snapshots.push(seen);
        while (this.snapshots.length > 2 && this.snapshots[0].tick < seen.tick - 60) this.snapshots.shift();
        seen.byId = new Map(seen.ships.map((ship) => [ship.id, ship]));
        this.field = seen.field;
        this.phase = seen.phase;
        this.lay(seen, now);
        const mine = this.me && seen.byId.get(this.me);
        if (mine) this.correct(mine, now);
    }

    lay(seen, now) {
        const before = this.sparks;
        this.sparks = new Map();
        for (let row = 0, at = 0; row < regionPlaces; ++row) {
            for (let column = 0; column < regionPlaces; ++column, ++at) {
                const key = (seen.row + row) * 1000 + seen.column + column;
                const known = before.get(key);
                const size = seen.places[at];
                if (size) this.sparks.set(key, known?.size === size ? known : { ...positionOf(seen.column + column, seen.row + row), size, born: now });
                else if (known && this.picked.length < 100) this.picked.push(known);
            }
        }
    }

    // ── the own ship ────────────────────────────────────────────────────────────────────────────────────────────────

    /// Flies on to this moment; `send(bytes)` is called where the server has to hear of it.
    advance(now, wanted, send) {
        if (!this.ship) return;
        const due = Math.floor(now / tickMs);
        if (due - this.clock > 30) this.clock = due - 30; // the page was asleep
        for (; this.clock < due; ++this.clock) this.step(wanted, send);
    }

    step(wanted, send) {
        // Inputs are taken every other tick, and said when they change; sometimes so that a lost one does not matter.
        const { angle, thrust, dash } = this.controls;
        const changed = wanted.angle !== angle || wanted.thrust !== thrust || wanted.dash !== dash;
        if (this.tick % 2 === 0 && (changed || this.tick - this.lastSent >= 8)) this.say(wanted, send);
        this.before = { ...this.ship };
        this.flyOne(this.tick++);
    }

    say(wanted, send) {
        this.controls = { ...wanted };
        this.number = (this.number + 1) % 256;
        this.sentAt[this.number] = this.tick;
        this.lastSent = this.tick;
        send(encodeInput(this.number, this.controls));
    }

    /// Nobody looks at the page any more: the ship is not to fly on for ever.
    coast(send) {
        if (this.ship) this.say(idle, send);
    }

    flyOne(tick) {
        const controls = this.past[tick % memory]?.tick === tick ? this.past[tick % memory].controls : this.controls;
        fly(this.ship, controls, this.carried, this.field);
        this.past[tick % memory] = { tick, controls, dash: this.ship.dash, rest: this.ship.rest };
    }

    /// The server's ship is some ticks old: flown again by the inputs since, it should be where ours is.
    correct(mine, now) {
        this.carried = mine.sparks;
        const started = this.sentAt[mine.number];
        const from = started === undefined ? this.tick : started + mine.age;
        const known = this.past[(from - 1) % memory];
        const remembered = known?.tick === from - 1 && Math.ceil(known.rest / ticksPerRest) === mine.rest && known.dash > 0 === mine.dashes;
        const rest = remembered ? known.rest : mine.rest * ticksPerRest;
        const dash = remembered ? known.dash : mine.dashes ? Math.max(1, dashTicks - (rest > 0 ? restTicks - rest : 0)) : 0;
        const shown = this.ship && this.shown(now);
        const last = this.ship;
        this.ship = { x: mine.x, y: mine.y, speedX: mine.speedX, speedY: mine.speedY, heading: mine.heading, dash, rest };
        if (!last) {
            this.clock = Math.floor(now / tickMs);
            this.before = { ...this.ship };
            return;
        }
        for (let tick = Math.max(from, this.tick - 60); tick < this.tick; ++tick) this.flyOne(tick);
        // What the eye has seen stays where it is, and drifts to the truth.
        if (Math.hypot(this.ship.x - last.x, this.ship.y - last.y) > far) {
            this.before = { ...this.ship };
            this.gap = { x: 0, y: 0 };
        } else {
            this.before.x += this.ship.x - last.x;
            this.before.y += this.ship.y - last.y;
            const corrected = this.shown(now);
            this.gap.x += shown.x - corrected.x;
            this.gap.y += shown.y - corrected.y;
        }
    }

    /// Between the last two ticks.
    shown(now) {
        const part = Math.min(Math.max(now / tickMs - this.clock, 0), 1);
        return {
            x: mix(this.before.x, this.ship.x, part) + this.gap.x,
            y: mix(this.before.y, this.ship.y, part) + this.gap.y,
            heading: this.before.heading + shortest(this.ship.heading - this.before.heading) * part,
        };
    }

    settle(seconds) {
        const left = Math.exp(-9 * seconds);
        this.gap.x *= left;
        this.gap.y *= left;
    }

    // ── the moment of a picture ─────────────────────────────────────────────────────────────────────────────────────

    /// All ships and comets as they are to be drawn.
    picture(now) {
        const delay = Math.min(this.updateMs + 2 * this.jitter, 160);
        const tick = (now - delay - (this.offset ?? now)) / tickMs;
        let next = this.snapshots.findIndex((each) => each.tick > tick);
        const beyond = next < 0;
        if (beyond) next = this.snapshots.length - 1;
        const b = this.snapshots[next];
        const a = this.snapshots[Math.max(next - 1, 0)];
        if (!b) return { ships: [], comets: [] };
        const part = b === a ? 1 : (tick - a.tick) / (b.tick - a.tick);
        const ahead = beyond ? Math.min(tick - b.tick, 6) / 60 : 0; // nothing newer is known: a little on, as it flew
        const ships = [];
        for (const ship of b.ships) {
            if (ship.id === this.me && this.ship) {
                ships.push({ ...ship, ...this.shown(now), speedX: this.ship.speedX, speedY: this.ship.speedY, dashes: this.ship.dash > 0, mine: true, ready: 1 - this.ship.rest / restTicks });
                continue;
            }
            const earlier = a.byId.get(ship.id);
            if (beyond || !earlier || Math.hypot(ship.x - earlier.x, ship.y - earlier.y) > far) {
                ships.push({ ...ship, x: ship.x + ship.speedX * ahead, y: ship.y + ship.speedY * ahead });
            } else {
                ships.push({ ...ship, x: mix(earlier.x, ship.x, part), y: mix(earlier.y, ship.y, part), heading: earlier.heading + shortest(ship.heading - earlier.heading) * part });
            }
        }
        const since = (tick - b.tick) / 60;
        const comets = b.comets.map((each) => ({ ...each, x: each.x + each.speedX * since, y: each.y + each.speedY * since }));
        return { ships, comets };
    }
}
