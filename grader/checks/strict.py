"""For checks of numerical range: what NumPy only warns about by default becomes an error of the code under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def warnings_as_errors(student: Any) -> Iterator[None]:
    """Overflow, division by zero and invalid operations raise FloatingPointError where `student` runs.

    Code may still silence them for a while on purpose (`np.errstate`).
    """
    with np.errstate():  # restores the settings of this process, in case the framework runs in it
        # parameter.py is given, so its `np` is NumPy.
        student.nn.parameter.np.seterr(divide="raise", over="raise", invalid="raise")
        yield
