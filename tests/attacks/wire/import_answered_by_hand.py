"""Answers its import by a frame of its own, but rightly.

It has to pass: else the wire is no longer what the other attacks take it for.
"""

import gc
import json
import os
import struct

import numpy as np

HONEST = ("test_forward", "test_precision", "test_public")
PROVES = ("test_forward", "test_precision", "test_public")


def _worker():
    return next(thing for thing in gc.get_objects() if type(thing).__name__ in ("Worker", "Importer"))


def _frame(header, body=b""):
    text = header if type(header) is bytes else json.dumps(header).encode()
    return struct.pack(">4sIQ", b"NNG1", len(text), len(body)) + text + body


def _write(data):
    while data:
        data = data[os.write(eval("@CONNECTION@"), data) :]


worker = _worker()
_write(_frame({"id": worker._request, "value": {"l": [{"d": []}]}, "classes": {}}))
worker._send = lambda *_args, **_kwargs: vars(worker).pop("_send")  # the next answer is the worker's own again


class Wave:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        return np.sin(self.k * x)
