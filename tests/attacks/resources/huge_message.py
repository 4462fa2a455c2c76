"""Raises exceptions with 100 MB of text, and many bases, and a deep traceback. Seen to fail: no report grows."""

SPOILS = True  # by the time that it takes

BASE = Exception
for _ in range(300):
    BASE = type("E" * 10_000, (BASE,), {"__module__": "m" * 10_000})


class Wave:
    def __init__(self, k):
        self._deep(900)

    def _deep(self, depth):
        if depth:
            self._deep(depth - 1)
        raise BASE("@MARK@" * (1 << 20))
