"""Resolves a name, which sends datagrams. Seen to fail: no result, no change anywhere."""

import socket


class Wave:
    def __init__(self, k):
        raise ValueError(socket.getaddrinfo("localhost", 80), socket.gethostbyname("localhost"))
