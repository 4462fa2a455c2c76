"""Opens the reference through io, os and pathlib. Seen to fail: the secret never comes back."""

import contextlib
import io
import os
from pathlib import Path


class Wave:
    def __init__(self, k):
        found = []
        for read in (io.FileIO, lambda p: os.fdopen(os.open(p, 0), "rb"), lambda p: io.BytesIO(Path(p).read_bytes())):
            with contextlib.suppress(OSError):
                found.append(read("@REFERENCE@").read(4000))
        raise ValueError(found)
