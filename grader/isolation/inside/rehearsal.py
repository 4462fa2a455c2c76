"""Made-up requests that the fork server answers itself, once, before it forks any worker.

Otherwise every worker would do what Python does on first use. Python then writes into code that it specialises and into
its method caches, and the kernel would copy these pages in every worker. They were a twentieth of all copied pages.
"""

import socket

import numpy as np

from grader.calls import Call
from grader.isolation.inside.worker import Worker
from grader.isolation.wire import frames, values
from grader.isolation.wire.calls import write_call

TIMES = 12  # CPython specialises code that has run eight times


def rehearse() -> None:
    """Have a worker object in this process, whose package is NumPy, answer what checks usually ask."""
    array, made = np.ones((3, 4)), values.Handle(-1, -1)
    calls = [
        Call("call", values.Path("maximum"), "", (array, 0.0), {}, -1),
        Call("call", made, "sum", (), {"axis": 0, "keepdims": True}),
        Call("set", made, "flat", (1.0,)),
        Call("get", made, "T"),
        Call("get", values.Path("dtype")),
    ]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker = Worker(theirs, np)
        for _ in range(TIMES):
            encoder = values.Encoder(str)
            rows = ",".join([write_call(call, encoder) for call in calls])
            frames.send(ours, f'{{"id":0,"do":"calls","with":{{"l":[{rows}]}}}}', encoder.buffers)
            worker._answer(*worker._reader.receive())
            ours.recv(frames.CHUNK)
