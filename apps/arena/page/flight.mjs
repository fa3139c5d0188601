// How a ship flies, as ../flight.cpp says it: the page flies its own ship ahead of the snapshots, which are of the past.
// tests/unit/arena/flight.json holds both sides to the same numbers.

export const dashTicks = 18;
export const restTicks = 105;
export const ticksPerRest = 7;
const dashSpeed = 900;
const turn = 2 * Math.PI;

export const radiusOf = (sparks) => Math.min(15 + 1.25 * Math.sqrt(sparks), 44);
export const topSpeedOf = (sparks) => 190 + 130 / (1 + sparks / 70);

/// The same angle, above minus and up to plus half a turn.
export function shortest(angle) {
    return angle - turn * Math.ceil(angle / turn - 0.5);
}

/// One tick. `ship`: {x, y, speedX, speedY, heading, dash, rest}, changed; `controls` as an input has them.
export function fly(ship, controls, sparks, fieldRadius) {
    if (controls.dash && ship.rest === 0) {
        ship.dash = dashTicks;
        ship.rest = restTicks;
    }
    const dashing = ship.dash > 0;
    if (controls.thrust > 0) {
        const most = dashing ? 0.035 : 0.13;
        const off = shortest(controls.angle * (turn / 256) - ship.heading);
        ship.heading = shortest(ship.heading + Math.min(Math.max(off, -most), most));
    }
    const thrust = controls.thrust / 255;
    const grip = dashing ? 0.3 : thrust > 0 ? 0.075 : 0.03;
    const aim = dashing ? dashSpeed : topSpeedOf(sparks) * thrust;
    ship.speedX += (Math.cos(ship.heading) * aim - ship.speedX) * grip;
    ship.speedY += (Math.sin(ship.heading) * aim - ship.speedY) * grip;
    ship.x += ship.speedX / 60;
    ship.y += ship.speedY / 60;

    const limit = fieldRadius - radiusOf(sparks);
    const distance = Math.hypot(ship.x, ship.y);
    if (distance > limit) {
        const outX = ship.x / distance;
        const outY = ship.y / distance;
        ship.x = outX * limit;
        ship.y = outY * limit;
        const against = ship.speedX * outX + ship.speedY * outY;
        if (against > 0) {
            ship.speedX -= outX * 1.5 * against;
            ship.speedY -= outY * 1.5 * against;
        }
    }
    if (ship.dash > 0) ship.dash -= 1;
    if (ship.rest > 0) ship.rest -= 1;
}
