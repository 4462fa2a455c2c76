"""Has the processes that its import is shared with sleep instead of becoming workers.

Seen to fail: no check waits for long or is the grader's own fault.
"""

import sys
import time

kernel = sys.modules.get("grader.isolation.walls.kernel")
fork = getattr(kernel, "fork_beside", None)


def _sleeping(*secret):
    pid = fork(*secret)
    while pid == 0:
        time.sleep(1)
    return pid


if fork:
    kernel.fork_beside = _sleeping


class Wave:
    def __init__(self, k):
        pass
