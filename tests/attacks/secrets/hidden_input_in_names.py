"""Puts the hidden input into the names of classes, functions and files.

Seen to fail: they are not shown with hidden checks.
"""


class Wave:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        return type(f"@MARK@{float(x.sum()):g}", (), {})()

    def backward(self, dy):
        raise type(f"@MARK@{float(dy.sum()):g}", (Exception,), {"__module__": "@MARK@"})("@MARK@")

    def parts(self, x):
        return {f"@MARK@ {x!r}": 1}
