// A server of an app as a process of its own, on a free port: it has to print `READY <port>`.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { within } from "./wait.mjs";

/// Where the release of an app stands; a command in the environment replaces it.
export const appCommand = (app, program, variable) =>
    (process.env[variable] || fileURLToPath(new URL(`../../build/release/apps/${app}/${program}`, import.meta.url))).split(/\s+/);

export class AppServer {
    constructor(command) {
        this.command = command;
        this.errors = "";
    }

    async start(...given) {
        const [program, ...first] = this.command;
        this.process = spawn(program, [...first, "--host", "127.0.0.1", ...(given.includes("--port") ? [] : ["--port", "0"]), ...given.map(String)], { stdio: ["ignore", "pipe", "pipe"] });
        this.exited = new Promise((resolve) => {
            this.process.once("exit", (code, signal) => resolve({ code, signal }));
            this.process.once("error", (error) => resolve({ error }));
        });
        this.process.stderr.on("data", (text) => (this.errors = (this.errors + text).slice(-100_000)));
        const ready = new Promise((resolve) => {
            let text = "";
            this.process.stdout.on("data", (piece) => {
                text += piece;
                const match = /READY (\d+)\n/.exec(text);
                if (match) resolve(Number(match[1]));
            });
        });
        const ended = this.exited.then(({ code, signal, error }) => {
            throw new Error(`${program} did not start: ${error?.message ?? `status ${code}, signal ${signal}`}\n${this.errors}`);
        });
        ended.catch(() => {});
        this.port = await within(Promise.race([ready, ended]), "READY", 20_000);
        return this;
    }

    get running() { return this.process.exitCode === null && this.process.signalCode === null; }

    /// Ends it as an administrator does; answers how it ended.
    async stop() {
        this.process.kill("SIGTERM");
        return within(this.exited, "the end of the server", 10_000).catch((late) => {
            this.process.kill("SIGKILL");
            throw late;
        });
    }
}
