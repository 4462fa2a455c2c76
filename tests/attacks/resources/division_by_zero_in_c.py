"""Ends by a signal of its own making, one of those that mean a bug.

Seen to fail: the other checks have their results.
"""

import ctypes
import signal


class Wave:
    def __init__(self, k):
        signal.signal(signal.SIGFPE, signal.SIG_DFL)
        getattr(ctypes.CDLL(None), "raise")(signal.SIGFPE)
