"""Blames one file after the other, each time a new one, to have the import tried without end.

Seen to fail: in time, and 02 has its points.
"""

import contextlib
import gc
import json
import os
import struct

SPOILS = True


def _worker():
    return next(thing for thing in gc.get_objects() if type(thing).__name__ in ("Worker", "Importer"))


def _frame(header, body=b""):
    text = header if type(header) is bytes else json.dumps(header).encode()
    return struct.pack(">4sIQ", b"NNG1", len(text), len(body)) + text + body


def _write(data):
    while data:
        data = data[os.write(eval("@CONNECTION@"), data) :]


with contextlib.suppress(StopIteration):
    worker = _worker()
    _write(_frame({"id": worker._request, "at": {"not": "text"}}, b""))
    while True:
        pass
