"""In assignment 02 the reference of 01 stands in for the student's: reads its code.

Not seen to fail: the secret comes back.

Student code has to run on top of what stands in, and whoever runs beside a solution can read it. SECURITY.md says so:
by then it must be no secret.
"""

import gc
import sys
import types

PLACE = "more/double.py"
DECLARED = ("the secret came back",)


def _constants(code):
    for constant in code.co_consts:
        yield constant
        if isinstance(constant, types.CodeType):
            yield from _constants(constant)


class Double:
    def forward(self, _x):
        found = [v for v in vars(sys.modules["framework.tiny.wave"]).values() if isinstance(v, str) and "canary-" in v]
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__module__.startswith("framework.tiny"):
                found += [c for c in _constants(thing.__code__) if isinstance(c, str) and "canary-" in c]
        raise ValueError(found)
