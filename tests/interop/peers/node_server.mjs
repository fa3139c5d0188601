// The official server from npm with the events of the contract that our client is tried with. Its switches are the contract server's
// environment variables, as far as the official server has what they switch; it prints `READY <port>` and ends at SIGTERM.

import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { Server } from "socket.io";

const environment = process.env;
const number = (name, otherwise) => Number(environment[name] ?? otherwise);

const web = environment.TLS_CERT
    ? https.createServer({ cert: fs.readFileSync(environment.TLS_CERT), key: fs.readFileSync(environment.TLS_KEY) })
    : http.createServer();
web.on("request", (_, response) => response.writeHead(404).end());

const io = new Server(web, {
    path: environment.SIO_PATH ?? "/socket.io/",
    pingInterval: number("PING_INTERVAL", 25_000),
    pingTimeout: number("PING_TIMEOUT", 20_000),
    maxHttpBufferSize: number("MAX_HTTP_BUFFER_SIZE", 1_000_000),
    transports: (environment.TRANSPORTS ?? "polling,websocket").split(","),
    allowUpgrades: environment.ALLOW_UPGRADES !== "0",
    perMessageDeflate: environment.PMD === "1",
    cookie: environment.COOKIE ? { name: environment.COOKIE, path: "/", httpOnly: true, sameSite: "lax" } : false,
    ...(environment.RECOVERY_MS ? { connectionStateRecovery: { maxDisconnectionDuration: number("RECOVERY_MS"), skipMiddlewares: true } } : {}),
    ...(environment.PARSER === "msgpack" ? { parser: createRequire(import.meta.url)("socket.io-msgpack-parser") } : {}),
    allowRequest: (request, decide) => decide(null, !new URL(request.url, "http://here").searchParams.has("deny")),
});

const refusal = (message, data) => Object.assign(new Error(message), data === undefined ? {} : { data });
const list = (given) => (Array.isArray(given) ? given : [given]);
const attempts = new Map();
const goodbyes = new Map();

function declare(socket) {
    const on = (event, handler) =>
        socket.on(event, (...args) => {
            const reply = typeof args.at(-1) === "function" ? args.pop() : undefined;
            handler(args, reply ?? (() => {}), reply !== undefined);
        });

    on("echo", (args, reply, asked) => (asked ? reply(...args) : socket.emit("echo", ...args)));
    on("no-ack", () => {});
    on("ack-later", ([ms, value], reply) => setTimeout(() => reply(value), ms));
    on("flaky", ([key, n], reply) => {
        attempts.set(key, (attempts.get(key) ?? 0) + 1);
        if (attempts.get(key) >= n) reply({ attempts: attempts.get(key) });
    });
    on("ask-me", ([event, given, limit], reply) => {
        const to = limit > 0 ? socket.timeout(limit) : socket.timeout(86_400_000);
        to.emit(event, ...list(given), (error, ...args) => reply(error ? { ok: false, error: "timeout" } : { ok: true, args }));
    });
    on("big", ([kind, size], reply) => reply(kind === "text" ? "x".repeat(size) : Buffer.alloc(size, 0xab)));
    on("emit-back", ([how, event, given], reply) => {
        const to = how.compress === undefined ? socket : socket.compress(how.compress);
        if (how.count === undefined) to.emit(event, ...list(given));
        for (let i = 0; i < (how.count ?? 0); i++) to.emit(event, ...list(given), i);
        reply({ done: true });
    });
    on("join", ([rooms], reply) => {
        socket.join(rooms);
        reply();
    });
    on("broadcast", ([which, event, given], reply) => {
        (which.to ? socket.nsp.to(which.to) : socket.nsp).emit(event, ...list(given));
        reply({ done: true });
    });
    on("set-data", ([given], reply) => reply(Object.assign(socket.data, given)));
    on("whoami", (_, reply) =>
        reply({ id: socket.id, recovered: socket.recovered, data: socket.data, transport: socket.conn.transport.name }));
    on("handshake", (_, reply) => {
        const { auth, query, headers, secure } = socket.handshake;
        reply({ id: socket.id, nsp: socket.nsp.name, auth, query, headers, secure });
    });
    on("protocol", (_, reply) => reply(socket.conn.transport.socket?.protocol ?? ""));
    on("disconnect-me", ([close]) => socket.disconnect(close === true));
    on("disconnect-log", ([id], reply) => reply(goodbyes.get(id) ?? null));
    on("mw-reject", () => {});
    socket.use(([event], next) => next(event === "mw-reject" ? refusal("rejected by middleware", { event, code: 42 }) : undefined));
    socket.on("error", ({ message, data }) => socket.emit("mw-error", { message, data }));
    socket.on("disconnecting", (reason) => goodbyes.set(socket.id, { reason, rooms: [...socket.rooms].sort() }));
}

io.use((socket, next) =>
    next(socket.handshake.auth.reject === true ? refusal("rejected", { why: "asked", nested: { list: [1, 2, 3] } }) : undefined),
);
io.of("/auth").use((socket, next) => {
    const { token, user } = socket.handshake.auth;
    if (token !== "secret") return next(refusal("not authorized", { code: "E_AUTH", got: token ?? null }));
    socket.data.user = user ?? null;
    next();
});
io.of("/no-data").use((_, next) => next(refusal("plain refusal")));
for (const name of ["/", "/custom", "/ünï", "/auth", "/no-data", /^\/dyn-\d+$/]) io.of(name).on("connection", declare);

process.on("SIGTERM", () => {
    io.close(() => process.exit(0));
    setTimeout(() => process.exit(0), 300); // without those who do not answer the goodbye
});
web.listen(number("PORT", 0), environment.HOST ?? "127.0.0.1", () => process.stdout.write(`READY ${web.address().port}\n`));
