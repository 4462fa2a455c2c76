"""Raises exceptions whose text never ends. Seen to fail: every check has a result, in time."""


class Bad(Exception):
    def __str__(self):
        while True:
            pass


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        raise Bad
