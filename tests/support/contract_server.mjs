// Starts the contract server as a process of its own, on a free port, and ends it. It knows the environment switches
// by name only; what the server does with them stands in docs/protocol. Every test that needs a server comes here.
//
//   CONTRACT_SERVER     the command to start (default: the release binary)
//   CONTRACT_REFERENCE  1: that command is the official system; what ours does otherwise on purpose is skipped

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import http from "node:http";
import { fileURLToPath } from "node:url";
import { after, before } from "node:test";
import { patience, until, within } from "./wait.mjs";

const built = fileURLToPath(new URL("../../build/release/apps/contract/partyline_contract", import.meta.url));

export const command = (process.env.CONTRACT_SERVER || built).split(/\s+/);
export const isReference = process.env.CONTRACT_REFERENCE === "1";

/// Memory and speed say nothing of the program when a sanitizer is built into it.
export const isSanitized = /\/(asan|tsan)\//.test(command.join(" "));

/// Option for a test that asserts a departure from the official server: `test(name, ours("why"), ...)`.
export const ours = (why) => ({ skip: isReference && `differs from the official server on purpose: ${why}` });

const findings = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|terminate called|Assertion .* failed/;

export class ContractServer {
    /// `program`: another server with the same switches and the same READY, as words.
    constructor(environment = {}, program = command) {
        this.environment = environment;
        this.program = program;
        this.scheme = environment.TLS_CERT ? "https" : "http";
        this.host = environment.HOST ?? "127.0.0.1";
        this.stderr = "";
    }

    async start() {
        // Only what a process needs is inherited: a PORT or MODE of the caller's shell must not change the test.
        const inherited = Object.fromEntries(
            Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LANG|LC_.*|TMPDIR|NODE_.*|.*SAN_OPTIONS)$/.test(name)),
        );
        const environment = { ...inherited, PORT: "0" };
        for (const [name, value] of Object.entries(this.environment)) environment[name] = String(value);
        this.stderr = "";
        this.process = spawn(this.program[0], this.program.slice(1), { env: environment, stdio: ["ignore", "pipe", "pipe"] });
        this.exited = new Promise((resolve) => {
            this.process.once("error", (error) => resolve({ error }));
            this.process.once("exit", (code, signal) => resolve({ code, signal }));
        });
        this.process.stderr.on("data", (text) => (this.stderr = (this.stderr + text).slice(-100_000)));
        const ready = new Promise((resolve) => {
            let stdout = "";
            this.process.stdout.on("data", (text) => {
                stdout += text;
                const match = /READY (\d+)\n/.exec(stdout);
                if (match) resolve(Number(match[1]));
            });
        });
        const ended = this.exited.then(({ code, signal, error }) => {
            throw new Error(`${this.program[0]} did not start (${error?.message ?? `status ${code}, signal ${signal}`})\n${this.stderr}`);
        });
        ended.catch(() => {});
        try {
            this.port = await within(Promise.race([ready, ended]), "READY", 20_000);
        } catch (error) {
            this.process.kill("SIGKILL");
            throw error;
        }
        return this;
    }

    get pid() {
        return this.process.pid;
    }

    /// host:port as it stands in a URL.
    get authority() {
        return `${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
    }

    get url() {
        return `${this.scheme}://${this.authority}`;
    }

    get running() {
        return this.process.exitCode === null && this.process.signalCode === null;
    }

    /// The counts of `GET /state`, each time over a connection of its own.
    state() {
        return within(
            new Promise((resolve, reject) => {
                const { host, port } = this;
                const request = http.get({ host, port, path: "/state", agent: false }, (response) => {
                    let body = "";
                    response.setEncoding("utf8");
                    response.on("data", (text) => (body += text));
                    response.on("end", () => {
                        try {
                            resolve(JSON.parse(body));
                        } catch (error) {
                            reject(error);
                        }
                    });
                    response.on("error", reject);
                });
                request.on("error", reject);
            }),
            "GET /state",
        );
    }

    /// Waits until nobody is connected any more and nothing is left of those who were; with `before`, a state of
    /// earlier, until no more is there than was then.
    async untilEmpty(before = { connections: 0, sockets: 0, rooms: 0 }, ms = 5000) {
        let last;
        try {
            await until(async () => {
                last = await this.state();
                return ["connections", "sockets", "rooms"].every((table) => last[table] <= before[table]);
            }, "empty tables", ms);
        } catch (late) {
            throw new Error(`${late.message}: ${JSON.stringify(last)}`);
        }
        return last;
    }

    /// Ends it as a fault would: nothing is said to anybody. `start()` begins again, on the same port if `environment.PORT` says it.
    async kill() {
        this.process.kill("SIGKILL");
        await within(this.exited, "the end after SIGKILL");
    }

    /// Ends it as an operator would. Anything but status 0 within five seconds is a failure, and so is any finding
    /// of a sanitizer on the way.
    async stop() {
        if (!this.process) return;
        if (this.running) this.process.kill("SIGTERM");
        try {
            const { code, signal } = await within(this.exited, "the end after SIGTERM", 5000);
            assert.equal(code, 0, `the server ended with status ${code}, signal ${signal}\n${this.stderr}`);
        } finally {
            if (this.running) this.process.kill("SIGKILL");
        }
        assert.doesNotMatch(this.stderr, findings);
    }
}

/// One server for the test or suite `context`, ended with it.
export async function startServer(context, environment) {
    const server = await new ContractServer(environment).start();
    context.after(() => server.stop());
    return server;
}

/// One server for the enclosing `describe` or file.
export function sharedServer(environment) {
    const server = new ContractServer(environment);
    before(() => server.start());
    after(() => server.stop());
    return server;
}

export { patience };
