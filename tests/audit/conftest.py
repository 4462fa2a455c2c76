"""The tiny course with what its authors would add: a bank of misconceptions and the reasons of surviving mutants."""

import shutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.audit import Settings, audit
from grader.audit.tasks import Cache

TINY = Path(__file__).parents[1] / "tiny_course"
SCALING = '''\
import numpy as np


@misconception("nn.Scale.forward", hint="What is 3 times 2?", fails=("Scale/test_forward",))
def the_factor_is_added(self, x):
    """The factor is added to every number."""
    return self.factor + x


@misconception("nn.Scale.backward", hint="How fast does y grow with x?", fails=("Scale/test_backward",))
def the_gradient_passes(self, dy):
    """The gradient passes a layer as it is."""
    return dy


@misconception("nn.Shift.forward", hint="Does the number grow?", fails=("Shift/test_forward",))
def the_amount_is_taken_away(self, x):
    """The amount is taken away."""
    return x - self.amount
'''
CHAINS = '''\
@misconception("nn.Chain.forward", hint="Which layer did you name first?", fails=("Chain/test_order",))
def the_last_layer_comes_first(self, x):
    """Layers are applied as functions are written: the last one first."""
    for layer in reversed(self.layers):
        x = layer.forward(x)
    return x


@misconception(
    "nn.Chain.forward",
    hint="What does nothing at all change?",
    fails=("Chain/test_an_empty_chain_changes_nothing",),
)
def a_chain_needs_layers(self, x):
    """A chain without layers gives nothing."""
    y = None
    for layer in self.layers:
        x = y = layer.forward(x)
    return y
'''
SURVIVORS = """\
[[equivalent]]
reason = "Only numbers and arrays are given."
mutants = [
    "nn/scale.py:Scale.__init__: self.factor = max(float(factor), _SMALLEST_FACTOR) [float(factor) => factor]",
    "nn/scale.py:Scale.forward: require_array(x) => pass",
    "nn/shift.py:Shift.__init__: self.amount = float(amount) [float(amount) => amount]",
]
"""
SURVIVORS_OF_CHAINS = """\
[[equivalent]]
reason = "A tuple serves as well as a list."
mutants = ["nn/chain.py:Chain.__init__: self.layers = list(layers) [list(layers) => layers]"]
"""


@pytest.fixture
def sound_root(tmp_path) -> Path:
    """A copy of the tiny course that keeps all laws."""
    root = Path(
        shutil.copytree(TINY, tmp_path / "sound", ignore=shutil.ignore_patterns("__pycache__", "misconceptions"))
    )
    for name, bank, survivors in (("01_scaling", SCALING, SURVIVORS), ("02_chain", CHAINS, SURVIVORS_OF_CHAINS)):
        folder = root / "assignments" / name
        (folder / "misconceptions").mkdir()
        (folder / "misconceptions" / "layers.py").write_text(bank)
        (folder / "survivors.toml").write_text(survivors)
    return root


class Here(Executor):
    """Does at once, in this process, what is asked for; `done` counts."""

    done = 0

    def submit(self, function, /, *arguments):
        self.done += 1
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def examine(sound_root, here):
    """Audit one assignment of the sound course, as it was changed: findings and what they rest on."""

    def run(*laws: int, number: str = "01", seeds: int = 2, kept: Cache | None = None, variants: Path | None = None):
        course = Course.load(sound_root)
        settings = Settings(laws, seeds, variants)
        return audit(course, course.select((number,)), settings, here, kept or Cache(None))

    return run


@pytest.fixture
def violations(examine):
    """Audit one law: all that breaks it."""

    def run(law: int, **how) -> list[str]:
        return [v for finding in examine(law, **how).findings for v in finding.violations]

    return run


@pytest.fixture
def change(sound_root):
    """Replace a text in one file of the course."""

    def run(name: str, old: str, new: str) -> None:
        path = sound_root / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return run
