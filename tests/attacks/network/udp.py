"""Sends a datagram. Seen to fail: nothing arrives at the canary."""

import socket


class Wave:
    def __init__(self, k):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", int("@UDP@")))
