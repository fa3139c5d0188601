#!/usr/bin/python3
"""python-socketio's client, as ../client.cpp is ours: the same variables, the same line of JSON."""
import asyncio
import json
import os
import time

import socketio
import uvloop


def setting(name, otherwise):
    return float(os.environ.get(name, otherwise))


async def main():
    count, window, text = int(setting("CLIENTS", 100)), int(setting("WINDOW", 1)), "x" * int(setting("PAYLOAD", 64))
    heard = {"messages": 0, "bad": 0}
    clients = []

    def listen(client):
        @client.on("echo")
        async def echo(got):
            heard["messages"] += 1
            heard["bad"] += got != text
            await client.emit("echo", got)

    for _ in range(count):
        client = socketio.AsyncClient()
        listen(client)
        await client.connect(f"http://127.0.0.1:{os.environ['PORT']}", transports=["websocket"])
        clients.append(client)
    for client in clients:
        for _ in range(window):
            await client.emit("echo", text)
    await asyncio.sleep(setting("WARMUP", 0.5))
    began, before, already = time.monotonic(), time.process_time(), heard["messages"]
    await asyncio.sleep(setting("SECONDS", 1.5))
    print(json.dumps({"up": sum(client.connected for client in clients), "msgs": heard["messages"] - already, "bad": heard["bad"],
                      "seconds": time.monotonic() - began, "cpu_s": time.process_time() - before}), flush=True)
    os._exit(0)


uvloop.install()
asyncio.run(main())
