"""Looks for the secret in everything that the garbage collector knows, frozen or not.

Seen to fail: the secret never comes back.
"""

import gc


class Wave:
    def __init__(self, k):
        gc.unfreeze()
        found, seen = [], gc.get_objects()
        for thing in seen:
            for inner in gc.get_referents(thing):
                if isinstance(inner, str) and "canary-" in inner and len(inner) < 200:
                    found.append(inner)
        raise ValueError(found)
