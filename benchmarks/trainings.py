"""How often `grader.diagnosis.training` is right about trainings with a planted fault, and about healthy ones.

    .venv/bin/python benchmarks/trainings.py 20

It runs so many trainings of each fault with the seeds by which the bounds were chosen, and as many with others. A fault
that is a matter of degree counts if its training misses the bar, and a healthy training if it reaches it.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import planted

import reference
from grader.authored import executed
from grader.diagnosis.training import History, look

ROOT = Path(__file__).parents[1]
INSIDE = ROOT / "assignments" / "06_training" / "inside.py"
inside = executed(reference, INSIDE.read_text(encoding="utf-8"), str(INSIDE))
nn, optim, data = reference.nn, reference.optim, reference.data
DIGITS = dict(np.load(ROOT / "assignments" / "06_training" / "data" / "digits.npz"))
FAULTS = [fault for fault in planted.PLANTS if fault]
HEALTHY = 5  # trainings for each one of a fault
BAR = 0.85  # of the images held out, that right trainings of these networks find

NETWORKS = {
    "mlp": (64,),
    "small": (24, 24),
    "deep": (48, 48, 48),
    "wide": (256,),
    "tanh": (64,),
    "norm": (64,),
    "norms": (48, 48),
    "dropout": (64,),
}
OPTIMIZERS = {
    "SGD": (optim.SGD, {}, (0.2, 0.5)),
    "momentum": (optim.SGD, {"momentum": 0.9}, (0.03, 0.2)),
    "Adam": (optim.Adam, {}, (0.002, 0.01)),
    "RMSprop": (optim.RMSprop, {}, (0.0005, 0.003)),
}


def network(name: str, rng: np.random.Generator) -> Any:
    """A network of this architecture."""
    layers: list[Any] = []
    width = 64
    for size in NETWORKS[name]:
        layers.append(nn.Linear(width, size, rng=rng))
        if name.startswith("norm"):
            layers.append(nn.BatchNorm1d(size))
        layers.append(nn.Tanh() if name == "tanh" else nn.ReLU())
        if name == "dropout":
            layers.append(nn.Dropout(0.3, rng=rng))
        width = size
    return nn.Sequential(*layers, nn.Linear(width, 10, rng=rng))


@dataclass
class Setup:
    """What a training is made of."""

    model: Any
    optimizer: Any
    options: dict[str, Any]
    lr: float
    epochs: int
    train: tuple[np.ndarray, np.ndarray]
    held_out: tuple[np.ndarray, np.ndarray]
    scheduler: str
    decay: float = 0.0
    dataset: Any = None
    validation: Any = None
    parameters: Any = None
    collate: Any = None
    loader_class: Any = data.DataLoader
    trainer: Any = field(default_factory=lambda: planted.Twice.__new__(planted.Twice))


def images(part: str, start: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Some images of a part as rows, and their labels."""
    chosen = slice(start, start + count)
    return DIGITS[f"{part}_images"][chosen].reshape(-1, 64) / 16, DIGITS[f"{part}_labels"][chosen]


def setup_of(rng: np.random.Generator, name: str) -> Setup:
    """A training with everything that does not matter drawn at random."""
    cls, options, (low, high) = OPTIMIZERS[rng.choice(list(OPTIMIZERS))]
    count = 32 * int(rng.integers(10, 19)) + 7  # the last batch is a short one
    train = images("train", int(rng.integers(0, 400)), count)
    lr = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    held_out = images("test", 0, 300)
    scheduler = rng.choice(["cosine", "step"])
    made = Setup(network(name, rng), cls, options, lr, int(rng.integers(8, 16)), train, held_out, scheduler)
    made.dataset, made.validation = data.TensorDataset(*train), data.TensorDataset(*held_out)
    return made


def history_of(setup: Setup, rng: np.random.Generator) -> tuple[History, float]:
    """Run a training; what was noted of it, and the share of held-out images that it reads."""
    model, criterion = setup.model, nn.CrossEntropyLoss()
    parameters = list(model.parameters()) if setup.parameters is None else setup.parameters
    optimizer = setup.optimizer(parameters, setup.lr, weight_decay=setup.decay, **setup.options)
    schedules = optim.lr_scheduler
    scheduler = (
        schedules.CosineAnnealingLR(optimizer, setup.epochs)
        if setup.scheduler == "cosine"
        else schedules.StepLR(optimizer, max(setup.epochs // 3, 1), 0.5)
    )
    watch = inside.Watch(model, criterion, optimizer, setup.train, setup.held_out)
    planted.Twice.__init__(setup.trainer, model, criterion, optimizer, scheduler)
    loader = setup.loader_class(setup.dataset, 32, shuffle=True, rng=rng, collate_fn=setup.collate)
    validation = data.DataLoader(setup.validation, 100)
    with np.errstate(all="ignore"):
        setup.trainer.fit(watch.batches(loader), validation, setup.epochs)
        history = History.of(watch.report())
        for module in model.modules():
            module.training = False
        accuracy = float((nn.Sequential.forward(model, setup.held_out[0]).argmax(axis=1) == setup.held_out[1]).mean())
    return history, accuracy


DEGREES = ("too large", "too small", "dead", "")
WITH_MODES = ("norm", "norms", "dropout")


def run(fault: str, number: int, seed: int) -> tuple[str, str, str, float, History] | None:
    """One training with this plant of a fault (or "healthy"); None if the plant does no harm, or cannot be made."""
    rng = np.random.default_rng([seed, number, *fault.encode()])
    names = list(NETWORKS)
    if "mode" in fault:
        names = list(WITH_MODES)
    if fault == "dead":
        names = ["mlp", "small", "deep", "wide", "dropout"]
    name = rng.choice(names)
    setup = setup_of(rng, name)
    plant = None if fault == "healthy" else planted.PLANTS[fault][number % len(planted.PLANTS[fault])]
    if plant:
        plant(setup, rng)
    history, accuracy = history_of(setup, rng)
    if (fault in DEGREES and accuracy >= BAR) or (fault == "healthy" and accuracy < BAR):
        return None
    label = getattr(plant, "__name__", "healthy")
    return fault, label, str(name), accuracy, history


def outcomes(count: int, seed: int) -> list[tuple[str, str, str]]:
    """For each training with a fault (or "healthy") its name, the plant's, and the fault that it looks like."""
    jobs = [(fault, number, seed) for fault in planted.PLANTS for number in range(count)]
    jobs += [("healthy", number, seed) for number in range(HEALTHY * count)]
    with Pool(2) as pool:
        return [found for found in pool.imap_unordered(outcome, jobs, 4) if found]


def outcome(job: tuple[str, int, int]) -> tuple[str, str, str] | None:
    """What one training looks like."""
    done = run(*job)
    if done is None:
        return None
    fault, plant, _network, _accuracy, history = done
    found = look(history)
    return fault, plant, found.fault if found else ""


def show(found: list[tuple[str, str, str]], title: str) -> None:
    """Print precision and recall of each fault, and what was taken for what."""
    counts = Counter((fault if fault in FAULTS else "", said) for fault, _plant, said in found)
    print(f"{title}: {len(found)} trainings\n\n| fault | trainings | precision | recall |\n|---|---|---|---|")
    for fault in FAULTS:
        right, there = counts[fault, fault], sum(n for (is_, _), n in counts.items() if is_ == fault)
        said = sum(n for (_, looks), n in counts.items() if looks == fault)
        print(f"| {fault} | {there} | {right / max(said, 1):.3f} | {right / max(there, 1):.3f} |")
    right, said, there = (
        sum(n for (is_, looks), n in counts.items() if which(is_, looks))
        for which in (lambda is_, looks: is_ == looks != "", lambda _, looks: looks != "", lambda is_, _: is_ != "")
    )
    print(f"| all | {there} | {right / max(said, 1):.3f} | {right / max(there, 1):.3f} |\n")
    for (fault, plant, looks), count in sorted(Counter(found).items()):
        if looks != (fault if fault in FAULTS else ""):
            print(f"{count} of {fault or 'unknown'!r} ({plant}) look like {looks or 'nothing known'!r}")
    for kind in ("healthy", ""):
        some = [looks for fault, _plant, looks in found if fault == kind]
        print(f"{kind or 'unknown'}: {sum(map(bool, some))} of {len(some)} are accused")


def main(count: int) -> None:
    """Run and show both halves."""
    show(outcomes(count, 1), "seeds by which the bounds were chosen")
    show(outcomes(count, 2), "\nother seeds")


if __name__ == "__main__":
    main(int(sys.argv[1]))
