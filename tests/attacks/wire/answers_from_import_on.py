"""Takes the loop over while it is imported, and answers every request by itself.

Seen to fail: every check has a result, and this one no points.
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
    _write(_frame({"id": worker._request, "value": {"l": [{"d": []}]}, "classes": {}}))
    number = worker._request
    while True:
        magic, header, body = struct.unpack(">4sIQ", os.read(eval("@CONNECTION@"), 16))
        left = header + body
        while left:
            left -= len(os.read(eval("@CONNECTION@"), left))
        number += 1
        _write(_frame({"id": number, "value": {"l": [None, {"a": ["f8", [3, 4]]}]}, "classes": {}}, bytes(96)))
