"""Other names for the same arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np


def rename(state: Mapping[str, np.ndarray], rules: Iterable[tuple[str, str | None]]) -> dict[str, np.ndarray]:
    """Give the arrays of a state the names that rules say.

    Args:
        state: names to arrays; not changed.
        rules: pairs (pattern, replacement). For each name, the first rule counts whose regular expression matches the
            *whole* name. The replacement may use its groups, as in ``re``: ``\\1``. If it is None, the array is left
            out. A name that no rule matches stays as it is.

    Returns:
        New names to the very same arrays, in the order of the state.

    Raises:
        ValueError: naming both, if two arrays would get the same name.

    >>> rename({"fc.0.weight": 1, "fc.1.weight": 2, "step": 3}, [(r"fc\\.1\\.(.*)", r"out.\\1"), ("step", None)])
    {'fc.0.weight': 1, 'out.weight': 2}
    """
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


def _renamed(name: str, rules: Iterable[tuple[str, str | None]]) -> str | None:
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name
