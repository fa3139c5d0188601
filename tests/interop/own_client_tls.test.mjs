// Our client over TLS: whom it believes, with each server; and that not one byte of a request reaches whom it does not believe.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import { describe, test } from "node:test";
import tls from "node:tls";
import { makeCertificate, temporaryFolder } from "../support/certificate.mjs";
import { sharedDriver } from "../support/client_driver.mjs";
import { peers, startPeer } from "../support/peer_servers.mjs";
import { ways } from "./own_client_events.mjs";

const driver = sharedDriver();
const day = 86_400;

/// A server's certificate for localhost, and one of somebody else.
function certificates(t) {
    const [mine, other] = [temporaryFolder(t), temporaryFolder(t)];
    return { ...makeCertificate(mine), stranger: makeCertificate(other).pem.toString() };
}

/// What each refusal is, and how it comes about: on a line to `host`, by the options `tls`.
function refusals({ pem, stranger }) {
    const ca_pem = pem.toString();
    return [
        { title: "an authority that the system does not know", tls: {}, cause: /not signed by anybody who is trusted/ },
        { title: "another authority than ours", tls: { ca_pem: stranger }, cause: /not signed by anybody who is trusted/ },
        { title: "another host name", host: "wrong.example", tls: { ca_pem }, cause: /belongs to another host name/ },
        { title: "another name that was asked for", tls: { ca_pem, server_name: "wrong.example" }, cause: /belongs to another host name/ },
        { title: "an expired certificate", tls: { ca_pem, clock_offset: 30 * day }, cause: /not valid at this time/ },
        { title: "a certificate that is not valid yet", tls: { ca_pem, clock_offset: -30 * day }, cause: /not valid at this time/ },
        { title: "another pin", tls: { ca_pem, pin: "00".repeat(32) }, cause: /certificate of the server was refused/ },
        { title: "another pin, though anybody is accepted", tls: { dangerously_accept_any_certificate: true, pin: "00".repeat(32) }, cause: /certificate of the server was refused/ },
    ];
}

async function mustRefuse(t, port, { title, host = "localhost", tls, cause }, way) {
    await driver.name("wrong.example", ["127.0.0.1"]);
    await driver.name("localhost", ["127.0.0.1"]);
    const line = await driver.make(t, `https://${host}:${port}`, { ...way.options, tls, resolver: true, reconnection_delay: 10 });
    await line.emit("echo", ["must not arrive"]);
    await line.connect();
    for (let i = 0; i < 2; i++) {
        const { error } = await line.next("connect_error");
        assert.match(error.cause ?? "", cause, title);
        assert.equal(error.by_server, false);
    }
    assert.equal(line.waiting("connect"), 0);
    assert.equal(line.waiting("sent"), 0);
    await line.destroy();
}

for (const peer of Object.values(peers))
    describe(`TLS, ${peer.title}`, { concurrency: 4 }, () => {
        test("with our own authority on each way; with its pin; and, said aloud, with anybody", async (t) => {
            const { cert, key, pem } = certificates(t);
            const server = await startPeer(t, peer, { TLS_CERT: cert, TLS_KEY: key });
            const pin = crypto.createHash("sha256").update(new crypto.X509Certificate(pem).raw).digest("hex");
            for (const way of Object.values(ways))
                for (const options of [{ ca_pem: pem.toString() }, { ca_file: cert, pin }, { dangerously_accept_any_certificate: true, pin }]) {
                    const line = await driver.connect(t, server.url.replace("127.0.0.1", "localhost"), { ...way.options, tls: options });
                    assert.equal((await line.ask("handshake")).secure, true);
                    const large = crypto.randomBytes(300_000);
                    assert.ok((await line.ask("echo", { large })).large.equals(large));
                    await line.destroy();
                }
            const line = await driver.connect(t, server.url, { tls: { ca_pem: pem.toString() } }); // the address stands in it, too
            assert.equal(await line.ask("echo", "by address"), "by address");
        });

        test("it refuses whom it cannot believe, again at each attempt", async (t) => {
            const made = certificates(t);
            const server = await startPeer(t, peer, { TLS_CERT: made.cert, TLS_KEY: made.key });
            for (const each of refusals(made)) await Promise.all([ways.polling, ways.websocket].map((way) => mustRefuse(t, server.port, each, way)));
            const line = await driver.connect(t, server.url, { tls: { ca_pem: made.pem.toString() } });
            assert.equal(await line.ask("echo", "the server is well"), "the server is well");
        });
    });

test("nothing of a request is said before the certificate is believed", async (t) => {
    const made = certificates(t);
    let connections = 0;
    let bytes = 0;
    const server = tls.createServer({ cert: made.pem, key: fs.readFileSync(made.key) });
    server.on("secureConnection", (socket) => socket.on("data", (data) => (bytes += data.length)).on("error", () => {}));
    server.on("connection", () => connections++);
    server.on("tlsClientError", () => {});
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    for (const each of refusals(made)) for (const way of [ways.polling, ways.websocket]) await mustRefuse(t, server.address().port, each, way);
    assert.ok(connections >= 2 * refusals(made).length);
    assert.equal(bytes, 0);
});

test("plain HTTP behind https, and TLS behind http", async (t) => {
    const { cert, key } = certificates(t);
    const [plain, secure] = [await startPeer(t, peers.ours), await startPeer(t, peers.ours, { TLS_CERT: cert, TLS_KEY: key })];
    for (const url of [`https://localhost:${plain.port}`, `http://localhost:${secure.port}`])
        for (const way of [ways.polling, ways.websocket]) {
            const line = await driver.make(t, url, { ...way.options, reconnection: false });
            await line.connect();
            const { error } = await line.next("connect_error");
            assert.equal(error.message, way === ways.polling ? "xhr poll error" : "websocket error");
            assert.notEqual(error.cause, null);
        }
});

test("a URL, an option or a file that cannot be is refused when the client is made", async (t) => {
    for (const [url, options, why] of [
        ["ftp://localhost", {}, /the URL is not valid/],
        ["http://local host", {}, /the URL is not valid/],
        ["https://localhost", { tls: { ca_file: "/nowhere/ca.pem" } }, /TLS failed/],
        ["https://localhost", { tls: { ca_pem: "this is no certificate" } }, /TLS failed/],
        ["http://localhost", { query: { sid: "x" } }, /query: the name sid/],
        ["http://localhost", { transports: [] }, /transports/],
        ["http://localhost", { auth: [1] }, /auth/],
        ["http://localhost", { proxy: "ftp://x" }, /proxy/],
    ])
        await assert.rejects(driver.make(t, url, options), why, url + JSON.stringify(options));
});
