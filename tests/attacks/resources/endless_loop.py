"""Loops in Python. Seen to fail: the other checks have their results, in time."""


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return x

    def parts(self, x):
        while True:
            pass
