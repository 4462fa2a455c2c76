"""What was wrong in a check that goes on: its values, kept for the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from grader.compare import Mismatch

MOST = 1000  # wrong values that a check notes before it ends: the largest compares some hundred


@dataclass
class Wrong:
    """`values` are wrong values, if the check goes on after them, as what else is wrong tells why.

    `deferred` is what costs only a part of the points if nothing else is wrong: it is raised at the check's end.
    """

    goes_on: bool = False
    values: list[Mismatch] = field(default_factory=list)
    deferred: list[Mismatch] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Keep what the block raises for the end of the check, if only values are wrong; any other answer ends it."""
        try:
            yield
        except Mismatch as mismatch:
            if not (self.goes_on and mismatch.is_about_values and len(self.values) < MOST):
                raise
            self.values.append(mismatch)

    def first(self, error: BaseException | None = None) -> BaseException | None:
        """The first thing that was wrong, which the check raises. `later` has the others, its last error at the end."""
        errors = [*self.values, *([error] if error else self.deferred[:1])]
        if not self.values:
            return next(iter(errors), None)
        self.values[0].later = tuple(errors[1:])
        return self.values[0]
