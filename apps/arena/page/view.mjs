// Draws the field. All colours come from style.css, so that light and dark are told apart in one place; what moves only to please
// stands still where the reader has asked for less motion.
import { radiusOf } from "./flight.mjs";

const longSide = 1080;                 // units of the field along the longer side of the screen: everybody sees as far
const turn = 2 * Math.PI;
const hues = 9;                        // colours of ships in style.css; the own one has a tenth
const clear = (colour) => `${colour}00`; // colours are #rrggbb; "transparent" would fade through black

export class View {
    constructor(canvas) {
        this.canvas = canvas;
        this.context = canvas.getContext("2d");
        this.camera = { x: 0, y: 0 };
        this.trails = new Map();       // id -> [{x, y, at}], half a second of it
        this.shown = new Map();        // id -> how much of it is there: ships fade in and out
        this.bits = [];                // particles
        this.rings = [];
        this.flights = [];             // sparks on their way to who collected them
        this.shake = 0;
        this.held = 0;                 // until then the camera stays
        this.calm = matchMedia("(prefers-reduced-motion: reduce)");
        const dark = matchMedia("(prefers-color-scheme: dark)");
        dark.addEventListener("change", () => this.readColours());
        this.readColours();
        new ResizeObserver(() => this.resize()).observe(canvas);
        this.resize();
    }

    readColours() {
        const style = getComputedStyle(document.documentElement);
        const colour = (name) => style.getPropertyValue(name).trim();
        this.colours = {
            beyond: colour("--beyond"), field: colour("--field"), dot: colour("--dot"), rim: colour("--rim"), closing: colour("--closing"),
            ink: colour("--ink"), soft: colour("--soft"), halo: colour("--halo"), own: colour("--own"), crown: colour("--crown"), comet: colour("--comet"),
            sparks: [null, colour("--spark-small"), colour("--spark-bright"), colour("--spark-gold")],
            ships: Array.from({ length: hues }, (_, i) => colour(`--ship-${i}`)),
            glow: colour("--glow") === "on",
        };
        this.sprites = [null, 1, 2, 3].map((size) => size && this.paintSpark(size));
        this.dots = null;
    }

    resize() {
        const ratio = Math.min(devicePixelRatio || 1, 2);
        this.width = this.canvas.clientWidth;
        this.height = this.canvas.clientHeight;
        this.canvas.width = Math.round(this.width * ratio);
        this.canvas.height = Math.round(this.height * ratio);
        this.ratio = ratio;
        this.scale = Math.max(this.width, this.height) / longSide;
        this.dots = null;
        this.sprites = [null, 1, 2, 3].map((size) => size && this.paintSpark(size));
    }

    shipColour(id, mine) {
        return mine ? this.colours.own : this.colours.ships[(id * 7) % hues];
    }

    toScreen(at) {
        return { x: (at.x - this.camera.x) * this.scale + this.width / 2, y: (at.y - this.camera.y) * this.scale + this.height / 2 };
    }

    // ── things that happen ──────────────────────────────────────────────────────────────────────────────────────────

    /// The camera stays a moment where the own ship was hit: who did that can be seen before the next beginning elsewhere.
    linger(now) { this.held = now + 700; }

    burst(at, colour, spilled, near) {
        const many = this.calm.matches ? 6 : Math.min(14 + spilled, 46);
        for (let i = 0; i < many; ++i) {
            const angle = Math.random() * turn;
            const speed = 60 + Math.random() * 340;
            this.bits.push({ x: at.x, y: at.y, speedX: Math.cos(angle) * speed, speedY: Math.sin(angle) * speed, age: 0, life: 0.5 + Math.random() * 0.5, size: 2 + Math.random() * 4, colour });
        }
        this.rings.push({ x: at.x, y: at.y, age: 0, life: 0.55, size: 60 + Math.min(spilled, 80), colour });
        if (near && !this.calm.matches) this.shake = 1;
    }

    collect(spark, ships) {
        let best = null;
        let nearest = 130;
        for (const ship of ships) {
            const far = Math.hypot(ship.x - spark.x, ship.y - spark.y) - radiusOf(ship.sparks);
            if (far < nearest) [best, nearest] = [ship, far];
        }
        if (best) this.flights.push({ x: spark.x, y: spark.y, size: spark.size, to: best.id, age: 0 });
        return best;
    }

    // ── a picture ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// `scene`: {ships, comets, sparks, field, phase, names, first: {id, x, y} or null}; `at`: what the camera follows.
    draw(scene, at, seconds, now) {
        const context = this.context;
        const follow = Math.hypot(at.x - this.camera.x, at.y - this.camera.y) > 500 ? 6 : 13;
        const part = now < this.held ? 0 : 1 - Math.exp(-follow * seconds);
        this.camera.x += (at.x - this.camera.x) * part;
        this.camera.y += (at.y - this.camera.y) * part;
        this.shake *= Math.exp(-7 * seconds);
        const jolt = this.shake > 0.02 ? { x: Math.sin(now / 17) * 9 * this.shake, y: Math.cos(now / 13) * 9 * this.shake } : { x: 0, y: 0 };

        context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
        context.fillStyle = this.colours.beyond;
        context.fillRect(0, 0, this.width, this.height);
        context.translate(this.width / 2 + jolt.x, this.height / 2 + jolt.y);
        context.scale(this.scale, this.scale);
        context.translate(-this.camera.x, -this.camera.y);

        this.drawField(scene, now);
        for (const spark of scene.sparks) this.drawSpark(spark, now);
        for (const comet of scene.comets) this.drawComet(comet, now);
        const ships = this.fade(scene.ships, seconds, now);
        for (const ship of ships) this.drawTrail(ship);
        for (const ship of ships) this.drawShip(ship, scene, now);
        this.drawFlights(scene.ships, seconds);
        this.drawBits(seconds);
        for (const ship of ships) this.drawName(ship, scene);
        context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
        if (scene.first) this.drawPointer(scene);
    }

    drawField({ field, phase }, now) {
        const { context, colours } = this;
        context.save();
        context.beginPath();
        context.arc(0, 0, field, 0, turn);
        context.fillStyle = colours.field;
        context.fill();
        context.clip();
        this.dots ??= this.paintDots();
        context.fillStyle = this.dots;
        const half = longSide;
        context.fillRect(this.camera.x - half, this.camera.y - half, 2 * half, 2 * half);
        context.strokeStyle = this.colours.dot;
        context.lineWidth = 2;
        for (let ring = 320; ring < field; ring += 320) {
            context.beginPath();
            context.arc(0, 0, ring, 0, turn);
            context.stroke();
        }
        context.restore();

        const closing = phase === "closing";
        const pulse = closing && !this.calm.matches ? 0.5 + 0.5 * Math.sin(now / 180) : 0.5;
        context.beginPath();
        context.arc(0, 0, field, 0, turn);
        context.strokeStyle = closing ? colours.closing : colours.rim;
        context.globalAlpha = 0.16 + 0.12 * pulse;
        context.lineWidth = 26;
        context.stroke();
        context.globalAlpha = 1;
        context.lineWidth = 4;
        context.stroke();
    }

    drawSpark(spark, now) {
        const sprite = this.sprites[spark.size];
        const born = Math.min((now - spark.born) / 180, 1);
        const beat = this.calm.matches ? 1 : 1 + 0.09 * Math.sin(now / 300 + spark.x * 0.7 + spark.y * 0.3);
        const size = sprite.units * (0.3 + 0.7 * born) * beat;
        this.context.drawImage(sprite.canvas, spark.x - size / 2, spark.y - size / 2, size, size);
    }

    drawComet(comet) {
        const { context, colours } = this;
        const speed = Math.hypot(comet.speedX, comet.speedY) || 1;
        const [x, y] = [comet.speedX / speed, comet.speedY / speed];
        const tail = context.createLinearGradient(comet.x, comet.y, comet.x - x * 330, comet.y - y * 330);
        tail.addColorStop(0, colours.comet);
        tail.addColorStop(1, clear(colours.comet));
        context.fillStyle = tail;
        context.globalAlpha = 0.75;
        context.beginPath();
        context.moveTo(comet.x - y * 30, comet.y + x * 30);
        context.quadraticCurveTo(comet.x - x * 120 - y * 16, comet.y - y * 120 + x * 16, comet.x - x * 340, comet.y - y * 340);
        context.quadraticCurveTo(comet.x - x * 120 + y * 16, comet.y - y * 120 - x * 16, comet.x + y * 30, comet.y - x * 30);
        context.fill();
        context.globalAlpha = 1;
        const head = context.createRadialGradient(comet.x, comet.y, 4, comet.x, comet.y, 34);
        head.addColorStop(0, "#fff");
        head.addColorStop(0.45, colours.comet);
        head.addColorStop(1, colours.closing);
        context.fillStyle = head;
        context.beginPath();
        context.arc(comet.x, comet.y, 32, 0, turn);
        context.fill();
    }

    /// Who comes fades in; who has gone is not drawn any more.
    fade(ships, seconds, now) {
        const shown = new Map();
        for (const ship of ships) {
            shown.set(ship.id, Math.min((this.shown.get(ship.id) ?? 0) + seconds * 6, 1));
            const trail = this.trails.get(ship.id) ?? [];
            const last = trail.at(-1);
            if (last && Math.hypot(last.x - ship.x, last.y - ship.y) > 120) trail.length = 0;
            trail.push({ x: ship.x, y: ship.y, at: now });
            while (now - trail[0].at > 480) trail.shift();
            this.trails.set(ship.id, trail);
        }
        for (const id of this.trails.keys()) if (!shown.has(id)) this.trails.delete(id);
        this.shown = shown;
        return [...ships].sort((a, b) => (a.mine ? 1 : 0) - (b.mine ? 1 : 0) || a.sparks - b.sparks);
    }

    /// A ribbon that ends in a point.
    drawTrail(ship) {
        const trail = this.trails.get(ship.id);
        if (trail.length < 3) return;
        const { context } = this;
        const colour = this.shipColour(ship.id, ship.mine);
        const half = radiusOf(ship.sparks) * (ship.dashes ? 0.75 : 0.5);
        const [end, start] = [trail[0], trail.at(-1)];
        if (Math.hypot(start.x - end.x, start.y - end.y) < 4) return;
        const ribbon = context.createLinearGradient(start.x, start.y, end.x, end.y);
        ribbon.addColorStop(0, colour);
        ribbon.addColorStop(1, clear(colour));
        context.fillStyle = ribbon;
        context.globalAlpha = (ship.dashes ? 0.6 : 0.32) * this.shown.get(ship.id);
        const [left, right] = [[], []];
        for (let i = 0; i < trail.length; ++i) {
            const [before, after] = [trail[Math.max(i - 1, 0)], trail[Math.min(i + 1, trail.length - 1)]];
            const [x, y] = [after.x - before.x, after.y - before.y];
            const width = (half * i) / trail.length / (Math.hypot(x, y) || 1);
            left.push([trail[i].x - y * width, trail[i].y + x * width]);
            right.push([trail[i].x + y * width, trail[i].y - x * width]);
        }
        context.beginPath();
        for (const [x, y] of [...left, ...right.reverse()]) context.lineTo(x, y);
        context.closePath();
        context.fill();
        context.globalAlpha = 1;
    }

    drawShip(ship, scene, now) {
        const { context, colours } = this;
        const radius = radiusOf(ship.sparks);
        const colour = this.shipColour(ship.id, ship.mine);
        context.save();
        context.translate(ship.x, ship.y);
        context.globalAlpha = this.shown.get(ship.id);
        if (ship.mine) {               // a ring that fills until the next dash is ready
            context.lineWidth = 3;
            context.strokeStyle = colour;
            context.globalAlpha *= 0.2;
            context.beginPath();
            context.arc(0, 0, radius + 11, 0, turn);
            context.stroke();
            context.globalAlpha = (ship.ready >= 1 ? 0.95 : 0.55) * this.shown.get(ship.id);
            context.beginPath();
            context.arc(0, 0, radius + 11, -turn / 4, -turn / 4 + turn * ship.ready);
            context.stroke();
            context.globalAlpha = this.shown.get(ship.id);
        }
        if (ship.shielded) {
            context.lineWidth = 2;
            context.strokeStyle = colours.soft;
            context.setLineDash([7, 7]);
            context.lineDashOffset = this.calm.matches ? 0 : -now / 40;
            context.beginPath();
            context.arc(0, 0, radius + 19, 0, turn);
            context.stroke();
            context.setLineDash([]);
            context.globalAlpha *= 0.7;
        }
        context.rotate(ship.heading);
        if (ship.dashes) {             // the bow wave: this one hits
            context.fillStyle = colour;
            const alpha = context.globalAlpha;
            context.globalAlpha = alpha * 0.3;
            context.beginPath();
            context.moveTo(radius * 2.1, 0);
            context.quadraticCurveTo(radius * 0.9, radius * 1.5, -radius * 1.2, radius * 1.35);
            context.quadraticCurveTo(radius * 0.1, 0, -radius * 1.2, -radius * 1.35);
            context.quadraticCurveTo(radius * 0.9, -radius * 1.5, radius * 2.1, 0);
            context.fill();
            context.globalAlpha = alpha;
        }
        if (colours.glow) {
            context.shadowColor = colour;
            context.shadowBlur = (ship.mine ? 22 : 12) * this.scale * this.ratio;
        }
        context.fillStyle = colour;
        context.strokeStyle = colours.halo;
        context.lineWidth = ship.mine ? 3.5 : 2;
        context.lineJoin = "round";
        context.beginPath();
        context.moveTo(radius * 1.25, 0);
        context.quadraticCurveTo(radius * 0.55, radius * 0.62, -radius * 0.82, radius * 0.98);
        context.quadraticCurveTo(-radius * 1.02, radius * 0.92, -radius * 0.94, radius * 0.7);
        context.quadraticCurveTo(-radius * 0.55, 0, -radius * 0.94, -radius * 0.7);
        context.quadraticCurveTo(-radius * 1.02, -radius * 0.92, -radius * 0.82, -radius * 0.98);
        context.quadraticCurveTo(radius * 0.55, -radius * 0.62, radius * 1.25, 0);
        context.closePath();
        context.fill();
        context.shadowBlur = 0;
        context.stroke();
        context.fillStyle = colours.halo; // the cockpit, larger the more it carries
        context.globalAlpha *= 0.9;
        context.beginPath();
        context.ellipse(radius * 0.18, 0, radius * 0.36, radius * 0.24, 0, 0, turn);
        context.fill();
        context.restore();
        if (scene.first?.id === ship.id && scene.first.sparks > 0) this.drawCrown(ship.x, ship.y - radius - 24, 1);
    }

    drawCrown(x, y, size) {
        const { context, colours } = this;
        context.save();
        context.translate(x, y);
        context.scale(size, size);
        context.fillStyle = colours.crown;
        context.strokeStyle = colours.halo;
        context.lineWidth = 1.5;
        context.lineJoin = "round";
        context.beginPath();
        context.moveTo(-13, 8);
        context.lineTo(-15, -6);
        context.lineTo(-7, 1);
        context.lineTo(0, -10);
        context.lineTo(7, 1);
        context.lineTo(15, -6);
        context.lineTo(13, 8);
        context.closePath();
        context.fill();
        context.stroke();
        context.restore();
    }

    drawName(ship, { names }) {
        const who = ship.mine ? ship.shielded && { name: "You" } : names.get(ship.id);
        if (!who) return;
        const { context, colours } = this;
        const size = Math.max(13, 11 / this.scale);
        context.globalAlpha = (who.bot ? 0.6 : 0.95) * this.shown.get(ship.id);
        context.font = `${who.bot ? 500 : 650} ${size}px system-ui, sans-serif`;
        context.textAlign = "center";
        context.lineWidth = 3.5;
        context.lineJoin = "round";
        context.strokeStyle = colours.field;
        context.fillStyle = colours.ink;
        const y = ship.y + radiusOf(ship.sparks) + size + (ship.shielded ? 22 : 9);
        const name = `\u2068${who.name}\u2069`; // the number stays behind it, whatever its writing direction
        const text = ship.sparks >= 10 && !ship.mine ? `${name} ${ship.sparks}` : name;
        context.strokeText(text, ship.x, y);
        context.fillText(text, ship.x, y);
        context.globalAlpha = 1;
    }

    drawFlights(ships, seconds) {
        const byId = new Map(ships.map((ship) => [ship.id, ship]));
        this.flights = this.flights.filter((each) => {
            const to = byId.get(each.to);
            each.age += seconds * 6;
            if (!to || each.age >= 1) return false;
            const part = each.age * each.age;
            const sprite = this.sprites[each.size];
            const size = sprite.units * (1 - 0.6 * part);
            this.context.globalAlpha = 1 - 0.6 * part;
            this.context.drawImage(sprite.canvas, each.x + (to.x - each.x) * part - size / 2, each.y + (to.y - each.y) * part - size / 2, size, size);
            this.context.globalAlpha = 1;
            return true;
        });
    }

    drawBits(seconds) {
        const { context } = this;
        this.bits = this.bits.filter((each) => {
            each.age += seconds;
            if (each.age >= each.life) return false;
            each.x += each.speedX * seconds;
            each.y += each.speedY * seconds;
            each.speedX *= Math.exp(-3 * seconds);
            each.speedY *= Math.exp(-3 * seconds);
            context.globalAlpha = 1 - each.age / each.life;
            context.fillStyle = each.colour;
            context.beginPath();
            context.arc(each.x, each.y, each.size, 0, turn);
            context.fill();
            return true;
        });
        this.rings = this.rings.filter((each) => {
            each.age += seconds;
            if (each.age >= each.life) return false;
            const part = each.age / each.life;
            context.globalAlpha = (1 - part) * 0.8;
            context.strokeStyle = each.colour;
            context.lineWidth = 7 * (1 - part) + 1;
            context.beginPath();
            context.arc(each.x, each.y, 14 + each.size * (1 - (1 - part) ** 3), 0, turn);
            context.stroke();
            return true;
        });
        context.globalAlpha = 1;
    }

    /// At the edge of the screen: where the first one is.
    drawPointer({ first, ships }) {
        if (first.sparks === 0 || ships.find((ship) => ship.mine)?.id === first.id) return;
        const shown = ships.find((ship) => ship.id === first.id) ?? first;
        const at = this.toScreen(shown);
        const inside = at.x > 0 && at.y > 0 && at.x < this.width && at.y < this.height;
        if (inside) return;
        const { context } = this;
        const [x, y] = [at.x - this.width / 2, at.y - this.height / 2];
        // Clear of what stands along the edges.
        const [side, top, bottom] = [34, 126, this.width < 640 ? 176 : 82];
        const middle = (this.height + top - bottom) / 2;
        const reach = Math.min((this.width / 2 - side) / Math.abs(x), (y < 0 ? middle - top : this.height - bottom - middle) / Math.abs(y));
        const angle = Math.atan2(y, x);
        context.save();
        const right = this.width / 2 + x * reach;
        const below = middle + y * reach;
        context.translate(right, this.width >= 640 && right > this.width - 262 ? Math.max(below, 270) : below);
        context.fillStyle = this.colours.field;
        context.globalAlpha = 0.85;
        context.beginPath();
        context.arc(0, 0, 19, 0, turn);
        context.fill();
        context.globalAlpha = 1;
        context.rotate(angle);
        context.fillStyle = this.colours.crown;
        context.beginPath();
        context.moveTo(27, 0);
        context.lineTo(18, 7);
        context.lineTo(18, -7);
        context.fill();
        context.rotate(-angle);
        this.drawCrown(0, 1, 0.72);
        context.restore();
    }

    // ── painted once ────────────────────────────────────────────────────────────────────────────────────────────────

    paintDots() {
        const size = 64;
        const fine = Math.max(this.scale * this.ratio, 0.5);
        const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(size * fine), height: Math.round(size * fine) });
        const context = canvas.getContext("2d");
        context.scale(canvas.width / size, canvas.height / size);
        context.fillStyle = this.colours.dot;
        context.beginPath();
        context.arc(size / 2, size / 2, 1.7, 0, turn);
        context.fill();
        const pattern = this.context.createPattern(canvas, "repeat");
        pattern.setTransform(new DOMMatrix().scale(size / canvas.width, size / canvas.height));
        return pattern;
    }

    /// Small ones are dots, bright ones diamonds, gold ones stars: told apart without colour, too.
    paintSpark(size) {
        const units = [0, 30, 44, 62][size];
        const pixels = Math.max(Math.ceil(units * (this.scale ?? 1) * (this.ratio ?? 1)), 8);
        const canvas = Object.assign(document.createElement("canvas"), { width: pixels, height: pixels });
        const context = canvas.getContext("2d");
        const colour = this.colours.sparks[size];
        context.scale(pixels / units, pixels / units);
        context.translate(units / 2, units / 2);
        const halo = context.createRadialGradient(0, 0, 0, 0, 0, units / 2);
        halo.addColorStop(0, colour);
        halo.addColorStop(1, clear(colour));
        context.fillStyle = halo;
        context.globalAlpha = this.colours.glow ? 0.5 : 0.28;
        context.beginPath();
        context.arc(0, 0, units / 2, 0, turn);
        context.fill();
        context.globalAlpha = 1;
        context.fillStyle = colour;
        context.beginPath();
        if (size === 1) {
            context.arc(0, 0, 5, 0, turn);
        } else {
            const points = size === 2 ? 4 : 5;
            const [outer, inner] = size === 2 ? [11, 6] : [16, 7.5];
            for (let i = 0; i < 2 * points; ++i) {
                const reach = i % 2 ? inner : outer;
                context.lineTo(Math.sin((i * Math.PI) / points) * reach, -Math.cos((i * Math.PI) / points) * reach);
            }
            context.closePath();
        }
        context.fill();
        context.fillStyle = "#fff";
        context.globalAlpha = 0.75;
        context.beginPath();
        context.arc(-units * 0.02, -units * 0.025, [0, 1.8, 2.6, 3.6][size], 0, turn);
        context.fill();
        return { canvas, units };
    }
}
