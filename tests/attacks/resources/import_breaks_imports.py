"""Replaces `__import__`, so that whatever is imported next fails.

Seen to fail: every check has a result, 02 its points.
"""

import builtins

SPOILS = True


def _refuse(*_args, **_kwargs):
    raise ImportError("no more imports")


builtins.__import__ = _refuse
