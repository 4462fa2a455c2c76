"""Raises an exception that looks like a verdict of the grader. Seen to fail: no points."""


class Mismatch(BaseException):
    __module__ = "grader.compare"
    outcome, kind, share, earned, doubtful = "passed", "All is well.", 1.0, 8.0, False

    def __str__(self):
        return "passed"


class Wave:
    def __init__(self, k):
        raise Mismatch
