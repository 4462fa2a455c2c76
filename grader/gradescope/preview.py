"""What a student sees of a results.json, and when; after "Autograder Specifications" in Gradescope's documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PHASES = {
    "before": "Before the due date (the late one, if late work is allowed)",
    "after": "After the due date",
    "published": "After the grades are published",
}
# From which phase on a test is shown; what is hidden never is.
SHOWN_IN = {
    "visible": {"before", "after", "published"},
    "after_due_date": {"after", "published"},
    "after_published": {"published"},
    "hidden": set(),
}


@dataclass(frozen=True)
class View:
    """What one phase shows. `score` is None where Gradescope withholds it: as long as any test is not shown."""

    output: str
    tests: tuple[dict[str, Any], ...]
    left_out: int
    score: float | None
    stdout: bool
    leaderboard: tuple[dict[str, Any], ...] = ()


def seen(data: dict[str, Any], phase: str) -> View:
    """What a student sees of the results `data` in a phase ("before", "after", "published")."""
    general = data.get("visibility", "visible")
    tests = data.get("tests") or []
    shown = tuple(t for t in tests if phase in SHOWN_IN[t.get("visibility", general)])
    score = data["score"] if "score" in data else sum(t.get("score", 0) for t in tests)
    return View(
        output=data.get("output", ""),
        tests=shown,
        left_out=len(tests) - len(shown),
        score=score if len(shown) == len(tests) else None,
        stdout=phase in SHOWN_IN[data.get("stdout_visibility", "hidden")],
        leaderboard=tuple(data.get("leaderboard") or ()),
    )


def in_words(view: View) -> Iterator[str]:
    """A view, line by line."""
    yield "score: not shown, as some checks are not" if view.score is None else f"score: {view.score:g}"
    yield from (f"| {line}" for line in view.output.splitlines())
    for test in view.tests:
        mark = "+" if _passed(test) else "-"
        yield f"{mark} {test.get('name', '(no name)')} {_points(test)}".rstrip()
        yield from (f"    {line}" for line in test.get("output", "").splitlines())
    if view.left_out:
        yield "1 check is not shown." if view.left_out == 1 else f"{view.left_out} checks are not shown."
    yield from (f"leaderboard: {column['name']} {column['value']}" for column in view.leaderboard)
    if view.stdout:
        yield "The output of the autograder is shown too."


def _passed(test: dict[str, Any]) -> bool:
    return test.get("status", "passed" if test.get("score", 0) >= test.get("max_score", 0) else "failed") == "passed"


def _points(test: dict[str, Any]) -> str:
    return f"({test.get('score', 0):g}/{test['max_score']:g})" if "max_score" in test else ""
