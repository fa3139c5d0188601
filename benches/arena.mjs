#!/usr/bin/env node
// The arena as a load: a server, bots in a process of their own, browsers; prints how punctual the ticks are and what a player costs, as a
// section for docs/performance. The server has a core of its own, the first one; the bots have the second, the browsers the rest,
// or share the bots' where there is none. What others did on the machine meanwhile is said, too.
//
//   node benches/arena.mjs [--bots 300] [--browsers 3] [--seconds 60] [--updates 30] [--json]

import { execFileSync, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ArenaServer, Player } from "../tests/support/arena_field.mjs";
import { launchBrowser } from "../tests/support/browser.mjs";
import { pause, until, within } from "../tests/support/wait.mjs";

const { values } = parseArgs({ options: { bots: { type: "string", default: "300" }, browsers: { type: "string", default: "3" }, seconds: { type: "string", default: "60" },
                                          updates: { type: "string", default: "30" }, json: { type: "boolean", default: false } } });
const [bots, browsers, seconds, updates] = [values.bots, values.browsers, values.seconds, values.updates].map(Number);
if (!(seconds >= 60)) throw new Error("--seconds: 60 or more; the server keeps the ticks of a minute, and those of the warm-up are not to be among them");
const warmUp = 20;                     // seconds: the field grows with its players, and while it is small everybody sees everybody

// ── whose core, and whose processor time ────────────────────────────────────────────────────────────────────────────

/// The cores that this process may use: from "0-2,5" to [0, 1, 2, 5].
const cores = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync("/proc/self/status", "utf8"))[1].split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});
const pin = (pid, ...to) => execFileSync("taskset", ["-a", "-c", "-p", to.join(), String(pid)], { stdio: "ignore" });
const [serversCore, botsCore] = [cores[0], cores[1] ?? cores[0]];
const browsersCores = cores.length > 2 ? cores.slice(2) : [botsCore];

/// Hundredths of a second: what the whole machine has worked, and of it this process with all that it has started.
function work() {
    const [user, nice, system, , , interrupts, soft] = /^cpu +(.*)$/m.exec(readFileSync("/proc/stat", "utf8"))[1].split(" ").map(Number);
    const parents = new Map();
    const used = new Map();
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)) {
        try {
            const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
            const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
            parents.set(pid, fields[1]);
            used.set(pid, fields[11] + fields[12]);
        } catch { /* it has just ended */ }
    }
    const isOurs = (pid) => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
    return { machine: user + nice + system + interrupts + soft, ours: [...used].reduce((sum, [pid, ticks]) => sum + (isOurs(pid) ? ticks : 0), 0) };
}

// ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────────

pin(process.pid, ...browsersCores);    // and so all that it starts from here on
const server = await new ArenaServer().start("--updates", updates, "--seed", 1);
pin(server.process.pid, serversCore);
const program = fileURLToPath(new URL("../build/release/apps/arena/partyline_arena_bots", import.meta.url));
const company = bots > 0 && spawn(program, [String(bots), `http://127.0.0.1:${server.port}`], { stdio: "ignore" });
const gone = company && new Promise((resolve) => company.once("exit", resolve));
if (company) pin(company.pid, botsCore);
const browser = browsers > 0 && (await launchBrowser());
try {
    await until(async () => (await server.report()).players === bots, "the bots", 60_000);
    const people = [];
    for (let i = 0; i < browsers; ++i) people.push(await Player.arrive(browser, server.port, `Person ${i + 1}`));
    for (const { page } of people) await page.keyboard.down("ArrowRight");
    await pause(warmUp * 1000);

    const [first, before, began] = [await server.report(), work(), performance.now()];
    const samples = [];
    while (performance.now() - began < seconds * 1000) {
        await pause(10_000);           // what a report says besides the ticks is of the last ten seconds
        samples.push(await server.report());
    }
    const [last, after, took] = [samples.at(-1), work(), (performance.now() - began) / 1000];
    const spread = (name) => {
        const all = samples.map((each) => each[name]).sort((a, b) => a - b);
        return { median: all[(all.length - 1) >> 1], least: all[0], most: all.at(-1) };
    };
    const found = { bots, browsers, updates, seconds, players: last.players, cores: cores.length,
                    foreign_cores: (after.machine - before.machine - after.ours + before.ours) / 100 / took,
                    ticks_per_second: (last.tick - first.tick) / took, tick_interval_ms: last.tick_interval_ms, tick_work_ms: last.tick_work_ms,
                    cpu_percent: spread("cpu_percent"), bytes_per_player_second: spread("bytes_per_socket_second"),
                    writes_per_player_second: spread("writes_per_socket_second"), missed: last.missed - first.missed };
    if (values.json) console.log(JSON.stringify(found));
    else print(found);
    for (const person of people) await person.leave();
} finally {
    if (browser) await browser.close();
    if (company) {
        company.kill("SIGTERM");
        await within(gone, "the end of the bots", 15_000).catch(() => company.kill("SIGKILL"));
    }
    await server.stop();
}

function print(found) {
    const ticks = ({ p50, p99, max }) => `${p50.toFixed(2)} | ${p99.toFixed(2)} | ${max.toFixed(2)}`;
    const windows = ({ median, least, most }) => [median, least, most].map((each) => each.toLocaleString("en", { maximumFractionDigits: 1 })).join(" | ");
    console.log(`${found.bots} bots and ${found.browsers} browsers, ${found.updates} snapshots a second; ${found.seconds} s after a warm-up of ${warmUp} s. ` +
                `The server has a core of its own, bots${found.cores > 2 ? " and browsers others" : " and browsers share another"}. ` +
                `Others used ${found.foreign_cores.toFixed(2)} cores meanwhile${found.foreign_cores > 0.1 ? ": **this run was disturbed**" : ""}.\n`);
    console.log("| milliseconds, of the last minute | p50 | p99 | worst |\n|---|---|---|---|");
    console.log(`| between two ticks; 16.67 is meant | ${ticks(found.tick_interval_ms)} |\n| work of a tick | ${ticks(found.tick_work_ms)} |\n`);
    console.log("| in windows of 10 s | median | least | most |\n|---|---|---|---|");
    console.log(`| the server's processor time, % of a core | ${windows(found.cpu_percent)} |\n| bytes to a player and second, framing included | ${windows(found.bytes_per_player_second)} |`);
    console.log(`| system calls that send, for a player and second | ${windows(found.writes_per_player_second)} |\n`);
    console.log(`${found.ticks_per_second.toFixed(2)} ticks a second; ${found.missed} of ${Math.round(found.players * found.updates * found.seconds).toLocaleString("en")} snapshots were dropped because somebody could not take them at once.`);
}
