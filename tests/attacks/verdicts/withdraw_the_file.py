"""Deletes and renames what decides about it. Seen to fail: no file is changed."""

import contextlib
import os


class Wave:
    def __init__(self, k):
        for path in ("@HIDDEN_TEST@", "@ORDINARY_TEST@", "@RESULTS@"):
            with contextlib.suppress(OSError):
                os.rename(path, path + ".old")
            with contextlib.suppress(OSError):
                os.unlink(path)
            with contextlib.suppress(OSError):
                os.truncate(path, 0)
        raise RuntimeError
