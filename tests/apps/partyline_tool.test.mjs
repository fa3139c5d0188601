// The command line tool as its users meet it: in a shell, against the official server and against ours.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { describe, test } from "node:test";
import { Server } from "socket.io";
import { makeCertificate, temporaryFolder } from "../support/certificate.mjs";
import { sharedServer, startServer } from "../support/contract_server.mjs";
import { program, run, start } from "../support/partyline_tool.mjs";
import { Inbox, until } from "../support/wait.mjs";

/// The official server on a free port; `declare(io)` says what it does.
async function officialServer(t, declare, options = {}, port = 0) {
    const plain = http.createServer();
    const io = new Server(plain, options);
    declare(io);
    await new Promise((resolve) => plain.listen(port, "127.0.0.1", resolve));
    t.after(() => io.close());
    return { io, port: plain.address().port, url: `http://127.0.0.1:${plain.address().port}` };
}

const greeting = (io) => io.on("connection", (socket) => socket.emit("hello", "you", 1, { bytes: Buffer.from([0, 1, 2]) }));
const echoing = (io) =>
    io.on("connection", (socket) => {
        socket.on("sum", (a, b, answer) => answer(a + b));
        socket.onAny((event, ...args) => event !== "sum" && socket.emit(event, ...args.filter((each) => typeof each !== "function")));
    });
const timeless = ({ time, ms, ...rest }) => rest;

describe("what comes", { concurrency: 4 }, () => {
    for (const way of ["polling", "websocket", "upgrade"])
        test(`is a line of JSON, by ${way}`, async (t) => {
            const server = await officialServer(t, greeting);
            const before = Date.now();
            const tool = await run(t, [server.url, "-t", way, "--count", 1]);
            assert.equal(tool.code, 0);
            const [line] = tool.json;
            assert.deepEqual(timeless(line), { event: "hello", args: ["you", 1, { bytes: { base64: "AAEC" } }], nsp: "/" });
            assert.ok(line.time >= before && line.time <= Date.now());
            assert.match(tool.stderr, /^\* connected to \/ \(id \S{20}, (polling|websocket)\)\n$/);
        });

    test("is bare with --bare, and colourful where that is wished", async (t) => {
        const server = await officialServer(t, greeting);
        const bare = await run(t, [server.url, "--count", 1, "--bare", "-q"]);
        assert.equal(bare.stdout, '["hello","you",1,{"bytes":{"base64":"AAEC"}}]\n');
        assert.equal(bare.stderr, "");
        const colourful = await run(t, [server.url, "--count", 1, "--color", "always"]);
        assert.ok(colourful.stdout.startsWith('{"event":\x1b[1;36m"hello"\x1b[0m,'));
    });

    test("has colours on a terminal, unless NO_COLOR is set", async (t) => {
        const server = await officialServer(t, greeting);
        const onTerminal = (env) => run(t, ["-qec", `${program} ${server.url} --count 1`, "/dev/null"], { command: "script", env: { TERM: "xterm", ...env } });
        assert.match((await onTerminal({})).stdout, /\x1b\[1;36m"hello"/);
        const plain = await onTerminal({ NO_COLOR: "1" });
        assert.match(plain.stdout, /"hello"/);
        assert.doesNotMatch(plain.stdout, /\x1b/);
    });

    test("that controls terminals is disarmed on both outputs", async (t) => {
        const server = await officialServer(t, (io) => {
            io.on("connection", (socket) => socket.emit("\x1b[2J", "\x7f\u009b31m"));
            io.of("/no").use((socket, next) => next(new Error("\x1b]0;mine\x07")));
        });
        const heard = await run(t, [server.url, "--count", 1]);
        assert.doesNotMatch(heard.stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        assert.equal(heard.json[0].args[0], "\x7f\u009b31m");
        const refused = await run(t, [server.url + "/no"]);
        assert.doesNotMatch(refused.stderr, /\x1b/);
        assert.match(refused.stderr, /\\u001b\]0;mine\\u0007/);
    });

    test("may want an answer, and gets it by --ack or by a line of input", async (t) => {
        const answers = new Inbox();
        const server = await officialServer(t, (io) =>
            io.on("connection", (socket) => socket.emit("question", 1, (...all) => answers.push(all))));
        const automatic = await run(t, [server.url, "--ack", "yes", "--ack", '{"base64":"AAEC"}', "--count", 1]);
        assert.deepEqual(await answers.next(), ["yes", Buffer.from([0, 1, 2])]);
        assert.deepEqual(timeless(automatic.json[0]), {
            event: "question", args: [1], nsp: "/", ack: 1, answered: ["yes", { base64: "AAEC" }],
        });
        const manual = start(t, [server.url], { input: "open" });
        await manual.printed(1);
        assert.equal(manual.json[0].ack, 1);
        manual.write({ answer: 1, args: ["by", "hand"] }, { answer: 1, args: [] });
        assert.deepEqual(await answers.next(), ["by", "hand"]);
        await manual.said(/no event waits for answer 1/);
        manual.process.stdin.end();
        assert.equal(await manual.end(), 2);
    });

    test("comes from several namespaces on one connection", async (t) => {
        const server = await officialServer(t, (io) => {
            for (const name of ["/a", "/b"]) io.of(name).on("connection", (socket) => socket.emit("hello", name, socket.handshake.auth));
        });
        const tool = await run(t, [server.url, "-n", "/a", "-n", "b", "--auth", '{"token":7}', "--count", 2, "--until", "hello"]);
        assert.equal(tool.code, 0);
        assert.deepEqual(tool.json.map(timeless), ["/a", "/b"].map((nsp) => ({ event: "hello", args: [nsp, { token: 7 }], nsp })));
        assert.equal(server.io.engine.clientsCount <= 1, true);
    });
});

describe("what goes", { concurrency: 4 }, () => {
    const contract = sharedServer();

    test("from the command line: JSON if it reads as JSON, else a string", async (t) => {
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.onAny((...all) => heard.push(all))));
        const heard = new Inbox();
        const tool = await run(t, [server.url, "--emit", '["first",[1]]', "emit", "chat", "hello", 42, '{"a":null}', '"42"', '{"base64":"AAEC"}', -5, "--", "--bare"]);
        assert.equal(tool.code, 0);
        assert.deepEqual(await heard.next(), ["first", [1]]);
        assert.deepEqual(await heard.next(), ["chat", "hello", 42, { a: null }, "42", Buffer.from([0, 1, 2]), -5, "--bare"]);
        assert.match((await run(t, [server.url, "emit", "x", "{a:1}"])).stderr, /begins like JSON but is none.*\{a:1\}/);
    });

    test("and is said goodbye to", async (t) => {
        const reasons = new Inbox();
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("x", (answer) => answer?.()).on("disconnect", (why) => reasons.push(why))));
        for (const way of ["polling", "websocket", "upgrade"]) {
            await run(t, [server.url, "-t", way, "ack", "x"]);
            assert.equal(await reasons.next(), "client namespace disconnect", way);
            // the official server forgets events that it reads together with a DISCONNECT
            await run(t, [server.url, "-t", way, "emit", "x"]);
            assert.equal(await reasons.next(), "transport close", way);
        }
    });

    test("from standard input, line by line, with acknowledgements", async (t) => {
        const tool = await run(t, [contract.url, "-t", "websocket"], {
            input: '["echo",1,{"base64":"AAEC"}]\n\n{"event":"echo","args":["x"],"ack":true,"id":{"mine":7}}\r\nwhoami\n{"event":"no-ack","ack":false}',
        });
        assert.equal(tool.code, 0, tool.stderr);
        const echo = { event: "echo", args: [1, { base64: "AAEC" }], nsp: "/" };
        const answer = { answer: "echo", id: { mine: 7 }, args: ["x"], nsp: "/" };
        assert.deepEqual(tool.json.map(timeless), [echo, answer]);
        assert.ok(tool.json[1].ms >= 0 && tool.json[1].ms < 5000);
    });

    test("that is wrong is named by its line, and the rest is sent", async (t) => {
        const tool = await run(t, [contract.url], { input: '["echo",1]\nnot json\n{"event":"echo","agrs":[]}\n["disconnect"]\n{"event":"e","nsp":"/other"}\n["echo",2]\n["bye"]\n' });
        assert.equal(tool.code, 2);
        assert.match(tool.stderr, /input line 2: neither a name alone nor JSON/);
        assert.match(tool.stderr, /input line 3: there is no member "agrs"/);
        assert.match(tool.stderr, /"disconnect" cannot be sent/);
        assert.match(tool.stderr, /there is no namespace \/other here/);
    });

    test("is as much as the input holds, in order", async (t) => {
        const count = 20_000; // more than fits into the buffers of the line
        let next = 0;
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("n", (n) => {
            next = n === next ? next + 1 : NaN;
            for (const begun = Date.now(); n % 1000 === 0 && Date.now() < begun + 20; ); // busy: much arrives at once
        })));
        const input = Array.from({ length: count }, (_, n) => JSON.stringify(["n", n])).join("\n");
        const tool = start(t, [server.url], { input });
        assert.equal(await tool.end(60_000), 0, tool.stderr);
        await until(() => next === count, `${count} events`);
        const asked = start(t, [contract.url, "--wait-ack", "--bare"], { input: input.replaceAll('"n"', '"echo"') });
        assert.equal(await asked.end(60_000), 0, asked.stderr);
        assert.deepEqual([asked.lines.length, asked.lines.at(-1)], [count, `[${count - 1}]`]);
    });

    test("may go on after the end of the input", async (t) => {
        for (const words of [["--keep", "--duration", 30, "--until", "echo"], ["--count", 1]]) {
            const tool = await run(t, [contract.url, ...words], { input: '["echo","back"]\n' });
            assert.equal(tool.code, 0);
            assert.deepEqual(tool.json[0].args, ["back"]);
        }
        const kept = start(t, [contract.url, "--keep", "--emit", '["echo",1]'], { input: "" });
        await kept.printed(1);
        kept.kill("SIGINT");
        assert.equal(await kept.end(), 130);
    });

    test("carries events from one server to another", async (t) => {
        const source = await officialServer(t, greeting);
        const heard = new Inbox();
        const target = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("hello", (...all) => heard.push(all))));
        for (const bare of ["--bare", ""]) {
            const pipe = await run(t, ["-c", `${program} ${source.url} -q -c 1 ${bare} | ${program} ${target.url} -q`], { command: "bash" });
            assert.equal(pipe.code, 0, pipe.stderr);
            assert.deepEqual(await heard.next(), ["you", 1, { bytes: Buffer.from([0, 1, 2]) }]);
        }
    });

    test("is asked by ack, which prints the answer", async (t) => {
        const server = await officialServer(t, echoing);
        const sum = await run(t, [server.url, "ack", "sum", 1, 2]);
        assert.equal(sum.code, 0);
        assert.deepEqual(timeless(sum.json[0]), { answer: "sum", args: [3], nsp: "/" });
        assert.equal((await run(t, [server.url, "ack", "sum", 1, 2, "--bare", "-q"])).stdout, "[3]\n");
        // what a server says to everybody is not what was asked for
        server.io.on("connection", (socket) => socket.emit("welcome", "hi"));
        assert.equal((await run(t, [server.url, "ack", "sum", 1, 2, "--bare", "-q"])).stdout, "[3]\n");
        assert.equal((await run(t, [server.url, "emit", "nobody", "--wait-ack", "--timeout", 0.2, "-q"])).json.length, 1);
        const stayed = await run(t, [server.url, "ack", "sum", 1, 2, "--until", "welcome", "--bare", "-q"]);
        assert.match(stayed.stdout, /^\["welcome","hi"\]$/m);
        const late = await run(t, [server.url, "ack", "nobody", "--timeout", 0.2]);
        assert.equal(late.code, 4);
        assert.equal(late.json.at(-1).error, "timed out");
        assert.match(late.stderr, /no acknowledgement of "nobody": timed out/);
    });

    test("is sent again until it is acknowledged", async (t) => {
        const key = `tool-${process.pid}`;
        const tool = await run(t, [contract.url, "emit", "flaky", key, 2, "--retries", 5, "--timeout", 0.3]);
        assert.equal(tool.code, 0, tool.stderr);
        assert.equal(tool.json[0].answer, "flaky");
    });

    test("in MessagePack, where the server speaks it", async (t) => {
        const server = await startServer(t, { PARSER: "msgpack" });
        const tool = await run(t, [server.url, "--parser", "msgpack", "ack", "echo", '{"deep":[{"base64":"AAEC"}]}', 2.5, "--bare"]);
        assert.equal(tool.stdout, '[{"deep":[{"base64":"AAEC"}]},2.5]\n');
    });
});

describe("the way to the server", { concurrency: 4 }, () => {
    test("has auth, headers, cookies, query and path", async (t) => {
        const folder = temporaryFolder(t);
        fs.writeFileSync(`${folder}/auth.json`, '{"token":"file"}\n');
        const shown = new Inbox();
        const server = await officialServer(t, (io) => io.on("connection", (socket) => shown.push(socket.handshake)), { path: "/ws", cookie: { name: "stick" } });
        const words = [`${server.url}?a=1`, "--path", "/ws", "-H", "X-Team: red", "--cookie", "c=d", "--query", "b=x y", "emit", "x"];
        await run(t, [...words, "--auth", '{"token":"word"}']);
        const { auth, headers, query } = await shown.next();
        assert.deepEqual([auth, headers["x-team"], headers.cookie, query.a, query.b], [{ token: "word" }, "red", "c=d", "1", "x y"]);
        for (const [more, env] of [[["--auth", `@${folder}/auth.json`]], [["--auth-file", `${folder}/auth.json`]], [[], { PARTYLINE_AUTH: '{"token":"file"}' }]]) {
            await run(t, [...words, ...more], { env });
            assert.deepEqual((await shown.next()).auth, { token: "file" });
        }
    });

    test("keeps the cookies of the server, which a load balancer may need, unless told otherwise", async (t) => {
        const cookies = [];
        const server = await officialServer(t, (io) => {
            io.engine.use((request, response, next) => { cookies.push(request.headers.cookie); next(); });
            io.on("connection", () => {});
        }, { cookie: { name: "stick" } });
        await run(t, [server.url, "-t", "polling", "emit", "x"]);
        assert.equal(cookies[0], undefined);
        assert.match(cookies[1], /^stick=/);
        cookies.length = 0;
        await run(t, [server.url, "-t", "polling", "--no-cookies", "emit", "x"]);
        assert.deepEqual(cookies.filter(Boolean), []);
    });

    test("may lead through a proxy", async (t) => {
        const server = await officialServer(t, echoing);
        const asked = [];
        const proxy = http.createServer().on("connect", (request, near) => {
            asked.push([request.url, request.headers["proxy-authorization"]]);
            const far = net.connect(server.port, "127.0.0.1", () => {
                near.write("HTTP/1.1 200 go\r\n\r\n");
                near.pipe(far).pipe(near);
            });
            for (const socket of [near, far]) socket.on("error", () => {});
        });
        await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
        t.after(() => proxy.close());
        const tool = await run(t, ["http://not.here.invalid", "--proxy", `http://me:secret@127.0.0.1:${proxy.address().port}`, "ack", "sum", 1, 2, "--bare"]);
        assert.equal(tool.stdout, "[3]\n");
        assert.deepEqual(asked[0], ["not.here.invalid:80", `Basic ${btoa("me:secret")}`]);
    });

    test("is believed only with a certificate, by default", async (t) => {
        const folder = temporaryFolder(t);
        const { cert, key } = makeCertificate(folder);
        const server = await startServer(t, { TLS_CERT: cert, TLS_KEY: key });
        const words = ["ack", "echo", "safe", "--bare"];
        const unknown = await run(t, [server.url, ...words]);
        assert.deepEqual([unknown.code, unknown.stdout], [3, ""]);
        assert.match(unknown.stderr, /certificate.*--ca FILE names the authority to trust/);
        for (const way of ["polling", "websocket", "upgrade"]) {
            const known = await run(t, [server.url, "--ca", cert, "-t", way, ...words]);
            assert.deepEqual([known.code, known.stdout], [0, '["safe"]\n'], known.stderr);
        }
        const other = await run(t, [server.url, "--ca", cert, "--server-name", "other.example.com", ...words]);
        assert.equal(other.code, 3);
        assert.match(other.stderr, /host/);
        const blind = await run(t, [server.url, "--insecure", "-q", ...words]);
        assert.deepEqual([blind.code, blind.stdout], [0, '["safe"]\n']);
        assert.match(blind.stderr, /^partyline: --insecure: no certificate is checked/);
        assert.match((await run(t, [server.url.replace("https", "http"), ...words])).stderr, /cannot connect/);
    });

    test("shows its packets and its upgrade with -vv", async (t) => {
        const server = await officialServer(t, echoing);
        const tool = start(t, [server.url, "-vv", "--emit", '["echo",{"base64":"AAEC"}]'], { input: "open" });
        await tool.said(/upgraded to websocket/);
        tool.write(["echo", { base64: "AAEC" }]);
        await tool.printed(2);
        for (const each of ["< polling   0{", "> polling   40", "> websocket 2probe", "< websocket 3probe", "> websocket 5", "> websocket (3 bytes)", "< websocket (3 bytes)", 'sends ["echo",{"base64":"AAEC"}]'])
            assert.ok(tool.stderr.includes(`* ${each}`), `${each} in\n${tool.stderr}`);
    });
});

describe("the life of the connection", { concurrency: 4 }, () => {
    test("is lines of JSON with --life, over a loss of the connection", async (t) => {
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("cut", () => socket.conn.close())));
        const tool = start(t, [server.url, "-t", "websocket", "--life", "--emit", "cut"]);
        await until(() => tool.json.filter((each) => each.life === "connect").length === 2, "the second connect", 10_000);
        const [opened, connected, gone, attempt, again, back] = tool.json;
        assert.deepEqual([opened.life, opened.transport], ["open", "websocket"]);
        assert.deepEqual([connected.life, connected.nsp, connected.sid.length, connected.transport, connected.recovered], ["connect", "/", 20, "websocket", false]);
        assert.deepEqual([gone.life, gone.nsp, gone.reason], ["disconnect", "/", "transport close"]);
        assert.deepEqual([attempt.life, attempt.attempt], ["reconnect_attempt", 1]);
        assert.deepEqual([again.life, back.life], ["open", "connect"]);
        assert.equal(tool.stderr, "");
    });

    test("begins when the server does, with --attempts 0", async (t) => {
        const before = await officialServer(t, () => {});
        await before.io.close();
        const tool = start(t, [before.url, "--attempts", 0, "--count", 1]);
        await tool.said(/cannot connect.*refused/);
        await officialServer(t, greeting, {}, before.port);
        assert.equal(await tool.end(), 0);
        assert.equal(tool.json[0].event, "hello");
        const twice = await run(t, ["http://127.0.0.1:1", "--attempts", 2]);
        assert.equal(twice.code, 3);
        assert.equal(twice.stderr.match(/cannot connect/g).length, 2);
    });
});

describe("the exit code", { concurrency: 4 }, () => {
    const contract = sharedServer();

    test("1: the server refuses, and says why", async (t) => {
        const refused = await run(t, [contract.url, "-n", "/auth", "--auth", '{"token":"wrong"}', "emit", "x"]);
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /the server refuses \/auth: not authorized \{"code":"E_AUTH","got":"wrong"\}/);
        assert.equal((await run(t, [`${contract.url}/nowhere`])).code, 1);
        const one = await run(t, [contract.url, "-n", "/auth", "-n", "/custom", "--life", "--until", "echo", "--emit", '{"event":"echo","nsp":"/custom"}']);
        assert.equal(one.code, 1);
        assert.deepEqual(one.json.find((each) => each.life === "connect_error").data, { code: "E_AUTH", got: null });
        const forbidden = await officialServer(t, () => {}, { allowRequest: (request, accept) => accept("no", false) });
        assert.equal((await run(t, [forbidden.url])).code, 1);
    });

    test("2: the command line is wrong", async (t) => {
        for (const words of [[], [contract.url, "shout"], [contract.url, "--frequency"], [contract.url, "emit"], [contract.url, "--auth", "x"], ["ftp://x"], [contract.url, "--query", "sid=1"], ["https://127.0.0.1:1", "--ca", `${import.meta.dirname ?? "."}/../../LICENSE`]]) {
            const tool = await run(t, words);
            assert.equal(tool.code, 2, words.join(" "));
            assert.match(tool.stderr, /^partyline: ./);
            assert.equal(tool.stdout, "");
        }
    });

    test("3: there is no connection", async (t) => {
        for (const [url, why] of [["http://127.0.0.1:1", /refused/], ["http://nowhere.invalid", /no such host/], [`${contract.url.replace("http", "https")}`, /TLS/]]) {
            const tool = await run(t, [url, "-q"]);
            assert.equal(tool.code, 3, url);
            assert.match(tool.stderr, why);
        }
        assert.match((await run(t, [contract.url, "--path", "/elsewhere"])).stderr, /HTTP status 404 \(is --path right\?\)/);
        for (const words of [[], ["ping"]]) {
            const waiting = await run(t, ["http://127.0.0.1:1", ...words, "--attempts", 0, "--duration", 0.3]);
            assert.equal(waiting.code, 3);
            assert.match(waiting.stderr, /no connection came about in time/);
        }
        const page = http.createServer((request, response) => response.end("<html>")).listen(0, "127.0.0.1");
        t.after(() => page.close());
        await until(() => page.listening);
        const stranger = await run(t, [`http://127.0.0.1:${page.address().port}`]);
        assert.equal(stranger.code, 3);
        assert.match(stranger.stderr, /is that a Socket\.IO server of version 3 or 4\?/);
        const deaf = net.createServer(() => {}).listen(0, "127.0.0.1");
        t.after(() => deaf.close());
        await until(() => deaf.listening);
        assert.equal((await run(t, [`http://127.0.0.1:${deaf.address().port}`, "--connect-timeout", 0.3])).code, 3);
        const door = await run(t, [contract.url, "-n", "/slow", "--auth", '{"delay":2000}', "--connect-timeout", 1]);
        assert.equal(door.code, 3);
        assert.match(door.stderr, /wait at the door/);
    });

    test("4: what was to come in time did not", async (t) => {
        assert.equal((await run(t, [contract.url, "ack", "no-ack", "--timeout", 0.2])).code, 4);
        assert.equal((await run(t, [contract.url, "--until", "never", "--duration", 0.2])).code, 4);
        assert.equal((await run(t, [contract.url, "--duration", 0.2])).code, 0);
    });

    test("5: the connection is lost, or ended by the server", async (t) => {
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("cut", () => socket.conn.close())));
        const lost = await run(t, [server.url, "--no-reconnect", "--emit", "cut"]);
        assert.equal(lost.code, 5);
        assert.match(lost.stderr, /the connection was lost: transport close/);
        const ended = await run(t, [contract.url, "--emit", "disconnect-me"]);
        assert.equal(ended.code, 5);
        assert.match(ended.stderr, /disconnected from \/: io server disconnect/);
    });

    test("6: standard output takes nothing more", async (t) => {
        const full = fs.openSync("/dev/full", "w");
        t.after(() => fs.closeSync(full));
        const tool = await run(t, [contract.url, "ack", "echo"], { stdout: full });
        assert.equal(tool.code, 6);
        assert.match(tool.stderr, /cannot write: No space left/);
    });

    test("0 where the reader has seen enough", async (t) => {
        const server = await officialServer(t, (io) => io.on("connection", (socket) => {
            const ticking = setInterval(() => socket.emit("tick"), 10);
            socket.on("disconnect", () => clearInterval(ticking));
        }));
        const { lines } = await run(t, ["-c", `${program} ${server.url} -q | head -n 1; echo "\${PIPESTATUS[0]}"`], { command: "bash" });
        assert.equal(JSON.parse(lines[0]).event, "tick");
        assert.equal(lines[1], "0");
    });

    test("130 and 143 after a signal, and the server hears goodbye", async (t) => {
        const reasons = new Inbox();
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("disconnect", (why) => reasons.push(why))));
        for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
            const tool = start(t, [server.url]);
            await tool.said(/connected to/);
            tool.kill(signal);
            assert.equal(await tool.end(), code);
            assert.equal(await reasons.next(), "client namespace disconnect");
        }
        const unconnected = start(t, ["http://127.0.0.1:1", "--attempts", 0]);
        await unconnected.said(/cannot connect/);
        unconnected.kill("SIGINT");
        assert.equal(await unconnected.end(5000), 130);
    });

    test("130 although nobody reads what is printed", async (t) => {
        const tool = start(t, [contract.url, "--emit", '["emit-back",{"count":2000},"filler",["' + "x".repeat(500) + '"]]']);
        tool.process.stdout.pause();
        await tool.said(/connected to/);
        await until(() => tool.process.stdout.readableLength > 0, "output");
        tool.kill("SIGINT");
        const ended = new Promise((resolve) => tool.process.once("exit", resolve));
        assert.equal(await ended, 130);
    });
});

describe("ping", { concurrency: 4 }, () => {
    test("measures by acknowledgement, and sums up for a person", async (t) => {
        const server = await startServer(t);
        const tool = await run(t, [server.url, "ping", "echo", "x", "-c", 3, "-i", 0.01]);
        assert.equal(tool.code, 0);
        assert.match(tool.stdout, /^1: \d+\.\d{3} ms\n2: \d+\.\d{3} ms\n3: \d+\.\d{3} ms\n3 sent, 3 answered, 0 lost \(0 %\)\nmin .* ms   median .* ms   p95 .* ms   max .* ms\n$/);
    });

    test("measures by an event that comes back, in JSON", async (t) => {
        const server = await officialServer(t, echoing);
        for (const args of [[], ["word"]]) {
            const tool = await run(t, [server.url, "ping", "hello", ...args, "--echo", "hello", "-c", 20, "-i", 0.005, "--json"]);
            assert.equal(tool.code, 0);
            const all = tool.json;
            const { sent, answered, lost, loss, min, mean, median, p95, max } = all.pop();
            assert.deepEqual([sent, answered, lost, loss], [20, 20, 0, 0]);
            assert.ok(0 < min && min <= median && median <= p95 && p95 <= max && min <= mean && mean <= max);
            assert.deepEqual(all.map(({ seq }) => seq).sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i + 1));
            assert.equal(Math.max(...all.map(({ ms }) => ms)), max);
        }
    });

    test("counts what is lost", async (t) => {
        let count = 0;
        const server = await officialServer(t, (io) => io.on("connection", (socket) => socket.on("ping", (answer) => ++count % 2 && answer())));
        const some = await run(t, [server.url, "ping", "-c", 4, "-i", 0.01, "--timeout", 0.3, "--json"]);
        assert.equal(some.code, 4);
        const { sent, answered, lost, loss } = some.json.at(-1);
        assert.deepEqual([sent, answered, lost, loss], [4, 2, 2, 0.5]);
        const none = await run(t, [server.url, "ping", "nobody", "-c", 1, "--timeout", 0.1]);
        assert.equal(none.code, 4);
        assert.match(none.stdout, /1: no answer\n1 sent, 0 answered, 1 lost \(100 %\)\n/);
        assert.match(none.stderr, /does the server acknowledge "nobody"\?/);
    });

    test("sums up when it is interrupted", async (t) => {
        const server = await startServer(t);
        const tool = start(t, [server.url, "ping", "echo", "-c", 0, "-i", 0.01]);
        await tool.printed(3);
        tool.kill("SIGINT");
        assert.equal(await tool.end(), 0);
        assert.match(tool.stdout, /\d+ sent, \d+ answered, 0 lost/);
    });
});

describe("help", { concurrency: 4 }, () => {
    test("names every command, option and exit code", async (t) => {
        const tool = await run(t, ["--help"]);
        assert.equal(tool.code, 0);
        for (const each of ["emit EVENT", "ack EVENT", "ping [EVENT", "completion", "--insecure", "Examples", "Exit code", "130"]) assert.ok(tool.stdout.includes(each), each);
        for (const command of ["emit", "ack", "ping", "completion"]) {
            const own = await run(t, [command, "--help"]);
            assert.equal(own.code, 0);
            assert.ok(own.stdout.startsWith(`partyline ${command === "completion" ? command : `URL ${command}`}`), own.stdout);
        }
        assert.match((await run(t, ["--version"])).stdout, /^partyline \d+\.\d+\.\d+\n$/);
        assert.match((await run(t, ["shout", "loud"])).stderr, /what is "loud"\?.*\nTry partyline --help\.\n$/);
    });

    test("completes in bash", async (t) => {
        const file = `${temporaryFolder(t)}/completion.bash`;
        fs.writeFileSync(file, (await run(t, ["completion", "bash"])).stdout);
        execFileSync("bash", ["-n", file]);
        const complete = (...words) =>
            execFileSync("bash", ["-c", 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _partyline; printf "%s\\n" "${COMPREPLY[@]}"', file, "partyline", ...words]).toString().trim().split("\n");
        assert.deepEqual(complete("x", "--na"), ["--namespace"]);
        assert.deepEqual(complete("x", "--transport", "w"), ["websocket"]);
        assert.deepEqual(complete("x", "-t", ""), ["polling", "websocket", "upgrade"]);
        assert.deepEqual(complete("x", "e"), ["emit"]);
        assert.deepEqual(complete("x", ""), ["emit", "ack", "ping"]);
        assert.deepEqual(complete("comp"), ["completion"]);
        assert.deepEqual(complete("completion", ""), ["bash", "zsh", "fish"]);
        assert.deepEqual(complete("x", "--ech"), [""]);
        assert.deepEqual(complete("x", "ping", "--ech"), ["--echo"]);
        assert.deepEqual(complete("x", "--auth", ""), [""]);
        assert.deepEqual(complete("x", "--ca", file.slice(0, -4)), [file]);
    });

    for (const shell of ["zsh", "fish"])
        test(`completes in ${shell}`, async (t) => {
            const { stdout, code } = await run(t, ["completion", shell]);
            assert.equal(code, 0);
            for (const each of ["namespace", "echo", "polling websocket upgrade"]) assert.ok(stdout.includes(each));
            const file = `${temporaryFolder(t)}/completion`;
            fs.writeFileSync(file, stdout);
            try {
                execFileSync(shell, ["-n", file], { stdio: "pipe" });
            } catch (error) {
                if (error.code !== "ENOENT") throw error; // the shell reads it where there is one
            }
        });
});
