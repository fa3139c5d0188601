// Runs the command line tool, and reads what it prints. It knows processes and lines, and nothing of what they say.
//
//   PARTYLINE_TOOL   the program (default: the release)

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { until, within } from "./wait.mjs";

export const program = process.env.PARTYLINE_TOOL ?? fileURLToPath(new URL("../../build/release/apps/partyline/partyline", import.meta.url));

// Neither proxies nor colours of the caller's shell change a test.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/proxy|^NO_COLOR$|^PARTYLINE_AUTH$/i.test(name)));

export class Tool {
    constructor(words, { input = "ignore", env = {}, stdout = "pipe", command = program } = {}) {
        const source = input === "ignore" ? "ignore" : "pipe";
        this.process = spawn(command, words.map(String), { stdio: [source, stdout, "pipe"], env: { ...environment, ...env } });
        this.stdout = "";
        this.stderr = "";
        this.process.stdout?.setEncoding("utf8").on("data", (text) => (this.stdout += text));
        this.process.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
        this.exited = new Promise((resolve) => this.process.once("close", (code, signal) => resolve(signal ?? code)));
        if (source === "pipe") {
            this.process.stdin.on("error", () => {}); // it may leave before it has read all
            if (input !== "open") this.process.stdin.end(input);
        }
    }

    write(...lines) {
        for (const line of lines) this.process.stdin.write((typeof line === "string" ? line : JSON.stringify(line)) + "\n");
    }

    get lines() {
        return this.stdout.split("\n").filter(Boolean);
    }
    get json() {
        return this.lines.map((line) => JSON.parse(line));
    }
    /// Of standard error.
    said(pattern, ms) {
        return until(() => pattern.exec(this.stderr), `${pattern} in: ${this.stderr}`, ms);
    }
    printed(count, ms) {
        return until(() => this.lines.length >= count, `${count} lines in: ${this.stdout}`, ms);
    }
    /// The exit code, or the signal that ended it.
    end(ms = 15_000) {
        return within(this.exited, `the end of partyline; it said: ${this.stderr}`, ms);
    }
    kill(signal = "SIGKILL") {
        if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    }
}

/// One run for the test `t`, which is left to go on.
export function start(t, words, options) {
    const tool = new Tool(words, options);
    t.after(() => tool.kill());
    return tool;
}

/// One run from beginning to end.
export async function run(t, words, options) {
    const tool = start(t, words, options);
    tool.code = await tool.end();
    return tool;
}
