"""Answers by frames of its own, but rightly.

It has to pass: else the wire is no longer what the other attacks take it for.
"""

import gc
import json
import os
import struct

import numpy as np

HONEST = ("test_forward", "test_precision", "test_public")
PROVES = ("test_precision", "test_public")  # the others may ask for several things at once


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
        self.k = k

    def forward(self, x):
        y, worker = np.sin(self.k * x), _worker()
        value = {"l": [None, {"a": ["f8", list(y.shape)]}]}  # to make this object is asked for in the same request
        _write(_frame({"id": worker._request, "value": value, "classes": {}}, y.tobytes()))
        worker._send = lambda *_args, **_kwargs: vars(worker).pop("_send")  # the next answer is the worker's own again
        return "never sent"
