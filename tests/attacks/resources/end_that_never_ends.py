"""Never lets its process end by itself: exit handlers, finalizers and threads that wait.

Seen to fail: no process is left.
"""

import atexit
import threading
import time
import weakref


def _wait():
    while True:
        time.sleep(1)


atexit.register(_wait)


class Wave:
    def __init__(self, k):
        weakref.finalize(self, _wait)
        threading.Thread(target=_wait).start()
        raise SystemExit
