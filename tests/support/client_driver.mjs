// Our own client as a process (tests/interop/driver), steered through its JSON lines: one driver process for a file, any number of
// clients in it. It knows the driver's commands and nothing of what servers do.
//
//   CLIENT_DRIVER  the command to start (default: the release binary)

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import readline from "node:readline";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { Inbox, patience, until, within } from "./wait.mjs";

const built = fileURLToPath(new URL("../../build/release/tests/client_driver", import.meta.url));
const command = (process.env.CLIENT_DRIVER || built).split(/\s+/);
const findings = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|terminate called|Assertion .* failed/;

/// Bytes travel as {"$hex": "00ff"}.
const pack = (given) => {
    if (given instanceof Uint8Array) return { $hex: Buffer.from(given).toString("hex") };
    if (Array.isArray(given)) return given.map(pack);
    if (given !== null && typeof given === "object") return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, pack(each)]));
    return given;
};
const unpack = (given) => {
    if (typeof given?.$hex === "string") return Buffer.from(given.$hex, "hex");
    if (Array.isArray(given)) return given.map(unpack);
    if (given !== null && typeof given === "object") return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, unpack(each)]));
    return given;
};

export class Driver {
    #answers = new Map();
    #lines = new Map();
    #count = 0;
    stderr = "";

    start() {
        // What the caller's shell says of proxies must not change the test.
        const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
        this.process = spawn(command[0], command.slice(1), { env: environment, stdio: ["pipe", "pipe", "pipe"] });
        this.exited = new Promise((resolve) => {
            this.process.once("error", (error) => resolve({ error }));
            this.process.once("exit", (code, signal) => resolve({ code, signal }));
        });
        this.process.stdin.on("error", () => {});
        this.process.stderr.on("data", (text) => (this.stderr = (this.stderr + text).slice(-100_000)));
        readline.createInterface({ input: this.process.stdout }).on("line", (text) => this.#take(JSON.parse(text)));
        void this.exited.then(({ code, signal, error }) => {
            const gone = new Error(`the client driver ended (${error?.message ?? `status ${code}, signal ${signal}`})\n${this.stderr}`);
            for (const { reject } of this.#answers.values()) reject(gone);
            this.#answers.clear();
        });
        return this;
    }

    #take(line) {
        if (line.heard !== undefined) return this.#lines.get(line.client)?.take(line);
        const waiting = this.#answers.get(line.id);
        this.#answers.delete(line.id);
        if (line.error !== undefined) waiting.reject(new Error(line.error));
        else waiting.resolve(unpack(line.result));
    }

    /// The answer to one command; `ms` is how long the test waits for it.
    command(what, ms = 8000) {
        const id = ++this.#count;
        const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
        this.process.stdin.write(JSON.stringify({ id, ...pack(what) }) + "\n");
        return within(answer, `the answer to ${what.do} ${what.event ?? ""}`, ms);
    }

    /// What the resolvers of clients with `resolver: true` answer from now on when they are asked for `host`; nothing: there is no such host.
    name(host, addresses = []) {
        return this.command({ do: "name", host, addresses });
    }

    /// A client that has not been told to connect. It is destroyed with the test.
    async make(t, url, options = {}) {
        const line = new Line(this, `${++this.#count}`);
        this.#lines.set(line.name, line);
        await this.command({ do: "make", client: line.name, url, options });
        t.after(async () => {
            if (!line.destroyed) await line.destroy();
            this.#lines.delete(line.name);
        });
        return line;
    }

    /// A client whose namespace (of the URL) is joined, and whose upgrade is complete if it may upgrade.
    async connect(t, url, options = {}) {
        const line = await this.make(t, url, options);
        await line.connect();
        await line.next("connect");
        if ((options.transports?.length ?? 2) > 1 && options.upgrade !== false && options.transports?.[0] !== "websocket") await line.untilOn("websocket");
        return line;
    }

    async stop() {
        this.process.stdin.end();
        try {
            const { code, signal } = await within(this.exited, "the end of the client driver", 10_000);
            assert.equal(code, 0, `the client driver ended with status ${code}, signal ${signal}\n${this.stderr}`);
        } finally {
            if (this.process.exitCode === null) this.process.kill("SIGKILL");
        }
        assert.doesNotMatch(this.stderr, findings);
    }
}

/// One client of the driver. `nsp` is "" for the namespace of the URL.
class Line {
    #inboxes = new Map();
    /// Everything heard, in its order, as [what, nsp, fact].
    story = [];
    destroyed = false;

    constructor(driver, name) {
        this.driver = driver;
        this.name = name;
    }

    take({ nsp, heard, event, ...facts }) {
        delete facts.client;
        const fact = unpack(facts);
        this.story.push([heard, nsp, event ?? fact.reason ?? fact.attempt ?? fact.message ?? fact.error?.message ?? fact.host]);
        this.#inbox(heard, nsp, event).push(heard === "event" ? fact.args : fact);
    }

    #inbox(heard, nsp, event = "") {
        const key = JSON.stringify([heard, nsp, event]);
        if (!this.#inboxes.has(key)) this.#inboxes.set(key, new Inbox());
        return this.#inboxes.get(key);
    }

    #do(what, more = {}, ms) {
        const nsp = more.nsp === "/" ? "" : more.nsp; // one handle is enough
        return this.driver.command({ do: what, client: this.name, ...more, ...(nsp === undefined ? {} : { nsp }) }, ms);
    }

    /// The next that is heard of this kind: "connect", "disconnect", ... of a namespace, or of the connection ("open", "reconnect", ...).
    next(heard, nsp, ms = 8000) {
        const ofConnection = ["open", "close", "error", "ping", "lookup"].includes(heard) || heard.startsWith("reconnect");
        return this.#inbox(heard, ofConnection ? "" : nsp || "/").next(`${heard} ${nsp ?? ""} of the client, which has heard ${JSON.stringify(this.story.slice(-20))}`, ms);
    }

    /// How many of this kind have come and were not asked for.
    waiting(heard, nsp = "/", event = "") {
        return this.#inbox(heard, nsp, event).size;
    }

    /// The arguments of the next event of this name.
    event(name, nsp = "/", ms = 8000) {
        return this.#inbox("event", nsp, name).next(`the event ${name}; the client has heard ${JSON.stringify(this.story.slice(-20))}`, ms);
    }

    connect(nsp = "") {
        return this.#do("connect", { nsp });
    }

    async join(nsp) {
        await this.connect(nsp);
        return this.next("connect", nsp);
    }

    disconnect(nsp = "") {
        return this.#do("disconnect", { nsp });
    }

    close() {
        return this.#do("close");
    }

    destroy() {
        this.destroyed = true;
        return this.#do("destroy");
    }

    auth(auth, nsp = "") {
        return this.#do("auth", { nsp, auth });
    }

    /// Whether it was taken. `how`: nsp, volatile, compress.
    emit(event, args = [], how = {}) {
        return this.#do("emit", { event, args, ...how });
    }

    /// All arguments of the acknowledgement. `how`: nsp, timeout.
    askAll(event, args = [], how = {}) {
        return this.#do("ask", { event, args, timeout: 8000 * patience, ...how }, 10_000);
    }

    /// The first one.
    async ask(event, ...args) {
        return (await this.askAll(event, args))[0];
    }

    on(event, how, nsp = "") {
        return this.#do("on", { nsp, event, how });
    }

    off(event, nsp = "") {
        return this.#do("off", { nsp, event });
    }

    state(nsp = "") {
        return this.#do("state", { nsp });
    }

    statistics() {
        return this.#do("statistics");
    }

    untilOn(transport) {
        return until(async () => (await this.statistics()).transport === transport, `the transport ${transport}`, 8000);
    }
}

/// One driver for the file.
export function sharedDriver() {
    const driver = new Driver();
    before(() => driver.start());
    after(() => driver.stop());
    return driver;
}
