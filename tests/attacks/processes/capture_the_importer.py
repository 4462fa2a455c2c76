"""Rewrites how its importer forks: more processes than it names, and without a worker's filter.

Seen to fail: no process is left.
"""

import sys
import time

kernel = sys.modules.get("grader.isolation.walls.kernel")
fork = getattr(kernel, "fork_beside", None)


def _stay():
    ends = time.monotonic() + 8
    while time.monotonic() < ends:
        time.sleep(0.05)


def _more(*secret):
    for _ in range(20):
        try:
            if fork(*secret) == 0:
                _stay()
        except OSError:
            break
    pid = fork(*secret)
    if pid == 0:
        _stay()
    return pid


if fork:
    kernel.fork_beside = _more


class Wave:
    def __init__(self, k):
        pass
