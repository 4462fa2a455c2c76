"""Has the kernel signal somebody else whenever its own socket has data: F_SETOWN.

Seen to fail: all are as well as before.
"""

import contextlib
import fcntl
import os
import socket


class Wave:
    def __init__(self, k):
        ours, theirs = socket.socketpair()
        for descriptor in (eval("@CONNECTION@"), ours.fileno()):
            for pid in ("@SIBLING@", "@GRADER@"):
                with contextlib.suppress(OSError, ValueError):
                    fcntl.fcntl(descriptor, fcntl.F_SETOWN, int(pid))
                    fcntl.fcntl(descriptor, 10, 9)  # F_SETSIG, SIGKILL
                    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
                    theirs.send(b"x")
