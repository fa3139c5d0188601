"""Runs a command in a pseudo-terminal for a test that is written in another language.

    pseudo_terminal.py COLUMNS ROWS COMMAND...

Standard input takes one JSON object a line: {"keys": "text"}, {"size": [columns, rows]}, {"signal": "SIGTERM"}. Standard output gives
one JSON object a line: {"bytes": base64 of what the command wrote}, {"stopped": true}, and at the end {"status": what the process ended
with, negative for a signal, "restored": whether the terminal has the settings that it had before}.
"""
import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def tell(**what):
    os.write(1, json.dumps(what).encode() + b"\n")  # short enough for a pipe to keep it whole: two processes tell


def main():
    columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(terminal)
    # In a session of its own with this as its terminal, but not its leader: a leader cannot be stopped by control and Z.
    leader = os.fork()
    if leader == 0:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        os.close(master)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(terminal, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            for number in (0, 1, 2):
                os.dup2(terminal, number)
            os.execvp(command[0], command)
        tell(pid=child)
        while True:
            _, status = os.waitpid(child, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                break
            tell(stopped=True)
        code = os.waitstatus_to_exitcode(status)
        tell(status=code, restored=termios.tcgetattr(terminal) == before)
        os._exit(0)

    typed = b""
    child = None
    ended = False
    while True:
        ready, _, _ = select.select([master] + ([] if ended else [0]), [], [], 0.05 if ended else None)
        if ended and not ready:
            break
        if master in ready:
            try:
                data = os.read(master, 2048)
            except OSError:
                break
            if data:
                tell(bytes=base64.b64encode(data).decode())
        if 0 in ready:
            data = os.read(0, 65536)
            ended = not data
            typed += data
            *lines, typed = typed.split(b"\n")
            for line in lines:
                order = json.loads(line)
                if "keys" in order:
                    os.write(master, order["keys"].encode())
                if "size" in order:
                    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", order["size"][1], order["size"][0], 0, 0))
                if "signal" in order:
                    os.kill(order["pid"], getattr(signal, order["signal"]))


main()
