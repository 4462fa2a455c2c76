"""What a training looks like: a right one like nothing, and each planted fault like itself."""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from grader.diagnosis.training import History, Step, look
from grader.grading import import_reference

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
STEP = Step(1, 0.1, 2.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
LENGTHS = (0.0, 0.1, 1.0, 10.0, 100.0)
ORDERS = ([0, 1, 2, 3], [3, 1, 0, 2], [2, 1, 3, 0], [1, 0, 3, 2])
GOOD = History(
    steps=[replace(STEP, epoch=epoch, lr=0.1 / epoch) for epoch in (1, 2, 3, 4) for _ in range(5)],
    epochs=ORDERS,
    size=4,
    evaluated=[(10, 0.0, False)],
    lengths=LENGTHS,
    lines=[(2.3, 2.2, 2.0, 1.9, 5.0)],
    names=["0.weight", "0.bias"],
    felt=[1e-3, 1e-3],
    due=[1.0, 1.0],
    reached=[1.0, 1.0],
    moved=[1.0, 1.0],
    true=[1.0, 1.0],
    loss_before=2.3,
    loss_after=0.1,
    accuracy=1.0,
    dead_before=[0.1],
    dead_after=[0.2],
    modes_differ=0.1,
)


def with_steps(every=1, **changes) -> History:
    """The good training with another one of so many steps."""
    return replace(GOOD, steps=[replace(s, **changes) if i % every == 0 else s for i, s in enumerate(GOOD.steps)])


FAILED = replace(GOOD, accuracy=0.1, loss_after=2.2)
BAD = {
    "no step": [replace(GOOD, steps=[]), replace(GOOD, moved=[0.0, 0.0])],
    "detached": [replace(GOOD, moved=[1.0, 0.0]), replace(GOOD, reached=[0.0, 1.0])],
    "stale": [with_steps(fresh=0.0), with_steps(3, rest=0.9)],
    "no zero_grad": [with_steps(carried=1.0, gradient=8.0), with_steps(3, carried=1.0)],
    "labels": [with_steps(mislabelled=0.5), with_steps(4, mislabelled=0.2)],
    "held out": [with_steps(held_out=0.1)],
    "images": [with_steps(unknown=1.0)],
    "missing": [replace(GOOD, epochs=[[0, 1, 1, 0]] * 2), replace(GOOD, epochs=[[0, 1], [2, 0]])],
    "order": [replace(GOOD, epochs=[[0, 1, 2, 3]] * 4)],
    "evaluation mode": [with_steps(evaluating=0.9)],
    "training mode": [replace(GOOD, evaluated=[(10, 0.0, True)])],
    "validation": [replace(GOOD, evaluated=[(10, 1.0, False)])],
    "backward": [replace(GOOD, true=[1.0, 3.0])],
    "scaled": [with_steps(own=32.0), with_steps(own=-1.0)],
    "schedule": [with_steps(lr=0.1), with_steps(2, lr=0.01)],
    "dead": [replace(FAILED, dead_before=[0.2, 1.0]), replace(FAILED, dead_after=[1.0])],
    "too large": [replace(FAILED, lines=[(2.3, 2.0, 40.0, 1e3, 1e9)]), replace(FAILED, loss_after=float("nan"))],
    "too small": [replace(FAILED, lines=[(2.3, 2.3, 2.29, 2.2, 2.0)])],
    "": [
        *(GOOD, FAILED, replace(GOOD, is_shuffled=False, epochs=[[0, 1, 2, 3]] * 4)),
        *(with_steps(own=1.02), with_steps(own=0.95)),
        replace(GOOD, modes_differ=0.0, evaluated=[(10, 0.0, True)]),  # a model without modes
        replace(GOOD, lines=[(2.3, 2.0, 40.0, 1e3, 1e9)]),  # it has learned all the same
        replace(GOOD, felt=[1e-3, 0.0], reached=[1.0, 0.0], true=[1.0, 0.0]),  # a bias before batch normalisation
    ],
}


@pytest.mark.parametrize(("fault", "history"), [(fault, one) for fault, some in BAD.items() for one in some])
def test_each_kind_of_numbers_looks_like_its_fault(fault, history):
    found = look(history)

    assert (found.fault if found else "") == fault
    if found:
        assert found.sentence.count("?") == 1
        assert any(letter.isdigit() for letter in found.seen)


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import_reference(BENCHMARKS.parent)  # not that of another course, which other tests import
    yield import_module("trainings"), import_module("planted")
    for name in ("trainings", "planted"):
        del sys.modules[name]


def test_every_fault_is_planted_in_the_benchmark(benchmark):
    trainings, planted = benchmark

    assert set(trainings.FAULTS) == set(BAD) - {""} == set(planted.PLANTS) - {""}


@pytest.mark.parametrize("fault", ["no zero_grad", "labels", "detached", "too large", "too small", "healthy"])
def test_a_training_with_a_planted_fault_looks_like_it_and_a_right_one_like_nothing(benchmark, fault):
    """Of the first few numbers, the first is taken whose training does fail, or succeed if it is right."""
    trainings, _planted = benchmark
    found = next(filter(None, (trainings.outcome((fault, number, 3)) for number in range(5))))

    assert found[2] == (fault if fault != "healthy" else "")


def test_a_training_is_the_same_whether_it_is_watched_or_not(benchmark):
    trainings, _planted = benchmark
    results = []
    for is_watched in (True, False):
        rng = np.random.default_rng(5)
        setup = trainings.setup_of(rng, "dropout")
        optimizer = trainings.optim.SGD(setup.model.parameters(), lr=0.1)
        trainer = trainings.reference.training.Trainer(setup.model, trainings.nn.CrossEntropyLoss(), optimizer)
        loader = trainings.data.DataLoader(setup.dataset, 32, shuffle=True, rng=np.random.default_rng(6))
        if is_watched:
            watch = trainings.inside.Watch(setup.model, trainer.criterion, optimizer, setup.train, setup.held_out)
            loader = watch.batches(loader)
        history = trainer.fit(loader, epochs=2)
        results.append((history.train_loss, history.grad_norm))

    assert results[0] == results[1]
