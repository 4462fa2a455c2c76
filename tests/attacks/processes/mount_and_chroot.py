"""Changes what the file system looks like. Seen to fail: nothing changed."""

import ctypes
import os

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        if libc.mount(b"none", b"@OPEN@", b"tmpfs", 0, None) == 0:
            with open("@RESULTS@.mounted", "w") as file:
                file.write("mounted")
        os.chroot("@OPEN@")
        with open("/chrooted", "w") as file:
            file.write("chrooted")
