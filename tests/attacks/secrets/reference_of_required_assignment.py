"""In assignment 02 the reference of 01 stands in for the student's: reads its code. Seen to fail: no secret comes back.

Whoever runs beside a solution can read it, so what stands in must hold no secret while it still is one.
"""

import gc
import sys
import types

PLACE = "more/double.py"


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
