// The page's half of the binary messages, of the places of sparks and of the flight, held to the vectors that C++ is held to:
// tests/unit/arena.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fly, shortest } from "../../apps/arena/page/flight.mjs";
import { decodeSnapshot, encodeInput, placeSize, positionOf } from "../../apps/arena/page/wire.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../unit/arena/${name}`, import.meta.url), "utf8"));
const near = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} is not ${b}`);

describe("the page of the arena", () => {
    const vectors = read("wire.json");

    test("writes inputs as the vectors have them", () => {
        for (const { bytes, number, ...controls } of vectors.inputs)
            assert.equal(Buffer.from(encodeInput(number, controls)).toString("hex"), bytes);
    });

    test("reads snapshots as the vectors have them, from whatever kind of buffer", () => {
        for (const given of vectors.snapshots) {
            const bytes = Buffer.from(given.bytes, "hex");
            const alone = new Uint8Array(bytes).buffer;
            const within = new Uint8Array([9, ...bytes, 9]).subarray(1, bytes.length + 1);
            for (const buffer of [alone, within]) {
                const seen = decodeSnapshot(buffer);
                for (const key of ["phase", "tick", "column", "row", "field"]) assert.equal(seen[key], given[key], key);
                const world = ({ x, y, speed_x, speed_y }) => ({ x: given.column * placeSize + x / 32, y: given.row * placeSize + y / 32, speedX: speed_x * 8, speedY: speed_y * 8 });
                assert.deepEqual(seen.comets, given.comets.map(world));
                assert.deepEqual(seen.ships, given.ships.map((ship) => {
                    const { id, dashes, shielded, rest, sparks, number, age } = ship;
                    return { id, ...world(ship), heading: (ship.heading / 256) * 2 * Math.PI, dashes, shielded, rest, sparks, number, age };
                }));
                const places = new Uint8Array(625);
                for (const [at, size] of given.places) places[at] = size;
                assert.deepEqual(seen.places, places);
            }
        }
    });

    test("takes nothing else for a snapshot", () => {
        const whole = Buffer.from(vectors.snapshots[0].bytes, "hex");
        for (let size = 0; size < whole.length; ++size) assert.equal(decodeSnapshot(new Uint8Array(whole.subarray(0, size))), null);
        assert.equal(decodeSnapshot(new Uint8Array([...whole, 0])), null);
        for (const [at, byte] of [[0, 2], [1, 3], [12 + 6 + 9, 4]]) {
            const changed = new Uint8Array(whole);
            changed[at] = byte;
            assert.equal(decodeSnapshot(changed), null, `byte ${at}`);
        }
    });

    test("knows where each spark lies", () => {
        for (const [column, row, x, y] of vectors.positions) {
            const at = positionOf(column, row);
            near(at.x, x, "x");
            near(at.y, y, "y");
        }
    });

    test("flies as the server does", () => {
        for (const { what, sparks, field, from, legs, to } of read("flight.json").flights) {
            const [x, y, speedX, speedY, heading, dash, rest] = from;
            const ship = { x, y, speedX, speedY, heading, dash, rest };
            for (const [ticks, angle, thrust, dashes] of legs)
                for (let i = 0; i < ticks; ++i) fly(ship, { angle, thrust, dash: dashes }, sparks, field);
            [ship.x, ship.y, ship.speedX, ship.speedY, ship.heading, ship.dash, ship.rest].forEach((value, i) => near(value, to[i], `${what}, ${i}`));
        }
        assert.equal(shortest(Math.PI), Math.PI);
        assert.equal(shortest(-Math.PI), Math.PI);
    });
});
