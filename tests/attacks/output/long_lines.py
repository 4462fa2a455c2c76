"""A message of one line with a million characters. Seen to fail: no report grows."""


class Wave:
    def __init__(self, k):
        raise ValueError("@MARK@" * 200_000)
