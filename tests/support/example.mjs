// The programs of apps/examples, started for one test each: servers that say READY with their port, and clients that say what they see.
//
//   EXAMPLES   the folder of the programs (default: the release)

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until, within } from "./wait.mjs";

export const folder = process.env.EXAMPLES ?? fileURLToPath(new URL("../../build/release/apps/examples", import.meta.url));

function launch(name, words) {
    const child = spawn(join(folder, `example_${name}`), words, { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    return { child, exited, output: () => output };
}

/// Starts the server of that name; answers its ports, and how to talk to the process.
export async function start(t, name, ...words) {
    const { child, exited, output } = launch(name, words);
    t.after(async () => {
        child.kill("SIGTERM");
        const { code, signal } = await within(exited, "the end of the example", 8000).finally(() => child.kill("SIGKILL"));
        if (name !== "15_embedding") assert.deepEqual([code, signal], [0, null], `the end of ${name}`);
    });
    await until(() => /READY .*\n/.test(output()), `READY of ${name}`, 10_000);
    const ports = /READY (.*)\n/.exec(output())[1].split(" ").map(Number);
    const servers = ports.map((port) => ({ url: `http://127.0.0.1:${port}`, port }));
    return { ...servers[0], servers, child, exited, output };
}

/// Starts the client of that name; answers how to wait for a line of its output, to type one, and to wait for its end.
export function run(t, name, ...words) {
    const { child, exited, output } = launch(name, words);
    t.after(() => child.kill("SIGKILL"));
    const lines = () => output().split("\n").slice(0, -1);
    return {
        lines,
        says: (line) => until(() => lines().some((each) => (line instanceof RegExp ? line.test(each) : each === line)), `"${line}" of ${name}, which said ${JSON.stringify(lines())}`, 10_000),
        type: (line) => child.stdin.write(`${line}\n`),
        /// Its status, and all that it said.
        end: async () => {
            child.stdin.end();
            const { code, signal } = await within(exited, `the end of ${name}`, 10_000);
            return [signal ?? code, ...lines()];
        },
    };
}
