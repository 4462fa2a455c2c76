"""A framework of three classes, and a course of one folder made of a text: small enough to see why a test fails."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.assignment import Assignment
from grader.checks import check_gradients, check_own_gradients
from grader.checks.framework import LocalFramework
from grader.checks.plan import Plan
from grader.checks.session import run_checks
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from grader.isolation.outside.sandbox import Sandbox
from grader.result import CheckResult, LeaderboardEntry
from tests.checks.sides import SIDES, Open


class Parameter:
    def __init__(self, data: np.ndarray) -> None:
        self.data = data
        self.grad = None


class Module:
    def named_parameters(self) -> list[tuple[str, Parameter]]:
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Parameter)]

    def accumulate(self, name: str, gradient: np.ndarray) -> None:
        parameter = getattr(self, name)
        parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient


class Linear(Module):
    """y = x W^T + b on (N, in_features)."""

    def __init__(self, in_features: int, out_features: int) -> None:
        self.weight = Parameter(np.zeros((out_features, in_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, x: np.ndarray) -> np.ndarray:
        if x.shape[-1] != self.weight.data.shape[1]:
            raise ValueError(f"x of shape {x.shape} does not fit weight of shape {self.weight.data.shape}")
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, dy: np.ndarray) -> np.ndarray:
        self.accumulate("weight", dy.T @ self.x)
        self.accumulate("bias", dy.sum(0))
        return dy @ self.weight.data


class Tanh(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        self.y = np.tanh(x)
        return self.y.copy()

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return dy * (1 - self.y**2)


class MSELoss(Module):
    """A number; the gradient is input's alone."""

    def forward(self, x: np.ndarray, target: np.ndarray) -> float:
        self.difference = x - target
        return float(np.mean(self.difference**2))

    def backward(self, dy: float = 1.0) -> np.ndarray:
        return dy * 2 * self.difference / self.difference.size


class Product(Module):
    """Two differentiable inputs."""

    def forward(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.saved = x, y
        return x * y

    def backward(self, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y = self.saved
        return dy * y, dy * x


CLASSES = {cls.__name__: cls for cls in (Parameter, Module, Linear, Tanh, MSELoss, Product)}


def make_framework(**other: Any) -> ModuleType:
    """The classes above as a package with a module `nn`; `other` replaces or adds some."""
    package, nn = ModuleType("tiny"), ModuleType("tiny.nn")
    vars(nn).update(CLASSES | other)
    package.nn = nn
    return package


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def classes() -> dict[str, type]:
    return CLASSES


@pytest.fixture
def framework() -> Callable[..., ModuleType]:
    return make_framework


@pytest.fixture
def twins(rng: np.random.Generator) -> Callable[..., Workbench]:
    """Makes the `twin` of a check: the student's framework is the reference with some classes replaced."""
    return lambda **other: Workbench(LocalFramework(make_framework(**other)), make_framework(), rng)


@dataclass
class Ran:
    """What a run of checks gave."""

    results: tuple[CheckResult, ...]
    leaderboard: dict[str, list[LeaderboardEntry]]

    @property
    def only(self) -> CheckResult:
        [result] = self.results
        return result

    def __getitem__(self, name: str) -> CheckResult:
        """The result of the check whose id ends so."""
        [result] = [r for r in self.results if r.check.id.endswith(f"/{name}")]
        return result


HEAD = "import numpy as np\nimport pytest\nfrom grader.checks import *\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run the text of a hidden test file (and, if given, a public one) as the checks of an assignment."""

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # as when a submission is graded

    def run(hidden: str, public: str = "", *, points: float = 1, head: str = HEAD, **options: Any) -> Ran:
        folder = tmp_path / "01_tiny"
        while (folder / "test_hidden.py").exists():  # pytest imports a file once per process
            folder = folder.parent / "again" / "01_tiny"
        folder.mkdir(parents=True, exist_ok=True)
        files = [folder / "test_public.py", folder / "test_hidden.py"]
        for file, text in zip(files, (public, hidden), strict=True):
            file.write_text(head + text, encoding="utf-8")
        limits = {name: options.pop(name) for name in ("seconds", "total_seconds") if name in options}
        assignment = Assignment("01", "tiny", folder, "Tiny", points, {}, test_files=tuple(files), **limits)
        student = options.pop("student", None) or LocalFramework(make_framework())
        options.setdefault("open", lambda _assignment: nullcontext(student))
        plan = Plan((assignment,), make_framework(), options.pop("seed", 0), **options)
        return Ran(tuple(run_checks([plan], [str(file) for file in files])), plan.leaderboard)

    return run


INPUTS = {"Linear": [(7, 5)], "Tanh": [(4, 6)], "MSELoss": [(4, 6), (4, 6)], "Product": [(4, 6), (4, 6)]}
SIZES = {"Linear": (5, 3)}


@pytest.fixture
def said() -> Callable[[Callable[[], Any]], str]:
    """What a comparison that has to fail says."""

    def said(action: Callable[[], Any]) -> str:
        with pytest.raises(Mismatch) as caught:
            action()
        return str(caught.value)

    return said


@pytest.fixture
def variant() -> Callable[..., type]:
    """A class like one of the above with another forward or backward, each made from the class that it replaces."""

    def variant(name: str, forward: Any = None, backward: Any = None) -> type:
        base = CLASSES[name]
        methods = {"forward": forward, "backward": backward}
        return type(name, (base,), {key: make(base) for key, make in methods.items() if make})

    return variant


@pytest.fixture
def compared(twins: Callable[..., Workbench]) -> Callable[..., Mismatch | None]:
    """What `check_gradients` raises for a class of the student's, at once or at the end of the check, or None."""

    def compared(name: str, seed: int = 0, dtype: type = np.float64, **other: Any) -> Mismatch | None:
        rng = np.random.default_rng(seed)
        bench = twins(**other)
        t = bench(f"nn.{name}", *SIZES.get(name, ()))
        inputs = [rng.normal(size=shape).astype(dtype) for shape in INPUTS[name]]
        try:
            check_gradients(t, *inputs, differentiable=1 + (name == "Product"), rng=rng)
        except Mismatch as mismatch:
            return mismatch
        return bench.wrong.deferred[0] if bench.wrong.deferred else None

    return compared


@pytest.fixture
def own() -> Callable[..., Exception | None]:
    """What `check_own_gradients` raises for a class of the student's, or None."""

    def own(name: str, seed: int = 0, **other: Any) -> Exception | None:
        rng = np.random.default_rng(seed)
        student = LocalFramework(make_framework(**other))
        module = getattr(student.nn, name)(*SIZES.get(name, ()))
        parameters = [parameter for parameter, _ in module.named_parameters()]
        for parameter in parameters:
            getattr(module, parameter).data = rng.normal(size=getattr(module, parameter).data.shape)
        inputs = [rng.normal(size=shape) for shape in INPUTS[name]]
        try:
            check_own_gradients(
                student, module, *inputs, parameters=parameters, differentiable=1 + (name == "Product"), rng=rng
            )
        except (Mismatch, GradientError, RoughForward) as error:
            return error
        return None

    return own


@pytest.fixture(params=SIDES)
def open_student(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Open]:
    """Opens the text of a module `nn`, partly replaced, as the fixture `student`: in this process, and in a worker."""
    yield from SIDES[request.param](sandbox)
