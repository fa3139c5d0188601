// One test for each advisory that was ever published against the JavaScript family and its neighbours, by its number.
// Some of the numbers concern clients or brokers alone; those have no test here.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ours, patience, sharedServer, startServer } from "../support/contract_server.mjs";
import { exchange, Polling, RawConnection } from "../support/http_wire.mjs";
import { pause, until } from "../support/wait.mjs";
import { ask, FrameLine, frame, join, joinLine, Line, openLine, opcodes, upgradeRequest } from "../support/websocket_wire.mjs";
import { many, survives } from "./survival.mjs";

const target = "/socket.io/?EIO=4&transport=websocket";
const place = (num) => `{"_placeholder":true,"num":${num}}`;

/// A connection over plain TCP with the main namespace joined.
async function joinedFrames(server) {
    const line = await FrameLine.open(server, target);
    await line.write(frame(opcodes.text, "40"));
    await line.nextFrame();
    await line.nextFrame();
    return line;
}

describe("packets", () => {
    const server = sharedServer();

    test("CVE-2026-69185: no attachments announced, endless ones sent", () =>
        survives(server, async () => {
            const line = await joinLine(server);
            line.send('450-["x"]');
            for (let i = 0; i < 1000 && line.socket.readyState === 1; i++) line.send(Buffer.alloc(10_000));
            await line.untilClosed();
        }));

    test("CVE-2026-33151: any number of attachments announced", () =>
        survives(server, async () => {
            for (const count of ["11", "999999", "4294967296", "18446744073709551616", "9".repeat(300)]) {
                const line = await joinLine(server);
                line.send(`45${count}-["x",${place(0)}]`);
                for (let i = 0; i < 50 && line.socket.readyState === 1; i++) line.send(Buffer.alloc(100_000));
                await line.untilClosed();
            }
        }));

    test("CVE-2026-33151: large attachments that never become a packet", () =>
        survives(server, async () => {
            const lines = await many(20, () => joinLine(server));
            for (const line of lines) {
                line.send(`4510-["no-ack",${Array.from({ length: 10 }, (_, i) => place(i))}]`);
                for (let i = 0; i < 9; i++) line.send(Buffer.alloc(900_000));
            }
            await pause(300);
            for (const line of lines) line.terminate();
            await server.untilEmpty();
        }));

    test("CVE-2026-48804: a binary header before CONNECT", () =>
        survives(server, async () => {
            for (const nsp of ["", "/custom,"]) {
                const line = await openLine(server);
                line.send(`451-${nsp}["echo",${place(0)}]`);
                for (let i = 0; i < 20 && line.socket.readyState === 1; i++) line.send(Buffer.alloc(100_000));
                await line.untilClosed();
            }
        }));

    test("CVE-2026-48804: half a packet is freed when its namespace is left", () =>
        survives(server, async () => {
            const lines = await many(20, async () => {
                const line = await joinLine(server);
                await join(line, "/custom");
                line.send(`4510-/custom,["echo",${Array.from({ length: 10 }, (_, i) => place(i))}]`);
                for (let i = 0; i < 5; i++) line.send(Buffer.alloc(900_000));
                line.send("41/custom,"); // text where an attachment is awaited
                return line;
            });
            for (const line of lines) await line.untilClosed();
        }));

    test("CVE-2024-38355: an event named error", () =>
        survives(server, async () => {
            const line = await joinLine(server);
            for (const args of ["", ",1", ",null", ',{"message":"x","stack":5}', ",[[]]"]) line.send(`42["error"${args}]`);
            assert.deepEqual(await ask(line, "echo", [1]), [1]);
            line.terminate();
        }));

    test("CVE-2023-32695: an event name that is an object", () =>
        survives(server, async () => {
            for (const name of ['{"toString":"x"}', '{"toString":1}', '{"__proto__":null}', "[]", "null", "true"]) {
                const line = await joinLine(server);
                line.send(`42[${name}]`);
                await line.untilClosed();
            }
        }));

    test("CVE-2022-2421: placeholders that are no numbers of attachments", () =>
        survives(server, async () => {
            for (const num of ['"splice"', '"length"', '"__proto__"', "-1", "1", "1e9", "9007199254740993", "1e400", "null", "true", "[0]", "{}"]) {
                const line = await joinLine(server);
                line.send(`451-["echo",${place(num)}]`);
                line.send(Buffer.from("x"));
                await line.untilClosed();
            }
        }));

    test("CVE-2020-36049: time grows with the length of a packet, not with its square", () =>
        survives(server, async () => {
            const time = async (size) => {
                const line = await joinedFrames(server);
                const text = Buffer.from(`421["no-ack",[${"[],".repeat(size / 3)}[]]]`);
                const start = performance.now();
                const pieces = [];
                for (let at = 0; at < text.length; at += 1000)
                    pieces.push(frame(at === 0 ? opcodes.text : opcodes.continuation, text.subarray(at, at + 1000), { fin: at + 1000 >= text.length }));
                await line.write(Buffer.concat([...pieces, frame(opcodes.text, '422["echo",1]')]));
                assert.equal((await line.nextFrame(20_000)).payload.toString(), "432[1]");
                line.destroy();
                return performance.now() - start;
            };
            await time(90_000);
            const [small, large] = [await time(90_000), await time(900_000)];
            assert.ok(large < 10 * (small + 100) * patience, `${small} ms for 90 kB, ${large} ms for 900 kB`);
        }));

    test("many small packets in one payload", ours("it dies of its stack"), () =>
        survives(server, async () => {
            const session = await new Polling(server).open();
            await session.join();
            await session.post(Array.from({ length: 100_000 }, () => "3").join("\x1e")).catch(() => {});
            await session.post(Array.from({ length: 60_000 }, () => '42[""]').join("\x1e")).catch(() => {});
            await session.post("1").catch(() => {});
        }));
});

describe("requests", () => {
    const server = sharedServer();

    test("CVE-2026-59725: octet-stream is answered, each time", () =>
        survives(server, async () => {
            await many(200, async () => {
                const session = await new Polling(server).open();
                const answer = await session.post("4x", { headers: { "content-type": "application/octet-stream" } });
                assert.equal(answer.status, 400);
            });
            await server.untilEmpty();
        }));

    test("GHSA-gr94-w7qr-f4j3: session ids of other kinds", () =>
        survives(server, async () => {
            for (const sid of ["__proto__", "constructor", "toString", "%00", "%FF%FE", "", "-".repeat(20), "_".repeat(20), "0".repeat(20), "z".repeat(60_000 / 8)]) {
                const answer = await exchange(server, `/socket.io/?EIO=4&transport=polling&sid=${sid}`);
                assert.ok([200, 400, 414, 431].includes(answer.status), `${sid}: ${answer.status}`);
                const line = new Line(server, `${target}&sid=${sid}`);
                await Promise.race([line.opened.catch(() => {}), line.closed]);
                line.terminate();
            }
        }));

    test("EIO=3 on a session of revision 4", () =>
        survives(server, async () => {
            const session = await new Polling(server).open();
            for (const method of ["GET", "POST"]) {
                const answer = await exchange(server, `/socket.io/?EIO=3&transport=polling&sid=${session.sid}`, { method, body: method === "POST" ? "4:40xx" : undefined });
                assert.equal(answer.status, 400);
            }
            await session.join();
            await session.send("1");
        }));

    test("allow_request holds for every transport", () =>
        survives(server, async () => {
            assert.equal((await exchange(server, "/socket.io/?EIO=4&transport=polling&deny=1")).status, 403);
            assert.equal((await new Line(server, `${target}&deny=1`).untilRefused()).status, 400);
        }));

    test("CVE-2023-31125: transports that are names of a prototype", () =>
        survives(server, async () => {
            for (const name of ["constructor", "__proto__", "hasOwnProperty", "toString", "valueOf", "%5F%5Fproto%5F%5F", "websocket,polling", "polling%00"]) {
                const answer = await exchange(server, `/socket.io/?EIO=4&transport=${name}`);
                assert.equal(JSON.parse(answer.text).code, 0);
                assert.equal((await new Line(server, `/socket.io/?EIO=4&transport=${name}`).untilRefused()).status, 400);
            }
        }));

    test("CVE-2020-36048: a huge POST is refused before it is there", ours("it waits for the bytes"), () =>
        survives(server, async () => {
            const session = await new Polling(server).open();
            const eager = await many(20, async () => {
                const line = new RawConnection(server, `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n${"x".repeat(1000)}`);
                await line.untilText(/^HTTP\/1\.1 (413|400) /);
                return line;
            }, 1);
            for (const line of eager) line.destroy();
        }));

    test("CVE-2020-28481: no CORS unless asked for", () =>
        survives(server, async () => {
            const answer = await exchange(server, "/socket.io/?EIO=4&transport=polling", { headers: { origin: "http://evil.example" } });
            assert.deepEqual(Object.keys(answer.headers).filter((name) => name.startsWith("access-control")), []);
        }));

    test("CVE-2017-16031: ids cannot be foretold", () =>
        survives(server, async () => {
            const ids = [];
            for (let i = 0; i < 400; i++) {
                const session = await new Polling(server).open();
                ids.push([session.sid, (await session.join()).sid]);
                await session.send("1");
            }
            for (const kind of [0, 1]) {
                const own = ids.map((pair) => pair[kind]);
                assert.equal(new Set(own).size, own.length);
                // 96 random bits are sixteen characters, each of which takes nearly all of its 64 values in 400 draws.
                const rich = Array.from({ length: 20 }, (_, at) => new Set(own.map((id) => id[at])).size).filter((values) => values >= 50).length;
                assert.ok(rich >= 16, `only ${rich} characters vary freely`);
            }
            for (const [sid, id] of ids) assert.ok([...sid].filter((character, at) => character === id[at]).length < 10, "one id is made of the other");
        }));

    test("CVE-2026-48802: pongs start no timers", () =>
        survives(server, async () => {
            const line = await joinLine(server);
            for (let i = 0; i < 20_000; i++) line.send("3");
            assert.deepEqual(await ask(line, "echo", [1]), [1]);
            assert.deepEqual(line.passed, []);
            line.terminate();
        }));
});

describe("WebSocket", () => {
    const server = sharedServer();

    test("CVE-2026-48779: a message of very many fragments", () =>
        survives(server, async () => {
            for (const payload of ["x", ""]) {
                const line = await joinedFrames(server);
                const piece = frame(opcodes.continuation, payload, { fin: false });
                await line.write(frame(opcodes.text, "4", { fin: false }));
                for (let i = 0; i < 300 && !line.ended; i++) await line.write(Buffer.concat(Array.from({ length: 1000 }, () => piece)));
                const code = await line.untilCloseFrame();
                assert.ok(code === 1008 || code === 1009 || code === null, `${code}`);
            }
        }));

    test("CVE-2026-48779: a message that comes byte by byte", () =>
        survives(server, async () => {
            const lines = await many(10, () => joinedFrames(server));
            const bytes = frame(opcodes.text, `421["echo","${"x".repeat(2000)}"]`);
            for (let at = 0; at < bytes.length; at++) await Promise.all(lines.map((line) => line.write(bytes.subarray(at, at + 1))));
            for (const line of lines) {
                assert.match((await line.nextFrame()).payload.toString(), /^431\["x+"\]$/);
                line.destroy();
            }
        }));

    test("many claimed lengths reserve no memory", () =>
        survives(server, async () => {
            const lines = await many(200, () => joinedFrames(server));
            for (const line of lines) await line.write(frame(opcodes.binary, "x".repeat(10), { claimed: 999_999n }));
            await pause(100);
            const { residentBytes } = await import("../support/process_facts.mjs");
            const { isSanitized } = await import("../support/contract_server.mjs");
            if (!isSanitized) assert.ok(residentBytes(server.pid) < 400 << 20, "200 connections of ten bytes each");
            for (const line of lines) line.destroy();
        }));

    test("ws#pongs: a flood of pings to one who reads nothing", () =>
        survives(server, async () => {
            const line = await joinedFrames(server);
            line.socket.pause();
            const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(opcodes.ping, Buffer.alloc(125))));
            for (let i = 0; i < 400 && !line.socket.destroyed; i++) {
                if (line.socket.writableLength > 8 << 20) await Promise.race([pause(50), line.closed]);
                line.socket.write(pings);
            }
            await pause(200);
            line.reset();
            await server.untilEmpty();
        }));

    test("CVE-2024-37890: very many headers in an upgrade", () =>
        survives(server, async () => {
            for (const count of [500, 3000, 20_000]) {
                const headers = Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${i}`, "1"]));
                const line = new RawConnection(server, upgradeRequest(target, headers));
                await Promise.race([line.untilText(/^HTTP\/1\.1 \d/).catch(() => {}), line.untilClosed()]);
                line.destroy();
            }
            const line = new RawConnection(server, upgradeRequest(target, { "X-Long": "x".repeat(1_000_000) }));
            await line.untilClosed();
            assert.doesNotMatch(line.text, /^HTTP\/1\.1 101/);
        }));

    test("CVE-2021-32640: a header of blanks costs no more than its length", () =>
        survives(server, async () => {
            for (const name of ["Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Connection", "Origin", "Accept-Encoding", "Cookie"])
                for (const value of [`a${" ".repeat(7000)}b`, `${"a,".repeat(3000)}a`, ",".repeat(7000), `a${";".repeat(7000)}`, `"${"\\".repeat(7000)}`]) {
                    const start = performance.now();
                    const line = new RawConnection(server, upgradeRequest(target, { [name]: name === "Connection" ? `Upgrade, ${value}` : value }));
                    await Promise.race([line.untilText(/^HTTP\/1\.1 \d/).catch(() => {}), line.untilClosed()]);
                    assert.ok(performance.now() - start < 1000 * patience, `${name}: ${performance.now() - start} ms`);
                    line.destroy();
                }
        }));

    test("GHSA-5v72-xg48-5rpm: extensions with names of a prototype", async (t) => {
        const compressing = await startServer(t, { PMD: 1 });
        for (const each of [server, compressing])
            await survives(each, async () => {
                for (const value of [
                    "constructor",
                    "__proto__",
                    "permessage-deflate; constructor",
                    "permessage-deflate; __proto__=1",
                    "permessage-deflate; server_max_window_bits=99",
                    "permessage-deflate; server_max_window_bits=",
                    'permessage-deflate; server_max_window_bits="10"',
                    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                    "permessage-deflate; client_max_window_bits=8; x",
                    "permessage-deflate, permessage-deflate, permessage-deflate",
                    "permessage-deflate;",
                    ";;;,,,===",
                    '"',
                    "\u00e9\u00ff",
                ]) {
                    const line = new RawConnection(each, Buffer.from(upgradeRequest(target, { "Sec-WebSocket-Extensions": value }), "latin1"));
                    await line.untilText(/^HTTP\/1\.1 (101|400) /);
                    line.destroy();
                }
            });
    });

    test("CVE-2016-10542: a message of many megabytes is refused at its head", () =>
        survives(server, async () => {
            for (const claimed of [1_000_001n, 256n << 20n, 1n << 32n, (1n << 63n) - 1n]) {
                const line = await joinedFrames(server);
                await line.write(frame(opcodes.binary, "x", { claimed }));
                assert.equal(await line.untilCloseFrame(), 1009);
                line.destroy();
            }
        }));

    test("a length with its top bit set is no length", () =>
        survives(server, async () => {
            const line = await joinedFrames(server);
            await line.write(frame(opcodes.binary, "x", { claimed: 1n << 63n }));
            const code = await line.untilCloseFrame();
            assert.ok([1002, 1009].includes(code), `${code}`);
        }));

    test("a small message that unpacks to a huge one", async (t) => {
        const zlib = await import("node:zlib");
        const compressing = await startServer(t, { PMD: 1 });
        await survives(compressing, async () => {
            for (let i = 0; i < 10; i++) {
                const line = await FrameLine.open(compressing, target, { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } });
                assert.match(line.responseHead, /permessage-deflate/i);
                const bomb = zlib.deflateRawSync(Buffer.alloc(500 << 20 >> (i ? 3 : 0)), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
                if (bomb.length > 1_000_000) continue;
                await line.write(frame(opcodes.binary, bomb, { rsv: 4 }));
                assert.equal(await line.untilCloseFrame(20_000), 1009);
                line.destroy();
            }
        });
    });

    test("CVE-2022-21676: reserved bits in the bytes behind the handshake", () =>
        survives(server, async () => {
            for (const rsv of [1, 2, 3, 4, 7])
                for (const opcode of [opcodes.text, opcodes.binary, opcodes.ping, 3, 11, 15]) {
                    const line = new RawConnection(server, Buffer.concat([Buffer.from(upgradeRequest(target)), frame(opcode, "x", { rsv })]));
                    await line.untilClosed();
                }
            await server.untilEmpty();
        }));

    test("CVE-2022-41940: a reset at every stage of a handshake", () =>
        survives(server, async () => {
            const session = await new Polling(server).open();
            for (const where of [target, `${target}&deny=1`, `${target}&sid=nobody`, `${target}&sid=${session.sid}`, "/socket.io/?EIO=4&transport=polling", "/elsewhere"]) {
                const text = upgradeRequest(where);
                for (const at of [0, 1, 10, text.length >> 1, text.length - 2, text.length]) {
                    const line = new RawConnection(server, text.slice(0, at));
                    await line.connected;
                    line.reset();
                }
            }
            await session.send("1");
            await until(async () => (await server.state()).connections === 0, "all to be gone");
        }));
});
