// The arena in tests: its server as a process, and players who sit before its page, or speak to the server without one.
//
//   ARENA_SERVER   the command to start (default: the release binary); gets --host, --port and what the test asks for

import { createRequire } from "node:module";
import { AppServer, appCommand } from "./app_server.mjs";
import { until, within } from "./wait.mjs";

const { io } = createRequire(import.meta.url)("socket.io-client");

export class ArenaServer extends AppServer {
    constructor() { super(appCommand("arena", "partyline_arena", "ARENA_SERVER")); }

    async report() { return (await fetch(`http://127.0.0.1:${this.port}/report`)).json(); }
}

/// Somebody at the page. The window is small unless the test says otherwise: a picture is painted without a graphics card here.
export class Player {
    static async arrive(browser, port, name, context = {}) {
        const player = new Player();
        player.name = name;
        player.context = await browser.newContext({ viewport: { width: 720, height: 450 }, ...context });
        player.page = await player.context.newPage();
        player.errors = [];
        player.page.on("pageerror", (error) => player.errors.push(error.message));
        player.page.on("console", (message) => {
            if (/Content Security Policy/.test(message.text())) player.errors.push(message.text());
        });
        await player.page.goto(`http://127.0.0.1:${port}/`);
        if (name) await player.play(name);
        return player;
    }

    async play(name) {
        await this.page.getByLabel("Your name").fill(name);
        await this.page.keyboard.press("Enter");
        await this.page.getByRole("timer").waitFor();
        await until(async () => (await this.state()).me?.ship, `the ship of ${name}`);
    }

    /// What this page knows: its own ship and those that it sees, as the last snapshot has them.
    state() {
        return this.page.evaluate(() => {
            const { world, names, socket, board } = globalThis.arena;
            const last = world.snapshots.at(-1);
            const ships = (last?.ships ?? []).map(({ id, x, y, sparks, dashes, shielded }) => ({ id, x, y, sparks, dashes, shielded, name: names.get(id)?.name, bot: names.get(id)?.bot }));
            return { connected: socket.connected, tick: last?.tick, phase: world.phase, field: world.field, sparks: [...world.sparks.values()].map(({ x, y }) => ({ x, y })), ships,
                     me: world.me ? { id: world.me, ship: ships.find((ship) => ship.id === world.me), flown: world.ship && { ...world.ship } } : null,
                     names: [...names.values()].map((one) => one.name), board: board() };
        });
    }

    async where(name) { return (await this.state()).ships.find((ship) => ship.name === name); }

    leave() { return this.context.close(); }
}

/// A connection without a page: what a program can send, good or not.
export async function connectLine(port, options = {}) {
    const line = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], reconnection: false, forceNew: true, ...options });
    await within(new Promise((resolve, reject) => line.once("connect", resolve).once("connect_error", reject)), "a line");
    return line;
}
