"""Opens descriptors until there are no more. Seen to fail: the other checks have their results."""

import os


class Wave:
    def __init__(self, k):
        while True:
            os.dup(0)
