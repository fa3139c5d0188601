// The servers that our client is tried with: ours, the official one, and Python's. All have the contract's events, as far as they
// have what those need; what a server has not is said here, once.

import { execFileSync } from "node:child_process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { command, ContractServer } from "./contract_server.mjs";

const peer = (name) => fileURLToPath(new URL(`../interop/peers/${name}`, import.meta.url));

// Debian's packages belong to Debian's interpreter; another one may stand before it in the PATH.
const python = ["/usr/bin/python3", "python3"].find((program) => {
    try {
        execFileSync(program, ["-c", "import socketio, aiohttp, msgpack"], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
});

export const peers = {
    ours: { title: "our server", program: command, has: { recovery: true, middleware: true, reasons: true, closing: true, deflate: true, protocols: true, limit: true } },
    node: {
        title: "the official server",
        program: [process.execPath, peer("node_server.mjs")],
        has: { recovery: true, middleware: true, reasons: true, closing: true, deflate: true, protocols: true, limit: true },
    },
    python: {
        title: "Python's server",
        program: [python ?? "python3", peer("python_server.py")],
        has: {},
        unknownNamespace: "Unable to connect",
        echoEvent: "echo-event",
    },
};

/// A server of that kind that is ended with `t`, if it still runs.
export async function startPeer(t, peer, environment = {}) {
    const server = new ContractServer(environment, peer.program);
    t.after(() => server.stop());
    return server.start();
}

/// One for the enclosing `describe` or file.
export function sharedPeer(peer, environment = {}) {
    const server = new ContractServer(environment, peer.program);
    before(() => server.start());
    after(() => server.stop());
    return server;
}
