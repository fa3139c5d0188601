// HTTP as it stands on the wire: one request per connection unless an agent is given, nothing followed, decoded or
// retried. `Polling` is one Engine.IO session over HTTP long-polling. It knows no Socket.IO.

import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { until, within } from "./wait.mjs";

/// One exchange: {status, headers, body (Buffer), text}. `target` is the path with its query.
export function exchange(server, target, { method = "GET", headers = {}, body, agent = false, ms = 5000, onRequest } = {}) {
    const module = server.scheme === "https" ? https : http;
    const where = server.socketPath ? { socketPath: server.socketPath } : { host: server.host, port: server.port };
    const answer = new Promise((resolve, reject) => {
        const request = module.request(
            { ...where, path: target, method, headers, agent, ca: server.ca, servername: "localhost" },
            (response) => {
                const chunks = [];
                response.on("data", (chunk) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    const whole = Buffer.concat(chunks);
                    const { statusCode: status, headers: answered, rawHeaders } = response;
                    resolve({ status, headers: answered, rawHeaders, body: whole, text: whole.toString() });
                });
            },
        );
        request.on("error", reject);
        onRequest?.(request);
        request.end(body);
    });
    answer.catch(() => {});
    return within(answer, `the answer to ${method} ${target}`, ms);
}

/// A TCP connection that says exactly `bytes`; what comes back is gathered in `received`.
export class RawConnection {
    received = Buffer.alloc(0);
    ended = false;

    constructor(server, bytes = "") {
        this.socket = net.connect(server.socketPath ? { path: server.socketPath } : { host: server.host, port: server.port });
        this.socket.setNoDelay(true);
        this.socket.on("data", (chunk) => (this.received = Buffer.concat([this.received, chunk])));
        this.socket.on("error", () => {});
        this.connected = new Promise((resolve) => this.socket.once("connect", resolve));
        this.closed = new Promise((resolve) => {
            const end = () => {
                this.ended = true;
                resolve();
            };
            this.socket.once("end", end);
            this.socket.once("close", end);
        });
        if (bytes.length) this.socket.write(bytes);
    }

    write(bytes) {
        return new Promise((resolve) => this.socket.write(bytes, resolve));
    }

    get text() {
        return this.received.toString("latin1");
    }

    async untilText(pattern, ms = 5000) {
        const found = new Promise((resolve) => {
            const look = () => {
                const match = this.text.match(pattern);
                if (match) resolve(match);
                else this.socket.once("data", () => setImmediate(look));
            };
            look();
        });
        const gone = this.closed.then(() => {
            const match = this.text.match(pattern);
            if (match) return match;
            throw new Error(`closed before ${pattern}: ${JSON.stringify(this.text.slice(0, 300))}`);
        });
        gone.catch(() => {});
        return within(Promise.race([found, gone]), `${pattern} on the wire`, ms);
    }

    untilClosed(ms = 5000) {
        return within(this.closed, "the other side to close", ms);
    }

    /// RST instead of FIN, so that the other side meets a broken connection.
    reset() {
        this.socket.resetAndDestroy();
    }

    destroy() {
        this.socket.destroy();
    }
}

const separator = "\x1e";

export class Polling {
    static basePath = "/socket.io/";

    constructor(server, path = Polling.basePath) {
        this.server = server;
        this.path = path;
    }

    target(parameters = "") {
        return `${this.path}?EIO=4&transport=polling${this.sid ? `&sid=${this.sid}` : ""}${parameters}`;
    }

    /// Handshake; fails unless it is accepted. The packets behind the open packet, if any, are in `this.early`.
    async open(parameters = "", headers = {}) {
        this.handshakeAnswer = await exchange(this.server, this.target(parameters), { headers });
        assert.equal(this.handshakeAnswer.status, 200, this.handshakeAnswer.text);
        const [open, ...early] = this.handshakeAnswer.text.split(separator);
        assert.equal(open[0], "0");
        this.openPacket = JSON.parse(open.slice(1));
        this.sid = this.openPacket.sid;
        this.early = early;
        return this;
    }

    get(options = {}) {
        return exchange(this.server, this.target(options.parameters), options);
    }

    post(body, options = {}) {
        const headers = { "content-type": "text/plain;charset=UTF-8", ...options.headers };
        return exchange(this.server, this.target(options.parameters), { ...options, method: "POST", headers, body });
    }

    /// One poll that has to succeed: its packets.
    async poll(ms) {
        const answer = await this.get({ ms });
        assert.equal(answer.status, 200, answer.text);
        return answer.text.split(separator);
    }

    /// Polls until a packet matches; pings are answered on the way, everything else is kept in `this.passed`.
    async pollFor(pattern, ms = 5000) {
        this.passed = [];
        const seek = async () => {
            for (;;) {
                let found;
                for (const packet of await this.poll(ms)) {
                    if (packet === "2") await this.send("3");
                    if (found === undefined && pattern.test(packet)) found = packet;
                    else this.passed.push(packet);
                }
                if (found !== undefined) return found;
            }
        };
        return within(seek(), `a packet like ${pattern}`, ms);
    }

    /// One POST that has to succeed.
    async send(...packets) {
        const answer = await this.post(packets.join(separator));
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.text, "ok");
    }

    /// CONNECT to a namespace; returns the reply's payload.
    async join(nsp = "/", auth) {
        const prefix = nsp === "/" ? "" : `${nsp},`;
        await this.send(`40${prefix}${auth === undefined ? "" : JSON.stringify(auth)}`);
        const reply = await this.pollFor(/^4[04]/);
        assert.ok(reply.startsWith(`40${prefix}`), reply);
        return JSON.parse(reply.slice(2 + prefix.length));
    }

    /// Reads what the server still has to say, which has to end in a close packet or in an unknown session.
    async untilGone() {
        for (;;) {
            const answer = await this.get().catch(() => undefined);
            if (answer?.status === 200 && !/(^|\x1e)1$/.test(answer.text)) continue;
            return until(() => this.isGone(), "the end of the session");
        }
    }

    async isGone() {
        const answer = await this.post("3");
        return answer.status === 400;
    }
}
