"""What a student's own tests tell apart, as lines of text. Whoever shows them has to clean them."""

from grader.result import CheckResult, Matrix

CATCHES, LETS_PASS = "x", "."


def heading(result: CheckResult) -> str:
    """The component, and how many wrong implementations are caught."""
    found = result.matrix or Matrix(())
    if found.rejecting:
        return f"{result.check.component}: nothing counts, as a right implementation is rejected"
    count = len(found.caught)
    return f"{result.check.component}: your tests catch {count} of {count + found.uncaught} wrong implementations"


def lines(found: Matrix) -> list[str]:
    """A row for each belief that is caught, with a column for each test; the tests are numbered."""
    if found.rejecting:
        return [f"A right implementation is rejected by {_listed(found.rejecting)}."]
    numbers = [str(i) for i in range(1, len(found.tests) + 1)]
    width = len(numbers[-1])
    rows = [[CATCHES if test in row.tests else LETS_PASS for test in found.tests] for row in found.caught]
    told = [f"{n} {test}" for n, test in zip(numbers, found.tests, strict=True)]
    if found.caught:
        told.append(_columns(numbers, width))
    told += [f"{_columns(marks, width)}  {row.belief}" for marks, row in zip(rows, found.caught, strict=True)]
    return [*told, *rest(found)]


def rest(found: Matrix) -> list[str]:
    """Tests that catch nothing, and how many wrong implementations no test catches."""
    idle = [test for test in found.tests if not any(test in row.tests for row in found.caught)]
    told = [f"{_listed(idle)}: catches nothing."] * bool(idle)
    count = found.uncaught
    return told + [f"Wrong implementations that no test catches: {count}."] * bool(count)


def _columns(marks: list[str], width: int) -> str:
    return " ".join(mark.rjust(width) for mark in marks)


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names)
