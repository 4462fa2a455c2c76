"""Raises while it is imported, with a message that never ends. Seen to fail: the other file has its points, in time."""


class Bad(Exception):
    def __str__(self):
        while True:
            pass


raise Bad
