"""Says without end which file it is at, faster than anybody can listen.

Seen to fail: every check has a result, in time.
"""

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


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        worker = _worker()
        said = _frame({"id": worker._request, "at": "tiny/wave.py"}) * 5000
        while True:
            _write(said)
