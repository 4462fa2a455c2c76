"""Answers with objects whose length, truth and items are lies.

Seen to fail: every check has a result, not the grader's fault.
"""


class Odd:
    def __len__(self):
        return 2**62

    def __iter__(self):
        return iter([object()] * 10**5)

    def __getitem__(self, _key):
        return Odd()

    def __bool__(self):
        raise RuntimeError


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return Odd()

    parts = forward
