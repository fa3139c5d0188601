"""Python's Socket.IO client, as Debian ships it, run through one conversation with the contract server.

Called by tests/interop/python_client.test.mjs: python_client.py URL TRANSPORTS. It prints one line of JSON per fact
and ends with status 0; what the facts have to be is judged there.
"""

import json
import sys
import threading

import socketio

url, transports = sys.argv[1], sys.argv[2].split(",")
client = socketio.Client(reconnection=False)
heard = {}
changed = threading.Condition()


def fact(name, value):
    print(json.dumps({"name": name, "value": value}, default=lambda data: {"bytes": data.hex()}), flush=True)


def listen(namespace, event):
    def handler(*args):
        with changed:
            heard.setdefault((namespace, event), []).append(list(args))
            changed.notify_all()

    client.on(event, handler, namespace=namespace)


def next_event(namespace, event):
    with changed:
        if not changed.wait_for(lambda: heard.get((namespace, event)), timeout=8):
            raise TimeoutError(event)
        return heard[(namespace, event)].pop(0)


refused = []
for nsp in ("/", "/custom"):
    for name in ("echo", "news", "mw-error"):
        listen(nsp, name)
client.on("question", lambda *args: ("answer", list(args), b"bin"), namespace="/")

client.connect(url, transports=transports, namespaces=["/", "/custom"], auth={"token": "python"}, wait_timeout=8)
fact("transport", client.transport())
fact("id is no session id", client.get_sid() != client.sid and len(client.get_sid("/")) == 20)
fact("ids differ", client.get_sid("/") != client.get_sid("/custom"))
fact("ack", client.call("echo", ({"a": [1, None, True, "ü😀"]}, 2.5), timeout=8))
fact("binary ack", client.call("echo", {"deep": [b"\x00\x01\xff"]}, timeout=8))
client.emit("echo", ("event", b"bytes"))
fact("event", next_event("/", "echo"))
fact("inspect", client.call("inspect", b"abc", timeout=8))
fact("auth", client.call("handshake", timeout=8)["auth"])
fact("custom", client.call("handshake", namespace="/custom", timeout=8)["nsp"])
fact("asked", client.call("ask-me", ("question", [1, "two"], 5000), timeout=8))
client.call("join", "python", timeout=8)
fact("rooms", sorted("own" if room == client.get_sid("/") else room for room in client.call("rooms", timeout=8)))
fact("broadcast", client.call("broadcast", ({"to": "python"}, "news", ["x", b"y"]), timeout=8))
fact("news", next_event("/", "news"))
client.emit("mw-reject", "x")
fact("rejected", next_event("/", "mw-error"))
fact("large", len(client.call("big", ("text", 300000), timeout=8)))
client.disconnect()
fact("connected", client.connected)

other = socketio.Client(reconnection=False)
other.on("connect_error", refused.append, namespace="/auth")
try:
    other.connect(url, transports=transports, namespaces=["/auth"], auth={"token": "wrong"}, wait_timeout=3)
    fact("refused", False)
except socketio.exceptions.ConnectionError:
    fact("refused", refused)
if other.connected:
    other.disconnect()
