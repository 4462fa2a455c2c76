"""Closes the connection and goes on computing. Seen to fail: every check has a result, no process is left."""

import gc
import json
import os
import struct

SPOILS = True  # by the time that it takes


def _worker():
    return next(thing for thing in gc.get_objects() if type(thing).__name__ in ("Worker", "Importer"))


def _frame(header, body=b""):
    text = header if type(header) is bytes else json.dumps(header).encode()
    return struct.pack(">4sIQ", b"NNG1", len(text), len(body)) + text + body


def _write(data):
    while data:
        data = data[os.write(eval("@CONNECTION@"), data) :]


class Wave:
    def __init__(self, k):
        os.close(eval("@CONNECTION@")) if _worker() else None
        while True:
            pass
