"""Writes a program into memory and executes it from there, without a path. Seen to fail: no file appears."""

import os


class Wave:
    def __init__(self, k):
        descriptor = os.memfd_create("program")
        os.write(descriptor, b"#!/bin/sh\necho > @OPEN@/memory\n")
        os.execve(f"/proc/self/fd/{descriptor}", ["program"], {})
