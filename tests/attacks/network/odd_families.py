"""Tries sockets that rules for the internet forget: netlink, vsock, packet, Bluetooth, crypto.

Seen to fail: none can be had.
"""

import contextlib
import socket


class Wave:
    def __init__(self, k):
        made = []
        for family in range(46):
            for kind in (1, 2, 3, 5):
                with contextlib.suppress(OSError):
                    made.append(socket.socket(family, kind).family)
        if made:
            with open("@OPEN@/families", "w") as file:
                file.write(repr(made))
