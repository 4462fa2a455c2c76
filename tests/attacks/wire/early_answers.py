"""Sends the answers to all future requests at once. Seen to fail: every check has a result, and this one no points."""

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
        worker = _worker()
        for number in range(worker._request, worker._request + 50):
            _write(_frame({"id": number, "value": {"l": [None, None]}, "classes": {}}))
