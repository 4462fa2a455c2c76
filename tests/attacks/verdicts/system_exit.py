"""Raises SystemExit(0). Seen to fail: no points."""


class Wave:
    def __init__(self, k):
        raise SystemExit(0)
