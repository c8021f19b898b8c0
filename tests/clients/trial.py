"""What the Python clients are put through has in common: the routers, the control port, and telling how it went."""

import json
import socket
import sys
import traceback


class Control:
    """The control port of one pretend router."""

    def __init__(self, port):
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=10).makefile("rw", newline="\n")

    def ask(self, op, **fields):
        self.stream.write(json.dumps({"op": op, **fields}) + "\n")
        self.stream.flush()
        reply = json.loads(self.stream.readline())
        assert reply["ok"], reply
        return reply


def each_router(trial):
    """Runs `trial(release, port, control)` on every router of the command line."""
    failed = False
    for argument in sys.argv[1:]:
        release, ports = argument.split("=")
        port, control = ports.split(":")
        try:
            trial(release, int(port), Control(int(control)))
            print(f"ok {release}", flush=True)
        except Exception as error:
            failed = True
            told = traceback.format_exception(error, chain=False)
            print(f"not ok {release}\n{''.join(told)}", flush=True)
    sys.exit(failed)


def refusal(kind, what):
    """The text with which something is refused."""
    try:
        what()
    except kind as error:
        return str(error)
    raise AssertionError("it was not refused")
