"""Makes everything that a folder can hold: files, links, pipes, folders, sockets. Seen to fail: no file appears."""

import contextlib
import os
import socket


class Wave:
    def __init__(self, k):
        for make in (
            lambda: os.mkdir("@OPEN@/folder"),
            lambda: os.mkfifo("@OPEN@/pipe"),
            lambda: os.symlink("/etc", "@OPEN@/link"),
            lambda: os.mknod("@OPEN@/node"),
            lambda: socket.socket(socket.AF_UNIX).bind("@OPEN@/socket"),
            lambda: os.open("@OPEN@/file", os.O_CREAT | os.O_WRONLY),
        ):
            with contextlib.suppress(OSError):
                make()
