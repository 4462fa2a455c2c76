"""Sends a valid frame one byte at a time, for ever short of the time limit of one read.

Seen to fail: every check has a result, and this one no points.
"""

import gc
import json
import os
import struct
import time

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
        pass

    def forward(self, x):
        _write(struct.pack(">4sIQ", b"NNG1", 1 << 20, 0))
        while True:
            _write(b" ")
            time.sleep(0.01)
