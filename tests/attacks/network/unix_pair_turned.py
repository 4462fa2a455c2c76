"""Makes a pair of Unix sockets and connects one of them elsewhere. Seen to fail: nobody knocks at the canary."""

import socket


class Wave:
    def __init__(self, k):
        ours, _theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.close()
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect("@UNIX@")
