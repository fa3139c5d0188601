// The chat room from a terminal, with a second terminal and an official client in the same room: through the whole story, and what
// happens when the network goes silent, when others mean harm, and to the terminal itself.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ChatServer } from "../support/chat_room.mjs";
import { ask, dial, next } from "../support/official_client.mjs";
import { Relay } from "../support/relay.mjs";
import { DrawnGuest, PlainGuest } from "../support/terminal_chat.mjs";
import { until, within } from "../support/wait.mjs";

/// Runs the story with a server of its own; nobody is left behind.
async function inTheRoom(t, story, options = {}) {
    const server = await new ChatServer().start(options);
    const after = [];
    const keep = (one) => (after.push(() => one.end()), one);
    const room = {
        server,
        /// Plain lines.
        arrive: async (name, { port = server.port } = {}) => keep(await PlainGuest.arrive(port, name)),
        /// A terminal.
        sit: async (name, { port = server.port, ...how } = {}) => {
            const guest = keep(new DrawnGuest(port, name, how));
            if (name) await guest.sees(/^Welcome, /);
            return guest;
        },
        /// The official client, with what it has heard.
        client: async (name) => {
            const client = dial(t, { url: `http://127.0.0.1:${server.port}` }, "/", { transports: ["websocket"], auth: { name, tag: randomBytes(8).toString("hex"), rooms: [] } });
            const heard = [];
            client.on("updated_chat", (who, message) => heard.push([who.name, message.text]));
            [client.me] = await next(client, "welcome");
            let last = 0;
            client.say = (text, rest = {}) => ask(client, "new_text", { id: ++last, to: "", text, image: null, image_type: "", ...rest });
            return Object.assign(client, { heard });
        },
        relay: async () => {
            const relay = await new Relay().start(room.server.port);
            after.push(() => relay.stop());
            return relay;
        },
    };
    try {
        await story(room);
    } finally {
        for (const end of after) await end();
        assert.equal((await room.server.stop()).code, 0, "the server's exit status");
    }
}

const controls = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

describe("the chat room from a terminal", { concurrency: 4 }, () => {
    test("the newcomer alone is greeted, the others hear of it, and a message reaches all", (t) => inTheRoom(t, async ({ arrive, client }) => {
        const ada = await arrive("Ada");
        const bob = await arrive("Bob");
        const cleo = await client("Cleo");
        await ada.reads("[note] Cleo came in.");
        await bob.reads("[note] Cleo came in.");
        assert.deepEqual(ada.lines.filter((line) => line.startsWith("[note]")),
            ["[note] Welcome, Ada: you are on the line. /help lists what you can do.", "[note] Bob came in.", "[note] Cleo came in."]);
        ada.say("Good morning");
        await bob.reads("[all] Ada: Good morning");
        await ada.reads("[all] Ada: Good morning");
        assert.deepEqual(await cleo.say("From a browser, more or less"), { delivered: true, why: "" });
        await ada.reads("[all] Cleo: From a browser, more or less");
        bob.say("//help is said, not obeyed, with two strokes");
        await ada.reads("[all] Bob: /help is said, not obeyed, with two strokes");
        await until(() => cleo.heard.length === 3, "Cleo to hear all");
        assert.deepEqual(cleo.heard.map(([who]) => who), ["Ada", "Cleo", "Bob"]);
        bob.say("/who");
        await bob.reads("[note] 3 people here: Ada, Bob (you), Cleo.");
        assert.equal(await bob.quit(), 0);
        await ada.reads("[note] Bob left.");
    }));

    test("a room is heard by those who joined it", (t) => inTheRoom(t, async ({ arrive, client }) => {
        const [ada, bob, cleo] = [await arrive("Ada"), await arrive("Bob"), await client("Cleo")];
        ada.say("/join garden");
        bob.say("/join #garden");
        await ada.reads("[note] You are in #garden. Only those who joined it read along.");
        await bob.reads("[note] You are in #garden. Only those who joined it read along.");
        ada.say("Among us gardeners");
        await bob.reads("[#garden] Ada: Among us gardeners");
        bob.say("/rooms");
        await bob.reads("    #garden, 2 people, you too");
        bob.say("/who garden");
        await bob.reads("[note] 2 people in #garden: Ada, Bob (you).");
        bob.say("/to");
        bob.say("To everybody again");
        await ada.reads("[all] Bob: To everybody again");
        ada.say("/leave");
        await ada.reads("[note] You have left #garden.");
        bob.say("/to #garden");
        bob.say("Alone with the roses");
        await bob.reads("[#garden] Bob: Alone with the roses");
        ada.say("Done");
        await bob.reads("[all] Ada: Done");
        assert.ok(!ada.lines.some((line) => line.includes("roses")));
        await until(() => cleo.heard.length === 2, "Cleo to hear what was for all");
        assert.deepEqual(cleo.heard.map(([, text]) => text), ["To everybody again", "Done"]);
    }));

    test("a private message is for two", (t) => inTheRoom(t, async ({ arrive, client }) => {
        const [ada, bob, cleo] = [await arrive("Ada Lovelace"), await arrive("Bob"), await client("Cleo")];
        await ada.reads("[note] Cleo came in.");
        bob.say("/msg ada lovelace Between us");
        await ada.reads("[private] Bob: Between us");
        await bob.reads("[private to Ada Lovelace] Bob: Between us");
        ada.say("/to Cleo");
        ada.say("And between us two");
        await ada.reads("[private to Cleo] Ada Lovelace: And between us two");
        await until(() => cleo.heard.length === 1, "Cleo to hear hers");
        assert.deepEqual(cleo.heard, [["Ada Lovelace", "And between us two"]]);
        bob.say("/msg Nobody hello");
        await bob.reads("[trouble] There is nobody of that name; /who lists those who are here.");
        assert.ok(!bob.lines.some((line) => line.includes("us two")));
        const another = await client("Bob");
        ada.say("/msg Bob which of you?");
        await ada.reads("[trouble] Several people are called Bob. Name one of them by the id:");
        ada.say(`/msg ${another.me.id} you`);
        await until(() => another.heard.length === 1, "the other Bob to hear it");
        assert.deepEqual(another.heard, [["Ada Lovelace", "you"]]);
    }));

    test("who says goodbye left, who is killed is away, and left when the time is up", (t) => inTheRoom(t, async ({ arrive }) => {
        const ada = await arrive("Ada");
        const guests = { Bob: await arrive("Bob"), Cleo: await arrive("Cleo"), Dan: await arrive("Dan"), Eve: await arrive("Eve") };
        guests.Bob.say("/quit");
        guests.Cleo.process.stdin.end();
        guests.Dan.process.kill("SIGTERM");
        for (const name of ["Bob", "Cleo", "Dan"]) {
            await ada.reads(`[note] ${name} left.`);
            assert.equal((await within(guests[name].exited, `${name} to end`)).code, 0, name);
        }
        guests.Eve.process.kill("SIGKILL");
        await ada.reads("[note] Eve is away: the line broke.");
        await ada.reads("[note] Eve left.");
        assert.ok(!ada.lines.some((line) => /(Bob|Cleo|Dan) is away/.test(line)));
    }, { recovery: 1 }));

    test("a script's lines are all said, in order, before it leaves", (t) => inTheRoom(t, async ({ server, arrive, client }) => {
        const cleo = await client("Cleo");
        const script = new PlainGuest(server.port, "");
        t.after(() => script.end());
        const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`);
        // As many at once as may wait for their acknowledgement, and no more until they are heard.
        script.process.stdin.write(`Robot\n${lines.slice(0, 50).join("\n")}\n`);
        await until(() => cleo.heard.length === 50, "the first lines");
        script.process.stdin.end(lines.slice(50).join("\n"));
        assert.equal((await within(script.exited, "the script to end", 20_000)).code, 0);
        await until(() => cleo.heard.length === 300, "all lines");
        assert.deepEqual(cleo.heard, lines.map((line) => ["Robot", line]));
        const wordy = await arrive("Wordy");
        wordy.process.stdin.end("x".repeat(4001));
        assert.equal((await within(wordy.exited, "the end of Wordy")).code, 1);
        assert.ok(wordy.lines.some((line) => line.startsWith("[trouble] Not delivered: A text has at most 4,000 characters. It was: xxx")));
        const nameless = new PlainGuest(server.port, "x".repeat(33));
        nameless.process.stdin.end();
        assert.equal((await within(nameless.exited, "the refusal")).code, 1);
        assert.deepEqual(nameless.lines, ["[line] Connecting", "[trouble] A name has 1 to 32 characters."]);
    }));

    test("whose lines nobody reads leaves, and can be ended while it waits for a reader", (t) => inTheRoom(t, async ({ arrive, client }) => {
        const [ada, bob, cleo] = [await arrive("Ada"), await arrive("Bob"), await client("Cleo")];
        ada.process.stdout.destroy();
        await cleo.say("to nobody");
        await bob.reads("[note] Ada left.");
        assert.equal((await within(ada.exited, "Ada to end")).code, 0);
        bob.process.stdout.pause();
        for (let i = 0; i < 600; ++i) await cleo.say("x".repeat(4000));
        bob.process.kill("SIGTERM");
        assert.equal((await within(bob.exited, "Bob to end")).code, 0);
    }));

    test("across a silent cut each message arrives once, in order, and who returns was away", (t) => inTheRoom(t, async ({ arrive, relay, client }) => {
        const line = await relay();
        const ada = await arrive("Ada", { port: line.port });
        const [bob, cleo] = [await arrive("Bob"), await client("Cleo")];
        ada.say("before");
        await bob.reads("[all] Ada: before");
        line.cut();
        for (let i = 0; i < 5; ++i) ada.say(`cut off ${i}`);
        bob.say("can you hear me?");
        await bob.reads("[note] Ada is away: the line broke.", 15_000);
        await ada.reads("[line] Line lost, trying again. What you write is kept.", 15_000);
        ada.say("still there");
        line.mend();
        await ada.reads("[note] You are back; nothing was missed.", 15_000);
        await bob.reads("[note] Ada is back.");
        await bob.reads("[all] Ada: still there");
        ada.say("after");
        await bob.reads("[all] Ada: after");
        await ada.reads("[all] Ada: after");
        await until(() => cleo.heard.length >= 9, "Cleo to hear all");
        const expected = ["Ada: before", "Bob: can you hear me?", ...[0, 1, 2, 3, 4].map((i) => `Ada: cut off ${i}`), "Ada: still there", "Ada: after"];
        for (const guest of [ada, bob]) assert.deepEqual(guest.said, expected, guest.name);
        assert.deepEqual(cleo.heard.map(([who, text]) => `${who}: ${text}`), expected);
    }));

    test("what was said while the server restarted is said once to those who are back", (t) => inTheRoom(t, async (room) => {
        const line = await room.relay();
        const ada = await room.arrive("Ada", { port: line.port });
        ada.say("/join garden");
        ada.say("before");
        await ada.reads("[#garden] Ada: before");
        const old = room.server;
        await old.stop();
        await ada.reads("[line] Line lost, trying again. What you write is kept.");
        ada.say("in between");
        ada.say("/quit");
        await ada.reads("[note] 1 message is not delivered yet. Once more, and you leave without.");
        room.server = await new ChatServer().start();
        line.targetPort = room.server.port;
        await ada.reads("[note] You are on the line again, as a newcomer: you were away for too long to catch up.", 10_000);
        await ada.reads("[#garden] Ada: in between");
        ada.say("/who #garden");
        await ada.reads("[note] 1 person in #garden: Ada (you).");
        assert.equal(ada.lines.filter((text) => text.includes("in between")).length, 1);
        assert.equal(await ada.quit(), 0);
    }));

    test("nothing that others write is obeyed by a terminal", (t) => inTheRoom(t, async ({ arrive, sit, client }) => {
        const hostile = "\x1b]0;owned\x07\x1b[2J\x1b[H\x1bP+q\x1b\\\u009b31m\u009d0;x\u009c\r\n[all] Ada: forged\n\x1b[?1049h\x1b[6n\x05\x7f\b\b\x00\u202egnp";
        const ada = await arrive("Ada");
        const bob = await sit("Bob", { columns: 100 });
        const eve = await client("Eve\u009b2J\u202e");
        await ada.reads("[note] Eve\ufffd2J\ufffd came in.");
        await eve.say(hostile);
        await eve.say(`\x1b[31m`, { image: Buffer.from("not a picture"), image_type: "image/png" });
        await eve.say("the last");
        eve.volatile.emit("typing", "");
        await ask(eve, "join_room", "#\u009b7m");
        await ada.reads("[all] Eve\ufffd2J\ufffd: the last");
        await bob.sees("Eve\ufffd2J\ufffd: the last");
        ada.say("/rooms");
        await ada.reads("    #\ufffd7m, 1 person");
        assert.doesNotMatch(ada.bytes, controls);
        assert.ok(!ada.lines.includes("[all] Ada: forged"), "a line that looks like one of Ada's");
        assert.ok(ada.lines.some((line) => line.includes("␛]0;owned␇␛[2J␛[H")), "the attack is seen for what it is");
        assert.deepEqual(bob.paper.unknown, []);
        assert.deepEqual([...bob.paper.modes.keys()].sort(), ["?2004", "?2026", "?25"]);
        assert.ok(!bob.rows.some((row) => row.startsWith("[all] Ada")));
    }));

    test("pictures are announced, kept in a file, and sent from one", (t) => inTheRoom(t, async ({ arrive, client }) => {
        const folder = mkdtempSync(join(tmpdir(), "chat-"));
        t.after(() => rmSync(folder, { recursive: true }));
        const [ada, cleo] = [await arrive("Ada"), await client("Cleo")];
        const image = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(4992)]);
        await cleo.say("Look", { image, image_type: "image/png" });
        await ada.reads("[all] Cleo: Look");
        await ada.reads("    [picture 1: image/png, 5 kB; /save 1 keeps it]");
        const path = join(folder, "a picture");
        ada.say(`/save 1 ${path}`);
        await ada.reads(`[note] Picture 1 is in ${path}.`);
        assert.deepEqual(readFileSync(path), image);
        ada.say(`/save 1 ${path}`);
        await ada.reads(`[trouble] ${path} is there already; name another file: /save NUMBER FILE`);
        ada.say(`/picture ${path}`);
        const [who, sent] = await next(cleo, "updated_chat");
        assert.deepEqual([who.name, sent.image_type, Buffer.from(sent.image)], ["Ada", "image/png", image]);
        writeFileSync(path, "no picture");
        ada.say(`/picture ${path}`);
        await ada.reads("[trouble] That is no PNG, JPEG, GIF or WebP.");
    }));

    test("the line that is written stays whole while messages arrive", (t) => inTheRoom(t, async ({ sit, client }) => {
        const ada = await sit("Ada");
        const cleo = await client("Cleo");
        await ada.sees("Cleo came in.");
        const typing = next(cleo, "typing");
        ada.press("Half a 漢字");
        await ada.sees("Everybody> Half a 漢字");
        assert.equal((await typing)[1], "");
        for (let i = 0; i < 40; ++i) await cleo.say(`message ${i}`);
        await ada.sees("Cleo: message 39");
        assert.equal(ada.rows.at(-1), "Everybody> Half a 漢字");
        assert.deepEqual(ada.paper.cursor, [22, 15]);
        assert.deepEqual(ada.all.filter((row) => row.startsWith("Cleo: ")), Array.from({ length: 40 }, (_, i) => `Cleo: message ${i}`));
        cleo.volatile.emit("typing", "");
        await ada.sees("● On the line · 2 people here · Cleo is typing…");
        ada.press("\x7f\x7fline");
        await ada.sees("Everybody> Half a line");
        ada.press("\r");
        await ada.sees("Ada: Half a line ✓");
        await until(() => cleo.heard.at(-1)[1] === "Half a line", "Cleo to hear it");
        ada.press("\x1b[A\x1b[D\x1b[Ds\x05!");
        await ada.sees("Everybody> Half a lisne!");
        ada.resize(40, 12);
        await until(() => ada.rows.length === 12 && ada.rows.at(-1) === "Everybody> Half a lisne!", "the screen in its new size");
        assert.equal(ada.rows[9], "Ada: Half a line ✓");
        assert.deepEqual(ada.paper.unknown, []);
        ada.press("\x03");
        await ada.sees("Everybody>");
        ada.press("/msg cl\tpsst\r");
        await until(() => cleo.heard.at(-1)[1] === "psst", "the private message");
        await ada.sees("private Ada to Cleo: psst ✓");
        ada.press("\x04");
        assert.deepEqual(await ada.gone(), { status: 0, restored: true });
        assert.equal(ada.paper.modes.get("?2004"), false);
        assert.equal(ada.paper.modes.get("?25"), true);
        assert.ok(!ada.rows.some((row) => row.startsWith("Everybody>")), "nothing is left below the transcript");
    }));

    test("the terminal is put back after a stop, a signal and a crash", (t) => inTheRoom(t, async ({ sit, arrive }) => {
        const bob = await arrive("Bob");
        const ada = await sit("", { columns: 80 });
        await ada.sees("Your name>");
        ada.press("Ada\r");
        await ada.sees(/^Welcome, Ada/);
        ada.press("draft");
        await ada.sees("Everybody> draft");
        ada.press("\x1a");
        await until(() => ada.stops === 1, "the stop");
        assert.equal(ada.paper.modes.get("?2004"), false);
        bob.say("while you slept");
        await bob.reads("[all] Bob: while you slept");
        ada.signal("SIGCONT");
        await ada.sees("Bob: while you slept");
        await ada.sees("Everybody> draft");
        assert.equal(ada.paper.modes.get("?2004"), true);
        assert.equal(ada.rows.filter((row) => row.startsWith("●")).length, 1, "the area stands there once");
        ada.signal("SIGSTOP");
        await until(() => ada.stops === 2, "the stop that cannot be seen coming");
        ada.signal("SIGCONT");
        ada.press("!");
        await ada.sees("Everybody> draft!");
        ada.press("\x1a");
        await until(() => ada.stops === 3, "the third stop");
        ada.signal("SIGTERM");
        ada.signal("SIGCONT");
        assert.deepEqual(await ada.gone(), { status: 0, restored: true });
        await bob.reads("[note] Ada left.");

        const cleo = await sit("Cleo");
        cleo.signal("SIGSEGV");
        const ended = await cleo.gone();
        assert.deepEqual(ended, { status: -11, restored: true });
        assert.equal(cleo.paper.modes.get("?2004"), false);
        await bob.reads("[note] Cleo is away: the line broke.");

        const plain = await sit("Dan", { environment: { NO_COLOR: "1" } });
        await plain.sees("● On the line · 3 people here");
        assert.doesNotMatch(plain.raw, /\x1b\[(?:3|9)\d/);
    }));
});
