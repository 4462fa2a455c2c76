"""Keeps the stub, whose error is a RuntimeError, and hopes that a check wants one. Seen to fail: no points."""


class Wave:
    def __init__(self, k):
        raise NotImplementedError("tiny.Wave.__init__")
