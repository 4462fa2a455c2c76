"""Connects to a Unix socket that has no file. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.socket(socket.AF_UNIX).connect("\0@MARK@")
