"""Which laws of the battery do not hold of a member."""

import inspect

import numpy as np

from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.isolation.outside.faults import StudentError
from tests.checks import stateful_layers
from tests.checks.sides import package

TEXT = inspect.getsource(stateful_layers)
LAWS = (
    "test_values",
    "test_values_with_options",
    "test_gradients",
    "test_gradients_with_options",
    "test_evaluation",
    "test_state",
    "test_used_again",
    "test_dtypes",
    "test_memory",
    "test_refuses",
)


def failed(laws, open_student, *changes):
    """The laws that do not hold of a student's member, whose text was changed."""
    found = set()
    for name in LAWS:
        law, rng = getattr(laws(), name), np.random.default_rng(2)
        if law is None:
            continue
        student = open_student(TEXT, *changes)
        bench = Workbench(student, package(TEXT), rng)
        fixtures = {"student": student, "twin": bench, "rng": rng}
        try:
            law(**{name: fixtures[name] for name in inspect.signature(law).parameters})
            bench.finish()
            if bench.wrong.deferred:
                raise bench.wrong.deferred[0]
        except (Mismatch, StudentError, ArithmeticError, AttributeError):
            found.add(name)
    return found
