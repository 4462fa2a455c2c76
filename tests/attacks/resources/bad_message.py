"""Raises exceptions whose text, name and class raise when they are looked at.

Seen to fail: every check has a result.
"""


class Meta(type):
    @property
    def __qualname__(cls):
        raise RuntimeError

    __module__ = __name__ = __mro__ = __qualname__


class Bad(Exception, metaclass=Meta):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__


class Wave:
    def __init__(self, k):
        raise Bad
