"""Nested tuples, as recurrent layers take and return them: `(out, (h_n, c_n))`. Whatever is no tuple is a leaf."""

from collections.abc import Callable, Iterator
from typing import Any

from grader.compare import Mismatch, count_items, describe


def leaves(tree: Any, name: str) -> dict[str, Any]:
    """The leaves in their order, by names such as "y[1][0]"; a leaf alone has the name as it is."""
    return matched(tree, tree, name)


def matched(found: Any, like: Any, name: str) -> dict[str, Any]:
    """What is found where `like` has its leaves, by name.

    Raises:
        Mismatch: unless there is a tuple of as many items wherever there should be one.
    """
    if type(like) is not tuple:
        return {name: found}
    if type(found) is not tuple or len(found) != len(like):
        wanted = f"{name} is {describe(found)}, but should be a tuple of {count_items(like)}"
        raise Mismatch("The number of items is not the expected one.", wanted)
    parts = enumerate(zip(found, like, strict=True))
    return {key: leaf for i, pair in parts for key, leaf in matched(*pair, f"{name}[{i}]").items()}


def paired(found: Any, like: Any, name: str) -> Iterator[tuple[str, Any, Any]]:
    """The leaves of `like`: the name of each, what is found there, and the leaf.

    Raises:
        Mismatch: as `matched`.
    """
    there = matched(found, like, name)
    return ((label, there[label], leaf) for label, leaf in leaves(like, name).items())


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same nesting with `function(leaf)` for each leaf."""
    return rebuilt(tree, map(function, leaves(tree, "").values()))


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """The same nesting with the next values as its leaves."""
    return tuple([rebuilt(part, values) for part in tree]) if type(tree) is tuple else next(values)
