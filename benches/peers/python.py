#!/usr/bin/python3
"""python-socketio on aiohttp, with uvloop: its fastest set-up in Debian."""
import asyncio
import os

import socketio
import uvloop
from aiohttp import web

sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")


def one_or_all(args):
    return args[0] if len(args) == 1 else args


@sio.on("echo")
async def echo(sid, *args):
    await sio.emit("echo", one_or_all(args), to=sid)


@sio.on("ack")
async def ack(sid, *args):
    return args


@sio.on("broadcast")
async def broadcast(sid, *args):
    await sio.emit("broadcast", one_or_all(args))


@sio.on("join")
async def join(sid, room):
    sio.enter_room(sid, room)
    return ()


@sio.on("room")
async def to_room(sid, room, *args):
    await sio.emit("room", one_or_all(args), room=room)


@sio.on("others")
async def others(sid, *args):
    await sio.emit("others", one_or_all(args), skip_sid=sid)


async def serve():
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(os.environ.get("PORT", "0")))
    await site.start()
    print("listening", runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


uvloop.install()
asyncio.run(serve())
