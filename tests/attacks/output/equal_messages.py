"""Different checks fail with the very same words as a passed check would be reported.

Seen to fail: each has its own line and points.
"""


class Wave:
    def __init__(self, k):
        raise ValueError("")

    def forward(self, x):
        raise ValueError("Total: Total is the sum.  1 of 1")
