"""Has Python itself give up. Seen to fail: the other checks have their results."""

import ctypes


class Wave:
    def __init__(self, k):
        ctypes.pythonapi.Py_FatalError(b"good bye")
