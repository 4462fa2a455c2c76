"""Answers with objects of fifty thousand classes, each to be described.

Seen to fail: every check has a result, in time.
"""

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return [type(f"C{n}", (), {})() for n in range(5 * 10**4)]
