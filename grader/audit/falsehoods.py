"""Wrong answers of the right kind: zeros, NaN, the input or noise, in the type, dtype and shape of a right answer.

An answer without numbers needs another wrong answer. As a zero, a text is empty, an iterator is at its end, and an
object is None. As noise, a text is another text, and a truth value is negated. As the input, the answer is a text or an
object that was given, if there was one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Number = int | float | np.generic


@dataclass(frozen=True)
class Given:
    """What a call was given. Of each kind it keeps the first; an array counts before a number."""

    numbers: Any = None
    text: str = ""
    thing: Any = None

    @classmethod
    def of(cls, arguments: tuple[Any, ...]) -> "Given":
        """From the arguments of a call, the object itself last."""
        arrays = [a for a in arguments if isinstance(a, np.ndarray)]
        numbers = [a for a in arguments if isinstance(a, Number)]
        texts = [a for a in arguments if isinstance(a, str)]
        things = [a for a in arguments if hasattr(a, "__dict__")]
        return cls(next(iter(arrays + numbers), None), next(iter(texts), ""), next(iter(things), None))


@dataclass(frozen=True)
class Kind:
    """A way to be wrong: what replaces right numbers, a right text and a right object.

    Without `has_items` an iterator ends at once. Otherwise each of its items is replaced. `only` names the functions
    that are wrong; without names, all are.
    """

    name: str
    numbers: Callable[[np.ndarray, Given], np.ndarray]
    text: Callable[[str, Given], str] = lambda _right, _given: ""
    thing: Callable[[Given], Any] = lambda _given: None
    has_items: bool = False
    only: tuple[str, ...] = ()

    @property
    def may_be_right(self) -> bool:
        """Whether a check in which none of its answers was wrong has to give it points.

        Where the input is the answer, who gives it is right; and so is who has the right forward. But a check that only
        asks where zero is right asks too little.
        """
        return bool(self.only) or self.name == "its input"

    def instead_of(self, right: Any, given: Given) -> Any:
        """A wrong answer to replace a right one."""
        if right is None:
            return None
        if isinstance(right, np.ndarray):
            return self.numbers(right, given)
        if isinstance(right, Number):
            wrong = self.numbers(np.asarray(right), given)[()]
            return wrong if isinstance(right, np.generic) else wrong.item()
        if isinstance(right, str):
            return self.text(right, given)
        if isinstance(right, list | tuple):
            return type(right)([self.instead_of(item, given) for item in right])
        if isinstance(right, dict):
            return {key: self.instead_of(value, given) for key, value in right.items()}
        if isinstance(right, Iterator):
            return iter([self.instead_of(item, given) for item in right if self.has_items])
        return self.thing(given)


def _zeros(right: np.ndarray, _given: Given) -> np.ndarray:
    return np.zeros_like(right)


def _nan(right: np.ndarray, _given: Given) -> np.ndarray:
    return np.full_like(right, np.nan if right.dtype.kind in "fc" else 0)


def _input(right: np.ndarray, given: Given) -> np.ndarray:
    if given.numbers is None:
        return np.zeros_like(right)
    return np.resize(np.asarray(given.numbers), right.shape).astype(right.dtype)


_rng = np.random.default_rng(0)


def _noise(right: np.ndarray, _given: Given) -> np.ndarray:
    if right.dtype.kind == "b":
        return ~right
    if right.dtype.kind in "iu":
        return _rng.integers(1, 100, right.shape).astype(right.dtype)
    return np.asarray(_rng.normal(size=right.shape)).astype(right.dtype)


def _letters(right: str, _given: Given) -> str:
    return "".join(_rng.choice(list("abcdefgh"), len(right) + 1))


_INPUT = Kind("its input", _input, lambda _right, given: given.text, lambda given: given.thing, has_items=True)
_NOISE = Kind("noise", _noise, _letters, has_items=True)
# Who has understood the forward pass alone, and returns whatever has the right shape from the other one.
_ONES = Kind("ones for gradients", lambda right, _given: np.ones_like(right), only=("backward",))
KINDS = {kind.name: kind for kind in (Kind("zeros", _zeros), Kind("NaN", _nan), _INPUT, _NOISE, _ONES)}
