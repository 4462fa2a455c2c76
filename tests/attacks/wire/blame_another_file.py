"""Says that another file was being imported, and ends the process: a given file is to be blamed.

Seen to fail: the other checks pass.
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
    _write(_frame({"id": worker._request, "at": "tiny/total.py"}, b""))
    os._exit(0)
