"""Python's server as Debian ships it (python3-socketio on aiohttp) with the events of the contract that our client is tried with.

Its switches are the contract server's environment variables, as far as this server has what they switch; it prints
`READY <port>` and ends at SIGTERM. What it has not: recovery, middleware of events, reasons of disconnections, subprotocols.
"""

import asyncio
import os
import signal
import ssl

import engineio.payload
import socketio
import socketio.msgpack_packet
from aiohttp import web

# Bodies of more than 16 packets are refused by default, which no client knows of.
engineio.payload.Payload.max_decode_packets = 100_000

environment = os.environ
namespaces = ["/", "/custom", "/ünï", "/auth", "/no-data", "/dyn-1"]


class MsgPackPacket(socketio.msgpack_packet.MsgPackPacket):
    """This version leaves out the id 0, and with it each client's first acknowledgement."""

    def _to_dict(self):
        packet = super()._to_dict()
        return packet if self.id is None else {**packet, "id": self.id}


io = socketio.AsyncServer(
    async_mode="aiohttp",
    ping_interval=float(environment.get("PING_INTERVAL", 25_000)) / 1000,
    ping_timeout=float(environment.get("PING_TIMEOUT", 20_000)) / 1000,
    max_http_buffer_size=int(environment.get("MAX_HTTP_BUFFER_SIZE", 1_000_000)),
    transports=environment.get("TRANSPORTS", "polling,websocket").split(","),
    allow_upgrades=environment.get("ALLOW_UPGRADES") != "0",
    cookie=environment.get("COOKIE"),
    serializer=MsgPackPacket if environment.get("PARSER") == "msgpack" else "default",
    cors_allowed_origins="*",
)


class WholeBody:
    """A body that is read to its end. The server asks for so many bytes once, and takes the first piece for all of it."""

    def __init__(self, stream):
        self.stream = stream

    async def read(self, size):
        return await self.stream.readexactly(size)


def with_whole_body(request, translate=io.eio._async["translate_request"]):
    environ = translate(request)
    environ["wsgi.input"] = WholeBody(environ["wsgi.input"])
    return environ


io.eio._async["translate_request"] = with_whole_body

attempts = {}
handshakes = {}
data = {}


def listed(given):
    return given if isinstance(given, list) else [given]


async def never():
    """This server acknowledges whatever a handler returns; one that shall not acknowledge does not return."""
    await asyncio.Event().wait()


def declare(nsp):
    def on(function):
        io.on(function.__name__.replace("_", "-"), function, namespace=nsp)

    @on
    async def connect(sid, environ, auth=None):
        auth = auth or {}
        if nsp == "/" and auth.get("reject") is True:
            raise socketio.exceptions.ConnectionRefusedError("rejected", {"why": "asked", "nested": {"list": [1, 2, 3]}})
        if nsp == "/auth" and auth.get("token") != "secret":
            raise socketio.exceptions.ConnectionRefusedError("not authorized", {"code": "E_AUTH", "got": auth.get("token")})
        if nsp == "/no-data":
            raise socketio.exceptions.ConnectionRefusedError("plain refusal")
        request = environ["aiohttp.request"]
        handshakes[sid] = {
            "id": sid,
            "nsp": nsp,
            "auth": auth,
            "query": dict(request.query),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "secure": request.secure,
        }
        data[sid] = {"user": auth.get("user")} if nsp == "/auth" else {}

    @on
    async def disconnect(sid):
        handshakes.pop(sid, None)
        data.pop(sid, None)

    # Whether an acknowledgement is asked for is not told to handlers here, so there are two.
    @on
    async def echo(sid, *args):
        return tuple(args)

    @on
    async def echo_event(sid, *args):
        await io.emit("echo", tuple(args), to=sid, namespace=nsp)

    @on
    async def no_ack(sid, *args):
        await never()

    @on
    async def ack_later(sid, ms, value):
        await asyncio.sleep(ms / 1000)
        return value

    @on
    async def flaky(sid, key, n):
        attempts[key] = attempts.get(key, 0) + 1
        if attempts[key] < n:
            await never()
        return {"attempts": attempts[key]}

    @on
    async def ask_me(sid, event, args, timeout):
        try:
            answer = await io.call(event, tuple(listed(args)), sid=sid, namespace=nsp, timeout=timeout / 1000 or 86_400)
        except socketio.exceptions.TimeoutError:
            return {"ok": False, "error": "timeout"}
        return {"ok": True, "args": list(answer) if isinstance(answer, tuple) else [] if answer is None else [answer]}

    @on
    async def big(sid, kind, size):
        return "x" * size if kind == "text" else b"\xab" * size

    @on
    async def emit_back(sid, how, event, args):
        for i in range(how.get("count", 1)):
            more = [i] if "count" in how else []
            await io.emit(event, tuple(listed(args) + more), to=sid, namespace=nsp)
        return {"done": True}

    @on
    async def join(sid, room):
        io.enter_room(sid, room, namespace=nsp)
        return None

    @on
    async def broadcast(sid, which, event, args):
        await io.emit(event, tuple(listed(args)), to=which.get("to"), namespace=nsp)
        return {"done": True}

    @on
    async def set_data(sid, given):
        data[sid].update(given)
        return data[sid]

    @on
    async def whoami(sid):
        engine = io.manager.eio_sid_from_sid(sid, nsp)
        return {"id": sid, "recovered": False, "data": data[sid], "transport": io.eio.transport(engine)}

    @on
    async def handshake(sid):
        return handshakes[sid]

    @on
    async def disconnect_me(sid, close=False):
        await io.disconnect(sid, namespace=nsp)


async def main():
    for nsp in namespaces:
        declare(nsp)

    app = web.Application()
    io.attach(app, environment.get("SIO_PATH", "/socket.io/").strip("/"))
    secure = None
    if environment.get("TLS_CERT"):
        secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secure.load_cert_chain(environment["TLS_CERT"], environment["TLS_KEY"])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, environment.get("HOST", "127.0.0.1"), int(environment.get("PORT", 0)), ssl_context=secure)
    await site.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(f"READY {runner.addresses[0][1]}", flush=True)
    await stop.wait()
    os._exit(0)  # without waiting for those who are connected


asyncio.run(main())
