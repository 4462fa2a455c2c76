"""Notes what checks do to a package: options, shapes, errors, and in what two parameter groups differ."""

import functools
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np

from grader.calls import follow

# If an object's class has this method, the object counts only once it is called. A new optimizer has done nothing yet.
USE = "step"
Options = frozenset[str]
Shape = tuple[int, ...]


@dataclass
class Seen:
    """All that was noted, by the path of a class or function ("nn.Linear")."""

    # Options that were not the default, together
    options: dict[str, set[Options]] = field(default_factory=lambda: defaultdict(set))
    # Pairs that were refused, although each option is accepted without the other
    refused: dict[str, set[Options]] = field(default_factory=lambda: defaultdict(set))
    # Shapes of inputs, with the options that were not the default
    shapes: dict[str, set[tuple[Shape, Options]]] = field(default_factory=lambda: defaultdict(set))
    # "step: lr" if two groups differ in lr
    grouped: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all options of what was used
    kinds: dict[str, str] = field(default_factory=dict)  # "optimizer" or "scheduler"


class Watch:
    """Notes what is done to the packages that it is given, one after another."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.seen = Seen()
        self._paths = tuple(paths)
        self._chosen: dict[
            int, tuple[Any, Options]
        ] = {}  # objects of the present package; they are held, so that no id comes twice

    def over(self, package: ModuleType) -> ModuleType:
        """The package, changed so that its use is noted."""
        self._chosen.clear()
        for path in self._paths:
            found = follow(package, path)
            if isinstance(found, type):
                self._watch_class(path, found)
            else:
                scope, _, name = path.rpartition(".")
                setattr(follow(package, scope), name, self._watched_function(path, found))
        return package

    def _watched_function(self, path: str, function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            chosen = _other_than_default(signature, args, kwargs)
            self._use(path, signature, chosen)
            self._take(path, args[:1], chosen)
            return function(*args, **kwargs)

        return watched

    def _use(self, path: str, signature: inspect.Signature, chosen: Options) -> None:
        self.seen.known[path] = tuple(_defaults(signature))
        self.seen.options[path].add(chosen)

    def _take(self, path: str, values: Iterable[Any], chosen: Options) -> None:
        self.seen.shapes[path].update((shape, chosen) for shape in _shapes(values))

    # Classes: what a subclass calls of its base class is the subclass's

    def _watch_class(self, path: str, cls: type) -> None:
        signature = inspect.signature(cls)
        self._watch(cls, "__init__", functools.partial(self._make, path, cls, signature))
        for name, note in (
            ("forward", self._note_forward),
            ("step", self._note_step),
            ("load_state_dict", self._note_loading),
        ):
            if hasattr(cls, name):
                self._watch(cls, name, functools.partial(note, path, signature))

    @staticmethod
    def _watch(cls: type, name: str, note: Callable[..., Any]) -> None:
        """Let `note(do, self, ...)` do what a method did."""
        method = getattr(cls, name)

        @functools.wraps(method)
        def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
            return note(method, self, *args, **kwargs) if type(self) is cls else method(self, *args, **kwargs)

        setattr(cls, name, watched)

    def _make(
        self,
        path: str,
        cls: type,
        signature: inspect.Signature,
        init: Callable[..., Any],
        on: Any,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        chosen = _other_than_default(signature, args, kwargs)
        self._chosen[id(on)] = on, chosen
        try:
            init(on, *args, **kwargs)
        except Exception:
            self.seen.refused[path].update(_refused(cls, init, signature, args, kwargs, chosen))
            raise
        if not hasattr(cls, USE):
            self._use(path, signature, chosen)

    def _note_forward(
        self, path: str, _signature: inspect.Signature, forward: Callable[..., Any], on: Any, *args: Any, **kwargs: Any
    ) -> Any:
        self._take(path, args[:1], self._options_of(on))
        return forward(on, *args, **kwargs)

    def _note_step(
        self, path: str, signature: inspect.Signature, step: Callable[..., Any], on: Any, *args: Any, **kwargs: Any
    ) -> Any:
        self._use(path, signature, self._options_of(on))
        for group in getattr(on, "param_groups", ()):
            changed = (
                name
                for name, default in _defaults(signature).items()
                if name in group and _differ(group[name], default)
            )
            chosen = self._options_of(on) | frozenset(changed)
            self._use(path, signature, chosen)
            self._take(path, [p for p in group["params"] if p.grad is not None], chosen)
        self._note_groups(path, "step", on)
        return step(on, *args, **kwargs)

    def _note_loading(
        self, path: str, signature: inspect.Signature, load: Callable[..., Any], on: Any, *args: Any, **kwargs: Any
    ) -> Any:
        result = load(on, *args, **kwargs)
        self._note_groups(path, "load_state_dict", on)
        return result

    def _options_of(self, on: Any) -> Options:
        return self._chosen.get(id(on), (on, frozenset()))[1]

    def _note_groups(self, path: str, when: str, on: Any) -> None:
        """In what two groups differ: of an optimizer its options, of a scheduler the rates of its optimizer's."""
        if hasattr(on, "param_groups"):
            self.seen.kinds[path] = "optimizer"
            groups, names = on.param_groups, self.seen.known.get(path, ())
        elif hasattr(getattr(on, "optimizer", None), "param_groups"):
            self.seen.kinds[path] = "scheduler"
            groups, names = on.optimizer.param_groups, ("lr",)
        else:
            return
        for name in names:
            if any(
                name in one and name in other and _differ(one[name], other[name])
                for one, other in combinations(groups, 2)
            ):
                self.seen.grouped[path].add(f"{when}: {name}")


def _defaults(signature: inspect.Signature) -> dict[str, Any]:
    return {name: p.default for name, p in signature.parameters.items() if p.default is not p.empty}


def _other_than_default(signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Options:
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:  # which the call will raise itself
        return frozenset()
    return frozenset(
        name for name, default in _defaults(signature).items() if name in given and _differ(given[name], default)
    )


def _differ(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is not other
    try:
        return not np.array_equal(one, other)
    except (TypeError, ValueError):
        return one is not other


def _refused(
    cls: type,
    init: Callable[..., Any],
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    chosen: Options,
) -> Iterator[Options]:
    """The pairs of options that are refused together: without one of them, or the other, all is well."""

    def works_without(name: str) -> bool:
        given = signature.bind(*args, **kwargs)
        given.arguments[name] = signature.parameters[name].default
        try:
            init(cls.__new__(cls), *given.args, **given.kwargs)
        except Exception:
            return False
        return True

    culprits = sorted(name for name in chosen if works_without(name))
    yield from map(frozenset, combinations(culprits, 2))


def _shapes(values: Iterable[Any]) -> Iterator[Shape]:
    """Those of arrays, of what has an array as its data, and of a list of such."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from _shapes(value)
        elif isinstance(
            array := getattr(value, "data", None) if not isinstance(value, np.ndarray) else value, np.ndarray
        ):
            yield array.shape
