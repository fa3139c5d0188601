// RFC 6455 frame by frame against the running server, group by group as the Autobahn suite has them: framing, pings,
// reserved bits, opcodes, fragmentation, UTF-8, closing, sizes. Messages are Engine.IO's: "4..." is echoed.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { describe, test } from "node:test";
import { sharedServer } from "../support/contract_server.mjs";
import { closeFrame, FrameLine, frame, Line, opcodes } from "../support/websocket_wire.mjs";
import { within } from "../support/wait.mjs";

const { text, binary, continuation, ping, pong, close } = opcodes;

describe("WebSocket", () => {
    const server = sharedServer({ MODE: "engine-echo", MAX_HTTP_BUFFER_SIZE: 20_000_000 });

    async function open() {
        const line = await FrameLine.open(server, "/engine.io/?EIO=4&transport=websocket");
        await line.nextFrame(); // open packet
        return line;
    }

    /// What comes back when these frames are sent.
    async function answers(frames, wanted, { together = false } = {}) {
        const line = await open();
        if (together) await line.write(Buffer.concat(frames));
        else for (const each of frames) await line.write(each);
        for (const each of wanted) {
            const got = await line.nextFrame(10_000);
            assert.ok(got, `closed instead of ${JSON.stringify(each).slice(0, 100)}`);
            assert.equal(got.masked, false);
            assert.equal(got.rsv, 0);
            assert.equal(got.fin, true);
            assert.deepEqual([got.opcode, got.payload], [each[0], Buffer.from(each[1])]);
        }
        line.destroy();
    }

    async function closes(frames, ...codes) {
        const line = await open();
        for (const each of frames) await line.write(each);
        const code = await line.untilCloseFrame();
        assert.ok(codes.includes(code), `closed with ${code} instead of ${codes.join(" or ")}`);
        await line.untilClosed();
    }

    describe("framing", () => {
        for (const size of [0, 1, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537]) {
            const payload = "*".repeat(size);
            test(`text of ${size} bytes`, () => answers([frame(text, `4${payload}`)], [[text, `4${payload}`]]));
            test(`binary of ${size} bytes`, () => answers([frame(binary, payload)], [[binary, payload]]));
        }

        test("a frame byte by byte", async () => {
            const line = await open();
            for (const byte of frame(text, "4slowly and with care")) await line.write(Buffer.from([byte]));
            assert.equal((await line.nextFrame()).payload.toString(), "4slowly and with care");
            line.destroy();
        });

        test("many frames in one segment", () =>
            answers(
                Array.from({ length: 100 }, (_, i) => frame(text, `4${i}`)),
                Array.from({ length: 100 }, (_, i) => [text, `4${i}`]),
                { together: true },
            ));

        test("a frame without a mask is refused", () => closes([frame(text, "4x", { mask: false })], 1002));
        test("a mask of zeros is a mask", async () => {
            const line = await open();
            await line.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x78]));
            assert.equal((await line.nextFrame()).payload.toString(), "4x");
            line.destroy();
        });
    });

    describe("pings", () => {
        test("without payload", () => answers([frame(ping)], [[pong, ""]]));
        test("with payload", () => answers([frame(ping, "hello")], [[pong, "hello"]]));
        test("with binary payload", () => answers([frame(ping, Buffer.from([0, 255, 254]))], [[pong, Buffer.from([0, 255, 254])]]));
        test("with 125 bytes", () => answers([frame(ping, Buffer.alloc(125, 0xfe))], [[pong, Buffer.alloc(125, 0xfe)]]));
        test("with 126 bytes is refused", () => closes([frame(ping, Buffer.alloc(126))], 1002));
        test("unasked pongs are no news", () => answers([frame(pong), frame(pong, "x"), frame(ping, "y")], [[pong, "y"]]));
        test("ten in a row are answered in order", () =>
            answers(Array.from({ length: 10 }, (_, i) => frame(ping, `${i}`)), Array.from({ length: 10 }, (_, i) => [pong, `${i}`])));
        test("a ping in pieces", async () => {
            const line = await open();
            for (const byte of frame(ping, "piecemeal")) await line.write(Buffer.from([byte]));
            assert.deepEqual((await line.nextFrame()).payload.toString(), "piecemeal");
            line.destroy();
        });
    });

    describe("reserved bits", () => {
        for (let rsv = 1; rsv < 8; rsv++)
            for (const [name, opcode] of Object.entries({ text, binary, ping, pong, close }))
                test(`${rsv} in a ${name} frame is refused`, () => closes([frame(opcode, opcode === text ? "4x" : "", { rsv })], 1002));
    });

    describe("opcodes", () => {
        for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
            test(`${opcode} is refused`, () => closes([frame(opcode)], 1002));
            test(`${opcode} is refused with a payload and after a message`, async () => {
                const line = await open();
                await line.write(frame(text, "4first"));
                assert.equal((await line.nextFrame()).payload.toString(), "4first");
                await line.write(frame(opcode, "x"));
                assert.equal(await line.untilCloseFrame(), 1002);
            });
        }
    });

    describe("fragmentation", () => {
        const first = (payload, opcode = text) => frame(opcode, payload, { fin: false });
        const middle = (payload) => frame(continuation, payload, { fin: false });
        const last = (payload) => frame(continuation, payload);

        test("two pieces", () => answers([first("4hel"), last("lo")], [[text, "4hello"]]));
        test("two pieces in one segment", () => answers([first("4hel"), last("lo")], [[text, "4hello"]], { together: true }));
        test("binary", () => answers([first("ab", binary), middle("cd"), last("ef")], [[binary, "abcdef"]]));
        test("empty pieces", () => answers([first(""), middle(""), middle("4x"), last("")], [[text, "4x"]]));
        test("a thousand pieces", () =>
            answers([first("4"), ...Array.from({ length: 1000 }, () => middle("x")), last("")], [[text, `4${"x".repeat(1000)}`]], { together: true }));
        test("pings between the pieces are answered at once", () =>
            answers([first("4a"), frame(ping, "1"), middle("b"), frame(ping, "2"), last("c")], [[pong, "1"], [pong, "2"], [text, "4abc"]]));
        test("pongs between the pieces are ignored", () => answers([first("4a"), frame(pong, "1"), last("b")], [[text, "4ab"]]));
        test("a close between the pieces closes", () => closes([first("4a"), closeFrame(1000)], 1000));
        test("a ping in two pieces is refused", () => closes([frame(ping, "a", { fin: false }), last("b")], 1002));
        test("a pong in two pieces is refused", () => closes([frame(pong, "a", { fin: false }), last("b")], 1002));
        test("a close in two pieces is refused", () => closes([frame(close, "", { fin: false })], 1002));
        test("a continuation of nothing is refused", () => closes([last("4x")], 1002));
        test("a continuation of nothing is refused after a whole message", () => closes([frame(text, "4x"), middle("y")], 1002));
        test("a new message before the last one ends is refused", () => closes([first("4a"), frame(text, "4b")], 1002));
        test("a new binary message before the last one ends is refused", () => closes([first("4a"), frame(binary, "b")], 1002));
    });

    describe("UTF-8", () => {
        const valid = { "two bytes": "ß", "three bytes": "€", "four bytes": "😀", "the last before the surrogates": "\ud7ff", "the first behind them": "\ue000", "the last of all": "\u{10ffff}", "no characters": "\ufffe\uffff", NUL: "\u0000" };
        for (const [what, characters] of Object.entries(valid)) {
            test(what, () => answers([frame(text, `4${characters}`)], [[text, `4${characters}`]]));
            test(`${what}, cut at every byte`, async () => {
                const bytes = Buffer.from(`4${characters}`);
                for (let at = 1; at < bytes.length; at++)
                    await answers([frame(text, bytes.subarray(0, at), { fin: false }), frame(continuation, bytes.subarray(at))], [[text, bytes]]);
            });
        }
        const invalid = { "a lone continuation": "80", "a start without its continuation": "c3", "an overlong slash": "c0af", "an overlong NUL": "e08080", "a surrogate": "eda080", "beyond the last": "f4908080", "five bytes": "f888808080", "six bytes": "fc8480808080", ff: "ff", "two starts": "c3c3", "a broken third byte": "e28228" };
        for (const [what, hex] of Object.entries(invalid)) {
            const bytes = Buffer.concat([Buffer.from("4"), Buffer.from(hex, "hex")]);
            test(`${what} is refused`, () => closes([frame(text, bytes)], 1007));
            test(`${what} is refused in the first of two pieces`, () =>
                closes([frame(text, bytes, { fin: false }), frame(continuation, "4 and then something")], 1007));
        }
        test("a character that is not complete at the end is refused", () => closes([frame(text, Buffer.from([0x34, 0xe2, 0x82]))], 1007));
        test("binary may be anything", () => answers([frame(binary, Buffer.from([0xff, 0xc0, 0x80]))], [[binary, Buffer.from([0xff, 0xc0, 0x80])]]));
    });

    describe("closing", () => {
        const withCode = (bytes) => frame(close, Buffer.from(bytes));
        test("without a code", () => closes([frame(close)], 1005, 1000));
        test("with one byte is refused", () => closes([withCode([3])], 1002));
        test("with a reason", () => closes([closeFrame(1000, "good bye")], 1000));
        test("with the longest reason", () => closes([closeFrame(1000, "x".repeat(123))], 1000));
        test("with too long a reason is refused", () => closes([closeFrame(1000, "x".repeat(124))], 1002));
        test("with a reason that is no UTF-8 is refused", () => closes([withCode([3, 0xe8, 0xc3, 0x28])], 1007, 1002));
        for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
            test(`${code} may be said`, () => closes([closeFrame(code)], code));
        for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
            test(`${code} may not be said`, () => closes([closeFrame(code)], 1002));
        test("nothing behind it is served", async () => {
            const line = await open();
            await line.write(Buffer.concat([closeFrame(1000), frame(text, "4late"), frame(ping)]));
            assert.equal((await line.nextFrame()).opcode, close);
            await line.untilClosed();
            assert.equal(await line.nextFrame(), null);
        });
        test("two close frames are one", () => closes([closeFrame(1000), closeFrame(1001)], 1000));
    });

    describe("sizes", () => {
        for (const size of [64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20])
            test(`${size >> 10} KiB as one frame and as many`, async () => {
                const line = new Line(server, "/engine.io/?EIO=4&transport=websocket", { maxPayload: 32 << 20 });
                await line.next();
                const message = crypto.randomBytes(size);
                line.send(message);
                assert.ok(message.equals(await line.next(15_000)));
                const piece = Math.max(4096, size >> 8);
                for (let at = 0; at < size; at += piece)
                    line.socket.send(message.subarray(at, at + piece), { binary: true, fin: at + piece >= size });
                assert.ok(message.equals(await line.next(15_000)));
                line.terminate();
            });

        test("a message of 64 KiB in writes of 997 bytes", async () => {
            const line = await open();
            const message = crypto.randomBytes(64 << 10);
            const bytes = frame(binary, message);
            for (let at = 0; at < bytes.length; at += 997) await line.write(bytes.subarray(at, at + 997));
            assert.ok(message.equals((await line.nextFrame()).payload));
            line.destroy();
        });

        test("a thousand round trips", async () => {
            const line = new Line(server, "/engine.io/?EIO=4&transport=websocket");
            await line.next();
            for (let i = 0; i < 1000; i++) {
                line.send(`4${i}`);
                assert.equal(await line.next(), `4${i}`);
            }
            await line.close();
        });
    });
});

describe("permessage-deflate", () => {
    const plain = sharedServer({ MODE: "engine-echo" });
    const kept = { fresh: sharedServer({ MODE: "engine-echo", PMD: 1 }), taken: sharedServer({ MODE: "engine-echo", PMD: 1, PMD_TAKEOVER: 1 }) };

    const offers = [
        {},
        { serverNoContextTakeover: true },
        { clientNoContextTakeover: true },
        { serverNoContextTakeover: true, clientNoContextTakeover: true },
        { serverMaxWindowBits: 9 },
        { serverMaxWindowBits: 10, clientMaxWindowBits: 10 },
        { serverMaxWindowBits: 15, clientMaxWindowBits: 9 },
    ];
    for (const [mode, server] of Object.entries(kept))
        for (const offer of offers)
            test(`${mode === "fresh" ? "without" : "with"} takeover: ${JSON.stringify(offer)}`, async () => {
                const line = new Line(server, "/engine.io/?EIO=4&transport=websocket", { perMessageDeflate: { threshold: 0, ...offer } });
                const { headers } = await within(line.upgrade, "the 101");
                await line.next();
                if (!headers["sec-websocket-extensions"]) return void (await line.close()); // declined: it is the server's to choose
                const accepted = headers["sec-websocket-extensions"];
                assert.match(accepted, /^permessage-deflate/);
                if (offer.serverNoContextTakeover) assert.match(accepted, /server_no_context_takeover/);
                if (offer.serverMaxWindowBits) assert.match(accepted, new RegExp(`server_max_window_bits=(${Array.from({ length: offer.serverMaxWindowBits - 7 }, (_, i) => i + 8).join("|")})`));
                for (const message of ["4", "4x", `4${"abc ".repeat(5000)}`, `4${"ü😀".repeat(3000)}`, Buffer.alloc(100_000), crypto.randomBytes(50_000), `4${"abc ".repeat(5000)}`, "4end"]) {
                    line.send(message);
                    assert.deepEqual(await line.next(), message);
                }
                await line.close();
            });

    test("messages from the threshold on are compressed, smaller ones are not", async () => {
        const line = await FrameLine.open(kept.fresh, "/engine.io/?EIO=4&transport=websocket", { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } });
        await line.nextFrame();
        await line.write(Buffer.concat([frame(text, `4${"x".repeat(900)}`), frame(text, `4${"x".repeat(5000)}`)]));
        const [small, large] = [await line.nextFrame(), await line.nextFrame()];
        assert.equal(small.rsv, 0);
        assert.equal(large.rsv, 4);
        assert.ok(large.payload.length < 500);
        line.destroy();
    });

    test("compressed frames are refused where nothing was agreed", async () => {
        const line = await FrameLine.open(plain, "/engine.io/?EIO=4&transport=websocket", { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } });
        assert.doesNotMatch(line.responseHead, /extensions/i);
        await line.nextFrame();
        await line.write(frame(text, Buffer.from([0x32, 0x01, 0x00]), { rsv: 4 }));
        assert.equal(await line.untilCloseFrame(), 1002);
    });

    test("compressed noise closes", async () => {
        for (const bytes of [crypto.randomBytes(500), Buffer.from([0xff, 0xff, 0xff]), Buffer.from([0x07])]) {
            const line = await FrameLine.open(kept.fresh, "/engine.io/?EIO=4&transport=websocket", { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } });
            await line.nextFrame();
            await line.write(frame(binary, bytes, { rsv: 4 }));
            const code = await within(line.untilCloseFrame(), "the close");
            assert.ok([1002, 1003, 1007, 1011].includes(code), `${code}`);
        }
    });

    test("a compressed message may come in pieces, and only its first carries the bit", async () => {
        const zlib = await import("node:zlib");
        const packed = zlib.deflateRawSync(Buffer.from(`4${"hello ".repeat(100)}`), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
        const open = async () => {
            const line = await FrameLine.open(kept.fresh, "/engine.io/?EIO=4&transport=websocket", { headers: { "Sec-WebSocket-Extensions": "permessage-deflate" } });
            await line.nextFrame();
            return line;
        };
        const line = await open();
        await line.write(Buffer.concat([frame(text, packed.subarray(0, 5), { rsv: 4, fin: false }), frame(ping, "x"), frame(continuation, packed.subarray(5))]));
        assert.equal((await line.nextFrame()).opcode, pong);
        assert.equal((await line.nextFrame()).payload.toString(), `4${"hello ".repeat(100)}`);
        line.destroy();
        const other = await open();
        await other.write(Buffer.concat([frame(text, packed.subarray(0, 5), { rsv: 4, fin: false }), frame(continuation, packed.subarray(5), { rsv: 4 })]));
        assert.equal(await other.untilCloseFrame(), 1002);
    });
});
