"""Sends before it connects: TCP fast open needs no `connect`. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).sendto(b"hello", 0x20000000, ("127.0.0.1", int("@TCP@")))
