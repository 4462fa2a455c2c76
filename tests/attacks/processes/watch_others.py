"""Watches what others do: inotify, perf, bpf, userfaultfd. Seen to fail: none can be had."""

import ctypes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        attributes = ctypes.create_string_buffer(128)
        got = [
            libc.syscall(n, *a)
            for n, a in ((294, (0,)), (298, (attributes, 0, -1, -1, 0)), (321, (0, attributes, 72)), (323, (1,)))
        ]
        if max(got) >= 0:
            with open("@OPEN@/watching", "w") as file:
                file.write(repr(got))
