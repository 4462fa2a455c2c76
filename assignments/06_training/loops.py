"""What the hidden checks of training share: a small network, batches of which the last is short, and its training.

The network has everything that depends on a mode or a draw: batch normalisation and dropout.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.calls import follow
from grader.checks import Tolerance, compare
from grader.checks.battery.drawing import compare_numbers
from grader.checks.twin import Twin
from grader.compare import refuse_type

# The loop may add up in another order; some dozen steps multiply the differences (1e-16) by a thousand at most. Every
# mistake of a loop makes one of 1e-3 and more.
CLOSE = Tolerance(1e-6, 1e-6)
SIZES = (5, 5, 3)  # of the batches to learn from: three steps an epoch
HELD_OUT = (4, 2)  # of those to evaluate
SCORE = "inside.score"


def batches(rng, sizes=SIZES, dtype=np.float64):
    """Batches of these sizes: x of four numbers, and one of three classes."""
    return [(rng.normal(size=(size, 4)).astype(dtype), rng.integers(3, size=size)) for size in sizes]


@dataclass
class Run:
    """A network, its optimizer and its Trainer on both sides."""

    model: Twin
    optimizer: Twin
    scheduler: Twin | None
    trainer: Twin

    def compare_model(self, when):
        """Compare all parameters and buffers."""
        state = self.model.state_dict()
        state.name = f"model.state_dict() {when}"
        state.compare(tolerance=CLOSE)

    def compare_outputs(self, x, when):
        """Compare the outputs in evaluation mode."""
        self.model.eval()
        output = self.model.forward(x)
        output.name = f"the outputs in evaluation mode {when}"
        output.compare(tolerance=CLOSE)


def named(twin, path):
    """A function of the package, or of inside.py, on both sides, to hand over."""
    return Twin(twin, follow(twin.student, path), follow(twin.reference, path), path)


def layers(twin, rng, is_plain):
    linears = twin("nn.Linear", 4, 6), twin("nn.Linear", 6, 3)
    between = [] if is_plain else [twin("nn.Dropout", 0.3, rng=twin.generator(int(rng.integers(1 << 30))))]
    normal = [] if is_plain else [twin("nn.BatchNorm1d", 6)]
    return [linears[0], *normal, twin("nn.Tanh"), *between, linears[1]]


def made(twin, rng, schedule=None, lr=0.2, is_plain=False, **options: Any) -> Run:
    """A network on both sides; `is_plain` leaves out what has a mode. `schedule` is a scheduler's name and options."""
    model = twin("nn.Sequential", *layers(twin, rng, is_plain))
    optimizer = twin("optim.SGD", model.parameters(), lr, momentum=0.8)
    scheduler = twin(f"optim.lr_scheduler.{schedule[0]}", optimizer, **schedule[1]) if schedule else None
    if scheduler:
        options["scheduler"] = scheduler
    trainer = twin("training.Trainer", model, twin("nn.CrossEntropyLoss"), optimizer, **options)
    trainer.name = "Trainer"
    return Run(model, optimizer, scheduler, trainer)


def compare_history(history, *names, of=""):
    """Compare lists of a History, each as an array, so that a message says which of its numbers differ."""
    for name in names:
        found = getattr(history, name).read()
        found.judge(lambda actual, expected, name=name: _same_list(actual, expected, f"history.{name}{of}"))


def _same_list(actual, expected, name):
    if type(actual) is not list:
        refuse_type(actual, name, "a list of numbers")
    compare(len(actual), len(expected), f"len({name})")
    compare_numbers(np.array(actual), np.array(expected, float), name, CLOSE)


def compare_lengths(history, *names, of=""):
    """Compare how many numbers lists of a History have."""
    for name in names:
        found = getattr(history, name).read()
        found.judge(lambda actual, expected, name=name: compare(len(actual), len(expected), f"len(history.{name}{of})"))


def compare_means(found):
    """Compare what evaluate gave: a mean loss, and a mean metric or None. Of which kind numbers are is fine print."""

    def judge(actual, expected):
        if type(actual) not in (tuple, list) or len(actual) != 2:
            refuse_type(actual, found.name, "a tuple of two")
        for what, one, other in zip(("loss", "metric"), actual, expected, strict=True):
            check = compare_numbers if isinstance(other, float) else compare
            check(one, other, f"the mean {what} of {found.name}", *([CLOSE] if isinstance(other, float) else []))

    found.judge(judge)
