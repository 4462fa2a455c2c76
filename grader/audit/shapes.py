"""The shapes that a handout promises, as assignment.toml lists them in the handout's words.

[shapes]
"nn.NLLLoss" = ["(N, C)", "(N, C, d1, ...)", "(C,)"]
"nn.ReLU" = ["any shape"]
"""

import re
from collections.abc import Callable, Iterator

from grader.assignment import Assignment

Shape = tuple[int, ...]
Case = tuple[str, Callable[[Shape], bool]]

_SOME: tuple[Case, ...] = (
    ("one dimension", lambda s: len(s) == 1),
    ("two dimensions", lambda s: len(s) == 2),
    ("three or more dimensions", lambda s: len(s) >= 3),
    ("no elements", lambda s: 0 in s),
)
_ANY: tuple[Case, ...] = (("no dimensions", lambda s: s == ()), *_SOME)
_PHRASES = {"any": _ANY, "any shape": _ANY, "any number of dimensions": _ANY, "at least one dimension": _SOME}
_TUPLE = re.compile(r"\((?:[\w.]+(?:, [\w.]+)*,?)?\)")


def cases(text: str) -> tuple[Case, ...]:
    """The cases of a promise that have to be tried, by name; none if the text is no promise.

    `...` stands for any number of sizes, including none.
    """
    if text in _PHRASES:
        return _PHRASES[text]
    if not _TUPLE.fullmatch(text):
        return ()
    sizes = [size for size in re.split(r"[(), ]+", text) if size]
    least = len([size for size in sizes if size != "..."])
    if "..." not in sizes:
        return (("", lambda s: len(s) == least),)
    return (("nothing for ...", lambda s: len(s) == least), ("something for ...", lambda s: len(s) > least))


def fits(text: str, shape: Shape) -> bool:
    """Whether a shape keeps a promise."""
    return any(is_one(shape) for _, is_one in cases(text))


def promised(assignment: Assignment) -> Iterator[tuple[str, str, Callable[[Shape], bool]]]:
    """Path of a class or function, name of a case, and a function that says whether a shape is such a case."""
    for path, texts in assignment.shapes.items():
        for text in texts:
            for case, is_one in cases(text):
                yield path, f"{path}: {text}{' with ' if case else ''}{case}", is_one


def unreadable(assignment: Assignment) -> Iterator[str]:
    """What is wrong with the list itself. It has to say what the handout says, word for word."""
    handout = (assignment.folder / "README.md").read_text(encoding="utf-8")
    for path, texts in assignment.shapes.items():
        for text in texts:
            if not cases(text):
                phrases = ", ".join(map(repr, _PHRASES))
                problem = f"{text!r} is neither a shape, as in '(N, C, ...)', nor one of {phrases}"
                yield f"assignment.toml: shapes: {path}: {problem}"
            elif text not in handout:
                yield f"assignment.toml: shapes: {path}: {text!r} does not stand in README.md"
