"""Connects to a Unix socket by its path, as docker.sock is. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.socket(socket.AF_UNIX).connect("@UNIX@")
