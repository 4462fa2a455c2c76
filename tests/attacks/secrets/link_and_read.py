"""Links the hidden tests to a place of its own, and reads there.

Seen to fail: the secret never comes back, no file appears.
"""

import contextlib
import os


class Wave:
    def __init__(self, k):
        found = []
        for link in (os.link, os.symlink):
            with contextlib.suppress(OSError):
                link("@HIDDEN_TEST@", f"@OPEN@/{link.__name__}")
                with open(f"@OPEN@/{link.__name__}") as file:
                    found.append(file.read())
        raise ValueError(found)
