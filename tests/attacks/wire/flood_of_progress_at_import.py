"""The same while it is imported. Seen to fail: every check has a result, in time."""

import contextlib
import gc
import json
import os
import struct


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
    said = _frame({"id": worker._request, "at": "tiny/wave.py"}) * 5000
    while True:
        _write(said)
