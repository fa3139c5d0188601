// A TCP relay that can fall silent: while it is cut, bytes go nowhere and nothing is closed, as behind a pulled cable or
// in a tunnel. It knows nothing of what it carries.

import net from "node:net";

export class Relay {
    #server = net.createServer({ allowHalfOpen: true }, (socket) => this.#carry(socket));
    #pairs = new Set();
    #silent = { up: false, down: false };
    #broken = false;
    #held = () => false;

    /// Bytes that have come to be carried.
    bytes = { up: 0, down: 0 };

    /// Listens on a free port and carries to `targetPort` of this machine.
    async start(targetPort) {
        this.targetPort = targetPort;
        await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
        this.port = this.#server.address().port;
        return this;
    }

    /// From now on nothing passes, in both directions or in the one named ("up": to the server, "down": from it). New connections
    /// are accepted by the machine, as they would be by a dead router's neighbour, and hear nothing.
    cut(direction) {
        if (direction !== "down") this.#silent.up = true;
        if (direction !== "up") this.#silent.down = true;
        for (const pair of this.#pairs) this.#apply(pair);
    }

    /// New connections pass again. The old ones stay dead, as after a change of networks; with `{ old: true }` they go on and
    /// deliver what had been under way, as after a short gap.
    mend({ old = false } = {}) {
        this.#broken = false;
        this.#silent = { up: false, down: false };
        for (const pair of this.#pairs) {
            if (old) this.#apply(pair);
            else pair.dead = true;
        }
    }

    /// Connections whose first bytes are like this get no further until `release()`, as behind a slow proxy; the others pass.
    hold(pattern) {
        this.#held = (bytes) => pattern.test(bytes.toString("latin1"));
    }

    release() {
        this.#held = () => false;
        for (const pair of this.#pairs) {
            pair.held = false;
            this.#apply(pair);
        }
    }

    /// Every connection is lost on both sides, as by a reset, and so is each new one until it is mended.
    breakAll() {
        this.#broken = true;
        for (const { near, far } of this.#pairs) {
            near.resetAndDestroy();
            far.resetAndDestroy();
        }
    }

    stop() {
        for (const { near, far } of this.#pairs) {
            near.destroy();
            far.destroy();
        }
        this.#server.close();
    }

    #carry(near) {
        if (this.#broken) return near.resetAndDestroy();
        const far = net.connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true });
        const pair = { near, far, dead: false, up: [], down: [] };
        this.#pairs.add(pair);
        this.#forward(pair, "up", near, far);
        this.#forward(pair, "down", far, near);
        for (const socket of [near, far]) socket.setNoDelay(true);
    }

    /// Data, the end and a reset are all things said: each passes in its order, or waits while there is silence.
    #forward(pair, direction, from, to) {
        const say = (what) => {
            pair[direction].push(what);
            this.#apply(pair);
        };
        from.on("data", (bytes) => {
            this.bytes[direction] += bytes.length;
            pair.held ??= this.#held(bytes);
            say(() => to.write(bytes));
        });
        from.on("end", () => say(() => to.end()));
        from.on("error", () => say(() => to.destroy()));
        from.on("close", () => say(() => { to.destroy(); this.#pairs.delete(pair); }));
    }

    #apply(pair) {
        if (pair.dead || pair.held) return;
        for (const direction of ["up", "down"]) {
            while (!this.#silent[direction] && pair[direction].length > 0) pair[direction].shift()();
        }
    }
}
