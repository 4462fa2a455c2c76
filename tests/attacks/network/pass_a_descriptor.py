"""Sends descriptors along with a message to the grader. Seen to fail: the grader has no descriptor more."""

import array
import contextlib
import socket


class Wave:
    def __init__(self, k):
        with contextlib.suppress(OSError):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=eval("@CONNECTION@"))
            connection.sendmsg(
                [b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [eval("@CONNECTION@"), 0, 1]))]
            )
