// WebSocket as it stands on the wire, in two depths: `Line` is one connection through npm's `ws`, message by message;
// `FrameLine` writes and reads single frames over plain TCP, legal or not. They know Engine.IO only by its handshake.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import WebSocket from "ws";
import { RawConnection } from "./http_wire.mjs";
import { Inbox, until, within } from "./wait.mjs";

/// Text messages arrive as strings, binary ones as Buffers.
export class Line {
    constructor(server, target, options = {}) {
        const scheme = server.scheme === "https" ? "wss" : "ws";
        const url = server.socketPath ? `ws+unix:${server.socketPath}:${target}` : `${scheme}://${server.authority}${target}`;
        const { protocols = [], ...rest } = options;
        this.socket = new WebSocket(url, protocols, {
            perMessageDeflate: false,
            allowSynchronousEvents: false,
            ca: server.ca,
            ...rest,
        });
        this.messages = new Inbox();
        this.pings = new Inbox();
        this.pongs = new Inbox();
        this.socket.on("message", (data, isBinary) => this.messages.push(isBinary ? data : data.toString()));
        this.socket.on("ping", (data) => this.pings.push(data));
        this.socket.on("pong", (data) => this.pongs.push(data));
        this.socket.on("error", (error) => (this.error = error));
        // What a refused handshake was answered: {status, headers, text}.
        this.refused = new Promise((resolve) =>
            this.socket.once("unexpected-response", (request, response) => {
                let text = "";
                response.on("data", (chunk) => (text += chunk));
                response.on("error", () => {});
                response.on("close", () => {
                    resolve({ status: response.statusCode, headers: response.headers, text });
                    request.destroy();
                });
            }),
        );
        this.closed = new Promise((resolve) => {
            this.socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
            this.refused.then(() => resolve({ code: 1006, reason: "" }));
        });
        this.opened = new Promise((resolve, reject) => {
            this.socket.once("open", resolve);
            this.closed.then(() => reject(this.error ?? new Error("closed before it was open")));
        });
        this.opened.catch(() => {});
        this.upgrade = new Promise((resolve) => this.socket.once("upgrade", resolve));
    }

    next(ms) {
        return this.messages.next("a message", ms);
    }

    send(data) {
        this.socket.send(data);
    }

    untilClosed(ms) {
        return within(this.closed, "the close", ms);
    }

    untilRefused(ms) {
        return within(this.refused, "the refusal", ms);
    }

    close() {
        this.socket.close();
        return this.closed;
    }

    terminate() {
        this.socket.terminate();
    }
}

/// A direct WebSocket session, its open packet read.
export async function openLine(server, path = "/socket.io/", options = {}) {
    const { parameters = "", ...rest } = options;
    const line = new Line(server, `${path}?EIO=4&transport=websocket${parameters}`, rest);
    await within(line.opened, "the WebSocket to open");
    const open = await line.next();
    assert.equal(open[0], "0");
    line.openPacket = JSON.parse(open.slice(1));
    line.sid = line.openPacket.sid;
    return line;
}

/// ... and a namespace joined; `line.reply` is the CONNECT reply's payload.
export async function joinLine(server, nsp = "/", auth, options) {
    const line = await openLine(server, "/socket.io/", options);
    line.reply = await join(line, nsp, auth);
    return line;
}

export async function join(line, nsp = "/", auth) {
    const prefix = nsp === "/" ? "" : `${nsp},`;
    line.send(`40${prefix}${auth === undefined ? "" : JSON.stringify(auth)}`);
    const reply = await line.next();
    assert.ok(reply.startsWith(`40${prefix}`), reply);
    return JSON.parse(reply.slice(2 + prefix.length));
}

/// Event with an ack, answered: the ack's arguments. Other packets on the way are pushed to `line.passed`; a ping is answered.
export async function ask(line, event, args = [], id = 7) {
    line.send(`42${id}${JSON.stringify([event, ...args])}`);
    line.passed ??= [];
    for (;;) {
        const packet = await line.next();
        if (packet === "2") line.send("3");
        else if (typeof packet === "string" && packet.startsWith(`43${id}[`)) return JSON.parse(packet.slice(2 + String(id).length));
        else line.passed.push(packet);
    }
}

// ---- single frames ---------------------------------------------------------------------------------------------

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/// A client frame; `claimed` writes another length than the payload has, `mask: false` leaves out the mask.
export function frame(opcode, payload = "", { fin = true, rsv = 0, mask = true, claimed, lengthBytes } = {}) {
    const data = Buffer.from(payload);
    const length = BigInt(claimed ?? data.length);
    const size = lengthBytes ?? (length < 126n ? 1 : length < 65536n ? 3 : 9);
    const head = Buffer.alloc(1 + size);
    head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    if (size === 1) head[1] = Number(length);
    else if (size === 3) {
        head[1] = 126;
        head.writeUInt16BE(Number(length), 2);
    } else {
        head[1] = 127;
        head.writeBigUInt64BE(length, 2);
    }
    if (!mask) return Buffer.concat([head, data]);
    head[1] |= 0x80;
    const key = crypto.randomBytes(4);
    for (let i = 0; i < data.length; i++) data[i] ^= key[i & 3];
    return Buffer.concat([head, key, data]);
}

export function closeFrame(code, reason = "") {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    return frame(opcodes.close, payload);
}

/// The frames in `bytes`, as far as they are complete: {fin, rsv, opcode, masked, payload}.
export function parseFrames(bytes) {
    const frames = [];
    for (let at = 0; ; ) {
        if (bytes.length < at + 2) return { frames, rest: bytes.subarray(at) };
        const masked = (bytes[at + 1] & 0x80) !== 0;
        let length = bytes[at + 1] & 0x7f;
        let head = 2;
        if (length === 126) {
            if (bytes.length < at + 4) return { frames, rest: bytes.subarray(at) };
            length = bytes.readUInt16BE(at + 2);
            head = 4;
        } else if (length === 127) {
            if (bytes.length < at + 10) return { frames, rest: bytes.subarray(at) };
            length = Number(bytes.readBigUInt64BE(at + 2));
            head = 10;
        }
        if (bytes.length < at + head + length) return { frames, rest: bytes.subarray(at) };
        const payload = bytes.subarray(at + head, at + head + length);
        frames.push({ fin: bytes[at] >> 7 === 1, rsv: (bytes[at] >> 4) & 7, opcode: bytes[at] & 15, masked, payload });
        at += head + length;
    }
}

export function upgradeRequest(target, headers = {}) {
    const lines = {
        Host: "localhost",
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": crypto.randomBytes(16).toString("base64"),
        ...headers,
    };
    const text = Object.entries(lines)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET ${target} HTTP/1.1\r\n${text.join("")}\r\n`;
}

/// A WebSocket over plain TCP, frame by frame. `head` is sent in one write with the opening handshake.
export class FrameLine extends RawConnection {
    #parsed = 0;

    static async open(server, target = "/socket.io/?EIO=4&transport=websocket", { headers, head = "" } = {}) {
        const line = new FrameLine(server, Buffer.concat([Buffer.from(upgradeRequest(target, headers)), Buffer.from(head)]));
        const [text] = await line.untilText(/^HTTP\/1\.1 101 [^]*?\r\n\r\n/);
        line.start = text.length;
        line.responseHead = text;
        return line;
    }

    get frames() {
        return parseFrames(this.received.subarray(this.start)).frames;
    }

    /// The next frame that was not asked for yet; null when the other side has closed and none is left.
    async nextFrame(ms = 5000) {
        await until(() => this.frames.length > this.#parsed || this.ended, "a frame", ms);
        return this.frames[this.#parsed++] ?? null;
    }

    /// The close code that the server sent (1005: none), or null if it hung up without a close frame.
    async untilCloseFrame(ms = 5000) {
        for (;;) {
            const next = await this.nextFrame(ms);
            if (next === null) return null;
            if (next.opcode === opcodes.close) return next.payload.length >= 2 ? next.payload.readUInt16BE() : 1005;
        }
    }
}
