"""A Socket.IO client on a line that holds next to nothing, which stops reading when it is told to: `sleepy_reader.py PORT`.

Node cannot make a socket's buffers small, and on loopback the system keeps megabytes for who does not read. Here segments are small, as
are the buffers for them, so that little stands between the server and a reader who sleeps.

On standard input: a line "sleep" or "wake". On standard output: JSON lines, {"sleeps": true}, and {"tick", "bytes"} of each snapshot
of the arena: its tick, and all bytes that have come so far, framing included."""
import base64
import json
import os
import select
import socket
import struct
import sys


def frames(buffer):
    """Takes the complete frames off the front of `buffer`: (opcode, payload)."""
    while len(buffer) >= 2:
        length, head = buffer[1] & 127, 2
        if length == 126:
            if len(buffer) < 4:
                return
            length, head = struct.unpack(">H", buffer[2:4])[0], 4
        elif length == 127:
            sys.exit("a frame of that size is none of the arena's")
        if len(buffer) < head + length:
            return
        yield buffer[0] & 15, bytes(buffer[head:head + length])
        del buffer[:head + length]


def text(payload):
    mask = os.urandom(4)
    return bytes([0x81, 0x80 | len(payload)]) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def say(**what):
    print(json.dumps(what), flush=True)


line = socket.socket()
line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
line.connect(("127.0.0.1", int(sys.argv[1])))
key = base64.b64encode(os.urandom(16)).decode()
line.sendall(f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
come = bytearray()
while b"\r\n\r\n" not in come:
    come += line.recv(4096)
del come[:come.index(b"\r\n\r\n") + 4]
line.sendall(text(b"40"))

total, awake, snapshot_is_next = 0, True, False
while True:
    for ready in select.select([sys.stdin, line] if awake else [sys.stdin], [], [])[0]:
        if ready is sys.stdin:
            order = sys.stdin.readline().strip()
            if not order:
                sys.exit()
            awake = order == "wake"
            if not awake:
                say(sleeps=True)
            continue
        some = line.recv(65536)
        if not some:
            sys.exit()
        total += len(some)
        come += some
        for opcode, payload in frames(come):
            if opcode == 1 and payload == b"2":
                line.sendall(text(b"3"))
            elif opcode == 2 and snapshot_is_next:
                say(tick=struct.unpack("<I", payload[2:6])[0], bytes=total)
            snapshot_is_next = opcode == 1 and payload.startswith(b'451-["see"')
