// The two binary messages of the game, as ../wire.hpp lays them out; tests/unit/arena/wire.json holds both sides to the same bytes.
// Positions come out in units of the field, speeds in units a second, angles in radians.

export const placeSize = 64;
export const regionPlaces = 25;
const headBytes = 12;
const cometBytes = 6;
const shipBytes = 14;
const placesBytes = Math.ceil((regionPlaces * regionPlaces) / 4);
const turn = 2 * Math.PI;

export const phases = ["calm", "closing", "pause"];

/// `controls`: {angle: 0 to 255, thrust: 0 to 255, dash}.
export function encodeInput(number, controls) {
    return new Uint8Array([number, controls.angle, controls.thrust, controls.dash ? 1 : 0]);
}

/// null where it is no snapshot.
export function decodeSnapshot(buffer) {
    const view = ArrayBuffer.isView(buffer) ? new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new DataView(buffer);
    if (view.byteLength < headBytes || view.getUint8(0) !== 1 || view.getUint8(1) >= phases.length) return null;
    const comets = view.getUint8(10);
    const ships = view.getUint8(11);
    if (view.byteLength !== headBytes + comets * cometBytes + ships * shipBytes + placesBytes) return null;
    const column = view.getInt8(6);
    const row = view.getInt8(7);
    const moving = (at) => ({
        x: column * placeSize + view.getUint16(at, true) / 32,
        y: row * placeSize + view.getUint16(at + 2, true) / 32,
        speedX: view.getInt8(at + 4) * 8,
        speedY: view.getInt8(at + 5) * 8,
    });
    const seen = { phase: phases[view.getUint8(1)], tick: view.getUint32(2, true), column, row, field: view.getUint16(8, true), comets: [], ships: [] };
    let at = headBytes;
    for (let i = 0; i < comets; ++i, at += cometBytes) seen.comets.push(moving(at));
    for (let i = 0; i < ships; ++i, at += shipBytes) {
        const state = view.getUint8(at + 9);
        if (state & 12) return null;
        seen.ships.push({
            id: view.getUint16(at, true),
            ...moving(at + 2),
            heading: (view.getUint8(at + 8) / 256) * turn,
            dashes: (state & 1) !== 0,
            shielded: (state & 2) !== 0,
            rest: state >> 4,
            sparks: view.getUint16(at + 10, true),
            number: view.getUint8(at + 12),
            age: view.getUint8(at + 13),
        });
    }
    seen.places = new Uint8Array(regionPlaces * regionPlaces);
    for (let i = 0; i < seen.places.length; ++i) seen.places[i] = (view.getUint8(at + (i >> 2)) >> (2 * (i & 3))) & 3;
    return seen;
}

/// Where the spark of a place lies: the same hash as spark_field.cpp has.
export function positionOf(column, row) {
    let hash = Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca77);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 12;
    const shifted = (number, by) => (number + 0.15 + (0.7 * by) / 256) * placeSize;
    return { x: shifted(column, hash & 255), y: shifted(row, (hash >>> 8) & 255) };
}
