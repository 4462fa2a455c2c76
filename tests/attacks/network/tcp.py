"""Connects to a TCP port of this machine. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.create_connection(("127.0.0.1", int("@TCP@")), 1).sendall(b"hello")
