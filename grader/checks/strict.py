"""For checks of numerical range: what NumPy only warns of, by default, becomes an error of the code under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def warnings_as_errors(student: Any) -> Iterator[None]:
    """Overflow, division by zero and invalid operations raise FloatingPointError where `student` runs.

    Code that silences them for a stretch on purpose (`np.errstate`) stays free to.
    """
    with np.errstate():  # gives this process its own settings back, should the framework run in it
        student.nn.parameter.np.seterr(divide="raise", over="raise", invalid="raise")  # parameter.py is given
        yield
