"""Answers the import by calling the given files broken, with commands for a runner.

Seen to fail: no report has them.
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
    _write(
        _frame(
            {
                "id": worker._request,
                "value": {
                    "l": [{"d": [["__init__.py", "\n::error::@MARK@"], ["\n::add-mask::@MARK@", "\x1b[2J\n@MARK@"]]}]
                },
                "classes": {},
            },
            b"",
        )
    )
    worker._send = lambda *_args, **_kwargs: None
