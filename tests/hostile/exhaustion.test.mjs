// Every table and buffer that somebody far away can fill: filled, and judged by what the server is afterwards.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isReference, ours, sharedServer, startServer } from "../support/contract_server.mjs";
import { Polling, RawConnection } from "../support/http_wire.mjs";
import { openDescriptors } from "../support/process_facts.mjs";
import { pause, until } from "../support/wait.mjs";
import { ask, FrameLine, frame, join, joinLine, Line, openLine, opcodes } from "../support/websocket_wire.mjs";
import { many, MiB, survives } from "./survival.mjs";

const place = (num) => `{"_placeholder":true,"num":${num}}`;

describe("tables", () => {
    const server = sharedServer();

    test("namespaces of one connection", () =>
        survives(server, async () => {
            const line = await openLine(server);
            for (let i = 0; i < 20_000 && line.socket.readyState === 1; i++) line.send(`40/dyn-${i},`);
            await Promise.race([until(() => line.messages.size >= 20_000, "all the replies", 15_000), line.closed]);
            line.terminate();
            await server.untilEmpty();
            await until(async () => (await server.state()).namespaces.length < 20, "the namespaces to go");
        }));

    test("rooms of one socket", () =>
        survives(server, async () => {
            const line = await joinLine(server);
            for (let k = 0; k < 20 && line.socket.readyState === 1; k++)
                line.send(`421${JSON.stringify(["join", Array.from({ length: 5000 }, (_, i) => `room-${k}-${i}`)])}`);
            await Promise.race([until(() => line.messages.size >= 20, "the answers", 15_000), line.closed]);
            line.terminate();
            await server.untilEmpty();
        }));

    test("names as long as a message", () =>
        survives(server, async () => {
            for (let i = 0; i < 30; i++) {
                const line = await joinLine(server);
                line.send(`421${JSON.stringify(["join", `${i}${"r".repeat(900_000)}`])}`);
                line.send(`40/${"n".repeat(900_000)},`);
                line.send(`42${JSON.stringify(["e".repeat(900_000)])}`);
                await Promise.race([line.next(), line.closed]);
                line.terminate();
            }
            await server.untilEmpty();
        }));

    test("data of sockets that leave", () =>
        survives(server, async () => {
            for (let i = 0; i < 50; i++) {
                const line = await joinLine(server);
                line.send(`42["set-data",{"big":"${"x".repeat(900_000)}"}]`);
                await line.close();
            }
            await server.untilEmpty();
        }));

    test("acks that are asked for and never given", () =>
        survives(server, async () => {
            const lines = await many(5, () => joinLine(server));
            for (const line of lines) for (let i = 0; i < 20_000 && line.socket.readyState === 1; i++) line.send(`42["ask-me","q",["${"x".repeat(100)}"],0]`);
            await pause(500);
            for (const line of lines) line.terminate();
            await server.untilEmpty();
        }));

    test("handlers that take their time", () =>
        survives(server, async () => {
            const lines = await many(5, () => joinLine(server));
            for (const line of lines) for (let i = 0; i < 2000; i++) line.send(`42${i}["ack-later",10000,"x"]`);
            for (const line of lines) {
                line.passed = [];
                line.terminate();
            }
            await server.untilEmpty();
        }));

    test("half-done packets", () =>
        survives(server, async () => {
            const lines = await many(300, async () => {
                const line = await joinLine(server);
                line.send(`4510-["echo",${Array.from({ length: 10 }, (_, i) => place(i))}]`);
                line.send(Buffer.alloc(1000));
                return line;
            });
            for (const line of lines) line.terminate();
            await server.untilEmpty();
        }));

    test("half-done messages", () =>
        survives(server, async () => {
            const lines = await many(100, async () => {
                const line = await FrameLine.open(server);
                await line.write(frame(opcodes.text, "4".repeat(100_000), { fin: false }));
                return line;
            });
            for (const line of lines) line.destroy();
            await server.untilEmpty();
        }));

    test("half-done bodies, and guests who come meanwhile and stay", async () => {
        const guests = [];
        const attack = async () => {
            const lines = await many(200, async (i) => {
                const session = await new Polling(server).open();
                const line = new RawConnection(server, `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Length: 990000\r\n\r\n`);
                for (let k = 0; k < 15; k++) await line.write("4".repeat(64_000));
                if (i % 5 === 0) guests.push(await joinLine(server));
                return line;
            });
            for (const line of lines) line.destroy();
            await until(async () => (await server.state()).connections === guests.length, "them to go", 15_000);
        };
        await survives(server, async () => { for (let round = 0; round < 4; round++) await attack(); });
        for (const guest of guests) await guest.close();
        await server.untilEmpty();
    });

    test("namespaces refused over and over", () =>
        survives(server, async () => {
            const line = await openLine(server);
            for (let i = 0; i < 20_000 && line.socket.readyState === 1; i++) line.send(`40/unknown-${i},`);
            await Promise.race([until(() => line.messages.size >= 20_000, "the refusals", 15_000), line.closed]);
            line.terminate();
            await server.untilEmpty();
        }));

    test("a namespace joined and left over and over", () =>
        survives(server, async () => {
            const line = await joinLine(server);
            for (let i = 0; i < 3000; i++) {
                await join(line, "/dyn-3");
                line.send("41/dyn-3,");
                if (isReference) await ask(line, "echo");
            }
            line.terminate();
            await server.untilEmpty();
        }));

    test("disconnect-log remembers a bounded number", () =>
        survives(server, async () => {
            await many(1000, async () => (await joinLine(server)).terminate(), 20);
            await server.untilEmpty();
        }));
});

describe("sessions", () => {
    test("that never poll are gone after the ping time-out", async (t) => {
        const server = await startServer(t, { PING_INTERVAL: 1000, PING_TIMEOUT: 500 });
        await survives(server, async () => {
            await many(2000, () => new Polling(server).open());
            await server.untilEmpty(undefined, 8000);
        });
    });

    test("that never join a namespace are gone after the connect time-out", async (t) => {
        const server = await startServer(t, { CONNECT_TIMEOUT: 500 });
        await survives(server, async () => {
            const lines = await many(300, () => openLine(server));
            for (const line of lines) await line.untilClosed(8000);
            await many(300, () => new Polling(server).open());
            await server.untilEmpty(undefined, isReference ? 60_000 : 8000);
        }, { idle: true });
    });

    test("that begin an upgrade and never end it", async (t) => {
        const server = await startServer(t, { UPGRADE_TIMEOUT: 500 });
        await survives(server, async () => {
            const probes = await many(200, async () => {
                const session = await new Polling(server).open();
                const line = new Line(server, `/socket.io/?EIO=4&transport=websocket&sid=${session.sid}`);
                await line.opened;
                line.send("2probe");
                await line.next();
                return { line, session };
            });
            for (const { line } of probes) await line.untilClosed(8000);
            for (const { session } of probes) await session.post("1");
            await server.untilEmpty();
        });
    });

    test("that post and never poll are let go", ours("its queue has no limit"), async (t) => {
        const server = await startServer(t);
        await survives(server, async () => {
            const session = await new Polling(server).open();
            await session.join();
            for (let i = 0; i < 100; i++) {
                const answer = await session.post(`42["echo","${"x".repeat(900_000)}"]`).catch(() => ({ status: 400 }));
                if (answer.status !== 200) break;
                assert.ok(i < 50, "fifty megabytes wait for a poll");
            }
        });
    });

    test("whose parked state would fill the memory", async (t) => {
        const server = await startServer(t, { RECOVERY_MS: 60_000 });
        await survives(server, async () => {
            for (let i = 0; i < 200; i++) {
                const line = await joinLine(server);
                line.send(`421["set-data",{"big":"${"x".repeat(900_000)}"}]`);
                await line.next();
                line.terminate();
            }
            await server.untilEmpty();
            const line = await joinLine(server);
            for (let i = 0; i < 200; i++) {
                line.send(`42["broadcast",{"to":"nobody"},"missed",["${"x".repeat(900_000)}"]]`);
                if (i % 20 === 0) await ask(line, "echo", [i]);
            }
            await ask(line, "echo", [1]);
            await line.close();
            // By default 16 MiB of parked data and 64 MiB of events are kept on purpose.
        }, { memory: (64 + 16 + 64) * MiB });
    });
});

describe("connections", () => {
    test("that say nothing, or half of something, are closed in time and give their descriptors back", async (t) => {
        const server = await startServer(t, { HEADERS_TIMEOUT: 1000, REQUEST_TIMEOUT: 1500 });
        await survives(server, async () => {
            const before = openDescriptors(server.pid);
            const lines = [
                ...(await many(200, async () => new RawConnection(server))),
                ...(await many(200, async () => new RawConnection(server, "GET /socket.io/?EIO=4&trans"))),
                ...(await many(100, async () => new RawConnection(server, "POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n4"))),
            ];
            for (const line of lines) await line.untilClosed(8000);
            await until(() => openDescriptors(server.pid) <= before + 3, "the descriptors");
        });
    });

    test("slow-loris bodies on many sessions", async (t) => {
        const server = await startServer(t, { REQUEST_TIMEOUT: 1500, HEADERS_TIMEOUT: 1000 });
        await survives(server, async () => {
            const lines = await many(100, async () => {
                const session = await new Polling(server).open();
                return new RawConnection(server, `POST ${session.target()} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n4`);
            });
            const drip = setInterval(() => lines.forEach((line) => line.socket.write("x")), 100);
            for (const line of lines) await line.untilClosed(10_000);
            clearInterval(drip);
        });
    });

    test("more pipelined requests than anybody needs", async (t) => {
        const server = await startServer(t);
        await survives(server, async () => {
            const line = new RawConnection(server);
            line.socket.pause(); // and their answers are not read
            const requests = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
            for (let i = 0; i < 60 && !line.socket.destroyed; i++)
                await Promise.race([new Promise((resolve) => line.socket.write(requests, resolve)), pause(100)]);
            await pause(200);
            line.destroy();
        });
    });

    test("TLS handshakes that stop half-way", async (t) => {
        const { makeCertificate, temporaryFolder } = await import("../support/certificate.mjs");
        const { cert, key, pem } = makeCertificate(temporaryFolder(t));
        const server = await startServer(t, { TLS_CERT: cert, TLS_KEY: key, HEADERS_TIMEOUT: 800 });
        server.ca = pem;
        const lines = await many(200, async () => new RawConnection(server, Buffer.from([0x16, 3, 1, 0, 200, 1, 0])));
        if (!isReference) for (const line of lines) await line.untilClosed(15_000);
        for (const line of lines) line.destroy();
        const { exchange } = await import("../support/http_wire.mjs");
        assert.equal((await exchange(server, "/healthz")).text, "ok");
    });
});
