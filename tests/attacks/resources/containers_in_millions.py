"""Answers with millions of items, flat and nested. Seen to fail: every check has a result, in time."""

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return [[0.5] * 100] * 10**5

    def parts(self, x):
        return dict.fromkeys(range(10**6))
