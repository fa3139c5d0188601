// People in the chat room who sit before a terminal: in plain lines, or in a pseudo-terminal that is read as a person reads it.
//
//   CHAT_TERMINAL   the command to start (default: the release binary); gets the URL, --name and --plain

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Paper } from "./paper.mjs";
import { until, within } from "./wait.mjs";

const built = fileURLToPath(new URL("../../build/release/apps/chat/terminal/partyline_chat_terminal", import.meta.url));
const pseudoTerminal = fileURLToPath(new URL("pseudo_terminal.py", import.meta.url));
const command = (process.env.CHAT_TERMINAL || built).split(/\s+/);

/// Plain lines in and out.
export class PlainGuest {
    lines = [];
    bytes = "";

    /// `name` may be empty: then the program asks.
    constructor(port, name, ...words) {
        this.name = name;
        this.process = spawn(command[0], [...command.slice(1), `http://127.0.0.1:${port}`, "--plain", ...(name ? ["--name", name] : []), ...words]);
        this.exited = new Promise((resolve) => this.process.once("exit", (code, signal) => resolve({ code, signal })));
        this.process.stdout.setEncoding("utf8").on("data", (text) => (this.bytes += text));
        createInterface({ input: this.process.stdout, crlfDelay: 0 }).on("line", (line) => this.lines.push(line));
        this.errors = "";
        this.process.stderr.on("data", (text) => (this.errors += text));
        this.process.stdin.on("error", () => {}); // it has gone before it has read all
    }

    static async arrive(port, name, ...words) {
        const guest = new PlainGuest(port, name, ...words);
        await guest.reads(`[note] Welcome, ${name}: you are on the line. /help lists what you can do.`);
        return guest;
    }

    say(text) { this.process.stdin.write(`${text}\n`); }
    reads(line, ms = 8000) { return until(() => this.lines.includes(line), `${this.name} to read '${line}', not only\n${this.lines.join("\n")}\n${this.errors}`, ms); }
    /// What was said to all, in order.
    get said() { return this.lines.filter((line) => line.startsWith("[all] ")).map((line) => line.slice(6)); }

    /// Answers the exit status.
    async quit() {
        this.say("/quit");
        return (await within(this.exited, `${this.name} to go`, 8000)).code;
    }
    async end() {
        if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill("SIGKILL");
        await this.exited;
    }
}

/// Before a terminal that can be drawn on.
export class DrawnGuest {
    raw = "";
    stops = 0;

    constructor(port, name, { columns = 60, rows = 16, environment = {} } = {}) {
        this.name = name;
        this.paper = new Paper(columns, rows);
        const words = [...command, `http://127.0.0.1:${port}`, ...(name ? ["--name", name] : [])];
        this.process = spawn("python3", [pseudoTerminal, String(columns), String(rows), ...words],
            { env: { ...process.env, TERM: "xterm-256color", NO_COLOR: "", ...environment }, stdio: ["pipe", "pipe", "inherit"] });
        const decoder = new TextDecoder();
        this.exited = new Promise((resolve) => {
            createInterface({ input: this.process.stdout }).on("line", (line) => {
                const told = JSON.parse(line);
                if (told.bytes) {
                    const text = decoder.decode(Buffer.from(told.bytes, "base64"), { stream: true });
                    this.raw += text;
                    this.paper.write(text);
                }
                if (told.pid) this.pid = told.pid;
                if (told.stopped) ++this.stops;
                if ("status" in told) resolve(told);
            });
        });
    }

    #order(what) { this.process.stdin.write(`${JSON.stringify(what)}\n`); }
    press(keys) { this.#order({ keys }); }
    signal(name) { this.#order({ signal: name, pid: this.pid }); }
    resize(columns, rows) {
        this.paper.resize(columns, rows);
        this.#order({ size: [columns, rows] });
    }

    /// The rows, without the times before them.
    get rows() { return this.paper.rows.map((row) => row.replace(/^\d\d:\d\d /, "")); }
    get all() { return this.paper.all.map((row) => row.replace(/^\d\d:\d\d /, "")); }
    sees(row, ms = 8000) {
        const fits = (one) => (typeof row === "string" ? one === row : row.test(one));
        return until(() => this.rows.some(fits), `${this.name} to see '${row}'`, ms).catch((late) => { throw new Error(`${late.message}, not only\n${this.rows.join("\n")}`); });
    }
    /// Resolves with how it ended, when all that it wrote has been read.
    async gone() {
        const ended = await within(this.exited, `${this.name} to go`, 8000);
        await this.end();
        return ended;
    }
    async end() {
        if (this.process.exitCode !== null) return;
        const over = new Promise((resolve) => this.process.once("exit", resolve));
        if (this.pid) try { process.kill(this.pid, 0) && (await this.#kill()); } catch { /* gone */ }
        this.process.stdin.end();
        await within(over, "the end of the pseudo-terminal", 8000);
    }
    async #kill() {
        let gone = false;
        this.exited.then(() => (gone = true));
        await new Promise(setImmediate);
        if (!gone) process.kill(this.pid, "SIGKILL");
    }
}
