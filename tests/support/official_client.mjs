// The official client from npm, with what every test of it needs: joined before the test goes on, gone after it.

import { createRequire } from "node:module";
import { io } from "socket.io-client";
import { Inbox, until, within } from "./wait.mjs";

export const msgpack = createRequire(import.meta.url)("socket.io-msgpack-parser");

/// The three ways in which a client can travel.
export const ways = {
    polling: { transports: ["polling"] },
    websocket: { transports: ["websocket"] },
    upgrade: { transports: ["polling", "websocket"] },
};

const path = (server) => server.environment?.SIO_PATH ?? "/socket.io/";

/// A client that was told to connect, whatever comes of it.
export function dial(t, server, nsp = "/", options = {}) {
    const client = io(server.url + nsp, {
        path: path(server),
        forceNew: true,
        reconnection: false,
        ca: server.ca,
        ...options,
    });
    t.after(() => client.disconnect());
    return client;
}

/// A client that has joined; on the way `upgrade` one whose upgrade is complete.
export async function connect(t, server, nsp = "/", options = {}) {
    const client = dial(t, server, nsp, options);
    const upgraded = new Promise((resolve) => client.io.once("open", () => client.io.engine.once("upgrade", resolve)));
    await within(
        new Promise((resolve, reject) => {
            client.once("connect", resolve);
            client.once("connect_error", reject);
        }),
        `the connection to ${nsp}`,
        8000,
    );
    if (options.transports?.length === 2) await within(upgraded, "the upgrade", 8000);
    return client;
}

/// Emits and returns the ack's first argument.
export const ask = (client, event, ...args) => client.timeout(8000).emitWithAck(event, ...args);

/// Emits and returns all arguments of the ack.
export const askAll = (client, event, ...args) =>
    within(new Promise((resolve) => client.emit(event, ...args, (...answer) => resolve(answer))), `the ack of ${event}`, 8000);

/// The arguments of the next `event`.
export const next = (client, event, ms = 8000) => within(new Promise((resolve) => client.once(event, (...args) => resolve(args))), `the event ${event}`, ms);

/// Everything of the name `event` from now on.
export function gather(client, event) {
    const inbox = new Inbox();
    client.on(event, (...args) => inbox.push(args));
    return inbox;
}

/// The reason of a disconnection that is about to come.
export const disconnection = (client) => next(client, "disconnect").then(([reason]) => reason);

/// Whatever the server has emitted to this client before now has arrived when this resolves.
export const settled = (client) => ask(client, "echo", "settled");

export { until };
