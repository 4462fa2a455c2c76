"""Raises KeyboardInterrupt, which stops a test session. Seen to fail: every check has its result."""


class Wave:
    def __init__(self, k):
        raise KeyboardInterrupt
