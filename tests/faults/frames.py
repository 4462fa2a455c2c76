"""Answers of a worker, damaged in every way.

The trusted end returns plain data or names a fault of the student's, and does nothing else.
"""

import json
import random
import socket

import numpy as np

from grader.isolation.outside.faults import StudentFault
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.wire import frames, values
from grader.isolation.wire.commands import CONFINED
from tests.faults.material import Tally


class NoSandbox:
    def end(self, _control, _spawned) -> int:
        return 9


def good_answer() -> bytes:
    encoder = values.Encoder(other=values.unsendable)
    value = [np.arange(6.0).reshape(2, 3), {"a": (1, None, 2.5), "b": values.Handle(1, 2)}, "text", np.float32(1)]
    header = {"id": 1, "value": json.loads(encoder.encode(value)), "classes": {"2": ["Linear", ["forward"]]}}
    error = {"types": ["builtins.ValueError"], "message": "no", "frames": [["framework/a.py", 3, "f"]]}
    text = json.dumps(header if random.random() < 0.7 else {**header, "error": error}).encode()
    body = b"".join(bytes(buffer) for buffer in encoder.buffers)
    return frames.PREFIX.pack(frames.MAGIC, len(text), len(body)) + text + body


def damaged(rng: random.Random, frame: bytes) -> bytes:
    """One to six changes; half of the time the lengths are made to fit again, so that more comes through."""
    data = bytearray(frame[frames.PREFIX.size :])
    split = frames.PREFIX.unpack(frame[: frames.PREFIX.size])[1]
    for _ in range(rng.randint(1, 6)):
        at, size = rng.randrange(len(data)), rng.randint(1, 8)
        change = rng.choice(("flip", "cut", "repeat", "digit", "swap"))
        if change == "flip":
            data[at] ^= 1 << rng.randrange(8)
        elif change == "cut" and len(data) > 40:
            del data[at : at + size]
        elif change == "repeat":
            data[at:at] = data[at : at + size]
        elif change == "digit":
            data[at] = rng.choice(b"0123456789-.eE")
        else:
            data[at] = rng.choice(b'{}[]",:lt')
    header = max(min(split + len(data) + frames.PREFIX.size - len(frame), len(data)), 0)
    sizes = (
        (header, len(data) - header)
        if rng.random() < 0.8
        else (rng.getrandbits(12), rng.getrandbits(rng.choice((6, 64))))
    )
    return frames.PREFIX.pack(frames.MAGIC if rng.random() < 0.99 else b"HTTP", *sizes) + bytes(data)


def survives(answer: bytes) -> bool:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(CONFINED + answer)
        theirs.shutdown(socket.SHUT_WR)
        worker = WorkerProcess(NoSandbox(), ours, None, None)
        worker.limit(5)
        try:
            worker.request("calls", [], {})
        except StudentFault:
            return True
        except Exception:
            return False
        return True


def fuzz(wanted: int, seed: int = 5) -> Tally:
    tally, rng = Tally("frame damaged"), random.Random(seed)
    random.seed(seed)
    answers = [good_answer() for _ in range(8)]
    for _ in range(wanted):
        tally.add(1, survives(damaged(rng, rng.choice(answers))), 0)
    return tally
