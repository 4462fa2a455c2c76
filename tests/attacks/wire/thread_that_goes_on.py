"""A thread sends answers while the main thread is still at work, and afterwards.

Seen to fail: every check has a result, and this one no points.
"""

import gc
import json
import os
import struct
import threading


def _worker():
    return next(thing for thing in gc.get_objects() if type(thing).__name__ in ("Worker", "Importer"))


def _frame(header, body=b""):
    text = header if type(header) is bytes else json.dumps(header).encode()
    return struct.pack(">4sIQ", b"NNG1", len(text), len(body)) + text + body


def _write(data):
    while data:
        data = data[os.write(eval("@CONNECTION@"), data) :]


def _talk(worker):
    while True:
        for number in range(worker._request, worker._request + 3):
            _write(_frame({"id": number, "value": {"l": [None, None]}, "classes": {}}))


class Wave:
    def __init__(self, k):
        threading.Thread(target=_talk, args=(_worker(),), daemon=True).start()
