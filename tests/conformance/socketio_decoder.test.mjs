// The decoder's table of errors, line by line, on both transports: what closes the connection, what is ignored, what
// passes as data. Each is followed by an ordinary client that must be served as if nothing had happened.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, sharedServer } from "../support/contract_server.mjs";
import { Polling } from "../support/http_wire.mjs";
import { ask, joinLine } from "../support/websocket_wire.mjs";

const place = (num) => `{"_placeholder":true,"num":${num}}`;
const bytes = Buffer.from([1, 2, 3]);

// Name, what is sent after CONNECT, and why the official server is not asked.
const closes = [
    ["nothing at all", ["4"]],
    ["a type beyond the last", ["47"]],
    ["a type far beyond the last", ['49["x"]']],
    ["a type that is no digit", ["4abc"]],
    ["JSON that stops short", ['42["x"']],
    ["JSON with something behind", ['42["x"]y']],
    ["JSON of other quotes", ["42['x']"]],
    ["a JSON comment", ['42["x"/*y*/]']],
    ["a trailing comma", ['42["x",]']],
    ["a bare word", ["42[nope]"]],
    ["a control character in a string", ['42["a\nb"]']],
    ["an event that is an object", ["42{}"]],
    ["an event that is a string", ['42"x"']],
    ["an event that is null", ["42null"]],
    ["an empty event", ["42[]"]],
    ["an event name that is an object", ['42[{"toString":1}]']],
    ["an event name that is an object pretending", ['42[{"toString":"x"}]']],
    ["an event name that is null", ["42[null]"]],
    ["an event name that is a list", ['42[["x"]]']],
    ["an event name that is a boolean", ["42[true]"]],
    ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map((name) => [
        `the reserved event ${name}`,
        [`42["${name}"]`],
    ]),
    ["a disconnection with a payload", ["41{}"]],
    ["an ack id that is none", ['42abc["x"]']],
    ["an ack that is an object", ["431{}"]],
    ["an ack that is a string", ['431"x"']],
    ["a CONNECT with a list", ["40/custom,[]"]],
    ["a CONNECT with null", ["40/custom,null"]],
    ["a CONNECT with a string", ['40/custom,"x"']],
    ["a binary event without attachments", ['450-["x"]']],
    ["a binary ack without attachments", ["460-1[]"]],
    ["a binary event without a count", ['45["x"]']],
    ["a binary event without a dash", [`451["x",${place(0)}]`]],
    ["a binary event with a negative count", [`45-1-["x",${place(0)}]`]],
    ["a binary event with a count that is none", [`451x-["x",${place(0)}]`]],
    ["more attachments than allowed", [`4511-["x",${place(0)}]`]],
    ["very many attachments", [`4599999999-["x",${place(0)}]`]],
    ["more attachments than any number holds", [`45${"9".repeat(60)}-["x",${place(0)}]`]],
    ["a placeholder beyond the attachments", [`451-["x",${place(1)}]`, bytes]],
    ["a negative placeholder", [`451-["x",${place(-1)}]`, bytes]],
    ["a placeholder between two numbers", [`451-["x",${place("0.5")}]`, bytes], "it reads undefined there"],
    ["a placeholder that is a name", [`451-["x",${place('"splice"')}]`, bytes]],
    ["a placeholder that is a huge number", [`451-["x",${place("1e300")}]`, bytes]],
    ["a placeholder that is null", [`451-["x",${place("null")}]`, bytes]],
    ["text where an attachment is awaited", [`451-["x",${place(0)}]`, '42["y"]']],
    ["a binary event where an attachment is awaited", [`451-["x",${place(0)}]`, `451-["x",${place(0)}]`]],
    ["an attachment that nobody awaits", [bytes]],
    ["one attachment too many", [`451-["no-ack",${place(0)}]`, bytes, bytes]],
    ["an event without a payload", ["42"], "it ignores the packet"],
    ["a space before the payload", ['42 ["x"]'], "it takes the space for an ack id"],
];

describe("closes the connection:", () => {
    const server = sharedServer();

    for (const [what, packets, why] of closes)
        test(what, why ? ours(why) : {}, async () => {
            const line = await joinLine(server);
            for (const packet of packets) line.send(packet);
            await line.untilClosed();
            const session = await new Polling(server).open();
            await session.join();
            await session
                .post(packets.map((packet) => (typeof packet === "string" ? packet : `b${packet.toString("base64")}`)).join("\x1e"))
                .catch(() => {});
            await session.untilGone();
            const next = await joinLine(server);
            assert.deepEqual(await ask(next, "echo", ["well"]), ["well"]);
            next.terminate();
        });

    test("its reason is a forced close, and the others in the namespace are told nothing", async () => {
        const watcher = await joinLine(server);
        const line = await joinLine(server);
        line.send("42{}");
        await line.untilClosed();
        const [log] = await ask(watcher, "disconnect-log", [line.reply.sid]);
        assert.equal(log.reason, "forced close");
        assert.deepEqual(watcher.messages.drain(), []);
        watcher.terminate();
    });
});

describe("is taken as it is:", () => {
    const server = sharedServer();

    async function served(packets, wanted) {
        const line = await joinLine(server);
        for (const packet of packets) line.send(packet);
        for (const each of wanted) assert.deepEqual(await line.next(), each);
        assert.deepEqual(await ask(line, "echo", ["alive"]), ["alive"]);
        line.terminate();
    }

    test("an event named error", () => served(['42["error","x"]', '42["error"]'], []));
    test("an event that is a number", () => served(["42[1]", "42[-1.5,2]"], []));
    test("an empty event name", () => served(['42[""]'], []));
    test("an event that nobody knows", () => served(['42["unknown",1]', '425["unknown"]'], []));
    test("an ack that nobody asked for", () => served(["4399[1]", "430[]", '43123456789["x"]'], []));
    test("names of a prototype", () =>
        served(['42["__proto__"]', '42["constructor",1]', '42["hasOwnProperty"]', '421["echo",{"__proto__":{"a":1},"constructor":2}]'], [
            '431[{"__proto__":{"a":1},"constructor":2}]',
        ]));
    test("a placeholder in a plain event", () => served([`421["echo",${place(0)}]`, `422["echo",${place('"x"')}]`], [`431[${place(0)}]`, `432[${place('"x"')}]`]));
    test("duplicate keys: the last one counts", async () => {
        const line = await joinLine(server);
        line.send('421["inspect",{"a":1,"a":2}]');
        assert.equal(await line.next(), '431[[{"a":2}]]');
        line.terminate();
    });
    test("white space where JSON allows it", async () => {
        const line = await joinLine(server);
        line.send('421[ "echo" ,\t{ "a" : [ 1 ] } ]');
        const answer = await line.next();
        assert.ok(answer.startsWith("431["));
        assert.deepEqual(JSON.parse(answer.slice(3)), [{ a: [1] }]); // relayed text may keep its white space
        line.terminate();
    });
    test("the largest ack id of JavaScript", () => served(['429007199254740991["echo",1]'], ["439007199254740991[1]"]));
    test("the same attachment twice", () =>
        served([`451-1["inspect",${place(0)},${place(0)}]`, bytes], [
            `431[[{"$bin":3,"sha1":"7037807198c22a7d2b0807371d763779a84fdfcf"},{"$bin":3,"sha1":"7037807198c22a7d2b0807371d763779a84fdfcf"}]]`,
        ]));
    test("attachments in another order than their numbers", () =>
        served([`452-1["inspect",${place(1)},${place(0)}]`, Buffer.from("a"), Buffer.from("b")], [
            `431[[{"$bin":1,"sha1":"e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98"},{"$bin":1,"sha1":"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"}]]`,
        ]));
    test("ten attachments", () =>
        served(
            [`4510-1["echo",${Array.from({ length: 10 }, (_, i) => place(i))}]`, ...Array.from({ length: 10 }, (_, i) => Buffer.from([i]))],
            [`4610-1[${Array.from({ length: 10 }, (_, i) => place(i))}]`, ...Array.from({ length: 10 }, (_, i) => Buffer.from([i]))],
        ));
    test("an empty attachment", () => served([`451-1["echo",${place(0)}]`, Buffer.alloc(0)], [`461-1[${place(0)}]`, Buffer.alloc(0)]));
    test("binary at depth", () =>
        served([`451-1["echo",{"a":[{"b":{"c":${place(0)}}}],"d":1}]`, bytes], [`461-1[{"a":[{"b":{"c":${place(0)}}}],"d":1}]`, bytes]));
    test("an ack without arguments", () => served(['422["echo"]'], ["432[]"]));
    test("the main namespace by its full name", () => served(['42/,1["echo",1]'], ["431[1]"]));
    test("base64 of attachments in a text frame", () => served([`451-1["echo",${place(0)}]`, "bAQID"], [`461-1[${place(0)}]`, bytes]));
    test("an attachment limit of another size", async (t) => {
        const { startServer } = await import("../support/contract_server.mjs");
        const two = await startServer(t, { MAX_ATTACHMENTS: 2 });
        if ((await import("../support/contract_server.mjs")).isReference) return t.skip("no switch for it there");
        const line = await joinLine(two);
        line.send(`452-1["echo",${place(0)},${place(1)}]`);
        line.send(bytes);
        line.send(bytes);
        assert.match(await line.next(), /^462-1\[/);
        line.send(`453-1["echo",${place(0)},${place(1)},${place(2)}]`);
        assert.ok(Buffer.isBuffer(await line.next()) && Buffer.isBuffer(await line.next()));
        await line.untilClosed();
    });
});

describe("JSON as JavaScript reads it:", () => {
    const server = sharedServer();
    const lines = [
        ["a lone surrogate", '"\\ud800"'],
        ["a lone low surrogate", '"x\\udc00y"'],
        ["an escaped pair", '"\\ud83d\\ude00"'],
        ["NUL", '"a\\u0000b"'],
        ["minus zero", "-0"],
        ["an integer beyond 53 bits", "9007199254740993"],
        ["an integer beyond 64 bits", "123456789012345678901234567890"],
        ["a number beyond all", "1e400"],
        ["a number below all", "1e-400"],
        ["a tiny exponent", "1.5E-7"],
        ["every escape", '"\\"\\\\\\/\\b\\f\\n\\r\\t"'],
        ["depth", `${"[".repeat(100)}${"]".repeat(100)}`],
        ["an empty key", '{"":{"":0}}'],
        ["characters of every length", '"aé€😀"'],
        ["line separators", '"\u2028\u2029\u007f"'],
    ];

    for (const [what, json] of lines)
        test(what, async () => {
            const line = await joinLine(server);
            line.send(`421["echo",${json}]`);
            const answer = await line.next();
            assert.match(answer, /^431\[/);
            const wanted = JSON.parse(json);
            // Ours relays the text unchanged, the official server what JSON.stringify makes of it: JSON.parse sees through
            // both, except that the official one writes null for Infinity.
            const got = JSON.parse(answer.slice(3))[0];
            if (wanted === Infinity) assert.ok(got === null || got === Infinity);
            else if (Object.is(wanted, -0)) assert.equal(Math.abs(got), 0);
            else assert.deepEqual(got, wanted);
            line.terminate();
        });

    test("deeper than the limit is refused, however deep", ours("its limit is the stack"), async () => {
        for (const depth of [200, 5000, 400_000]) {
            const line = await joinLine(server);
            line.send(`421["echo",${"[".repeat(depth)}${"]".repeat(depth)}]`);
            await line.untilClosed();
        }
        const line = await joinLine(server);
        line.send(`421["echo",${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]`);
        await line.untilClosed();
    });

    test("text that is no UTF-8 never gets through", async () => {
        const { FrameLine, frame, opcodes } = await import("../support/websocket_wire.mjs");
        const line = await FrameLine.open(server);
        await line.write(frame(opcodes.text, "40"));
        await line.nextFrame();
        await line.nextFrame();
        await line.write(frame(opcodes.text, Buffer.concat([Buffer.from('421["echo","'), Buffer.from([0xc3, 0x28]), Buffer.from('"]')])));
        assert.equal(await line.untilCloseFrame(), 1007);
    });
});
