"""Connects to a TCP port over IPv6. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.create_connection(("::1", int("@TCP6@")), 1)
