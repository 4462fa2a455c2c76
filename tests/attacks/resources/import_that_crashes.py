"""Crashes the process while it is imported. Seen to fail: the other file's checks have their points."""

import ctypes

ctypes.string_at(0)
