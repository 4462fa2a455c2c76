"""Doubles a list until there is no memory left. Seen to fail: the other checks have their results."""

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        rows = [b"x" * (1 << 20)]
        while True:
            rows += [bytes(row) + b"y" for row in rows]
