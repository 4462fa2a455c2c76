"""Sends a dict whose fifty thousand keys all have the same hash: each costs a look at all others.

Seen to fail: in time.
"""

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
        pass

    def forward(self, x):
        worker = _worker()
        _write(
            _frame(
                {
                    "id": worker._request,
                    "value": {"l": [None, {"d": [[(2**61 - 1) * n, 0] for n in range(60_000)]}]},
                    "classes": {},
                },
                b"",
            )
        )
        worker._send = lambda *_args, **_kwargs: None
