"""Small numbers that people add for safety. Everybody picks another one, but the misconception is the same."""

import ast
from copy import deepcopy
from functools import cache

from grader.assignment.misconceptions import Entry

USUAL = (1e-12, 1e-8, 1e-7, 1e-10, 1e-6, 1e-5, 1e-15, 1e-9, 1e-16, 1e-4)  # the commonest first
LARGEST = 1e-3


@cache  # so that each version is compiled once (see `Variants.package`), however many checks it is tried on
def with_other_epsilons(entry: Entry) -> tuple[Entry, ...]:
    """The entry with each usual number in place of its own small one; none if it has no small number."""
    own = {n.value for n in ast.walk(entry) if _is_epsilon(n)}
    return tuple(_with_epsilon(entry, value) for value in USUAL if own and value not in own)


def _with_epsilon(entry: Entry, value: float) -> Entry:
    other = deepcopy(entry)
    for node in filter(_is_epsilon, ast.walk(other)):
        node.value = value
    return other


def _is_epsilon(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is float and 0 < node.value <= LARGEST
