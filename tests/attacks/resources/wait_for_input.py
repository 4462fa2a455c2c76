"""Reads from the keyboard. Seen to fail: the check ends at once."""

import sys


class Wave:
    def __init__(self, k):
        sys.stdin.read()
        input()
