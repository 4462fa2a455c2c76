"""Small numbers that people add for safety: whoever does picks one at will, and it is the same misconception."""

import ast
from collections.abc import Iterator
from copy import deepcopy

from grader.assignment.misconceptions import Entry

USUAL = (1e-12, 1e-8, 1e-7, 1e-10, 1e-6, 1e-5, 1e-15, 1e-9, 1e-16, 1e-4)  # the commonest first
LARGEST = 1e-3


def with_other_epsilons(entry: Entry) -> Iterator[Entry]:
    """The entry with each usual number in the place of its own small one; none if it has none."""
    own = {n.value for n in ast.walk(entry) if _is_epsilon(n)}
    for value in USUAL:
        if own and value not in own:
            other = deepcopy(entry)
            for node in filter(_is_epsilon, ast.walk(other)):
                node.value = value
            yield other


def _is_epsilon(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is float and 0 < node.value <= LARGEST
