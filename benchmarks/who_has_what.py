"""The text of assignment 09, and how well language models learn it that the solution trains, which sets the bar.

    .venv/bin/python benchmarks/who_has_what.py write
    .venv/bin/python benchmarks/who_has_what.py measure 100

The first writes the two files of the text. The second prints mean and standard deviation of the loss over so many
seeds; what counting pairs and triples of characters gives; and what the source itself needs.
"""

import math
import statistics
import sys
from collections import Counter
from pathlib import Path

import numpy as np

import reference
from grader.assignment.inside import read_inside
from grader.assignment.loading import module_of
from grader.authored import executed, with_inside
from grader.checks.framework import LocalFramework

FOLDER = Path(__file__).parents[1] / "assignments" / "09_attention"
NAMES = ("ann", "ben", "eva", "kim", "leo", "max")
THINGS = ("box", "cap", "cup", "hat", "key", "pen")
LINES = {"train": 1500, "held_out": 200}


def line(rng: np.random.Generator) -> str:
    """Who has what, and a question about one of them; every line is as likely as any other."""
    (one, other), (this, that) = rng.permutation(NAMES)[:2], rng.permutation(THINGS)[:2]
    name, thing = ((one, this), (other, that))[rng.integers(2)]
    facts = f"{one} has a {this}. {other} has a {that}."
    question = (f"who has the {thing}? {name}.", f"what has {name}? the {thing}.")[rng.integers(2)]
    return f"{facts} {question}\n"


def write() -> None:
    """Write both files, from one generator."""
    rng = np.random.default_rng(9)
    for part, count in LINES.items():
        text = "".join(line(rng) for _ in range(count))
        (FOLDER / "data" / f"{part}.txt").write_text(text, encoding="ascii")


def counted(train: str, held_out: str, before: int) -> float:
    """The loss of a model that counts which character follows each `before` others; unseen ones count as one."""
    size = len(set(train))
    parts = [train[i : i + before + 1] for i in range(len(train) - before)]
    longer, shorter = Counter(parts), Counter(part[:-1] for part in parts)
    seen = [held_out[i : i + before + 1] for i in range(len(held_out) - before)]
    return -statistics.mean(math.log((longer[part] + 1) / (shorter[part[:-1]] + size)) for part in seen)


def of_the_source(text: str) -> float:
    """What a model has to lose that knows how the text was made: a line is one of 6*5 * 6*5 * 2 * 2."""
    return text.count("\n") * math.log(6 * 5 * 6 * 5 * 2 * 2) / len(text)


def measure(count: int) -> None:
    """Measure and print."""
    texts = {part: (FOLDER / "data" / f"{part}.txt").read_text(encoding="ascii") for part in LINES}
    for before in (1, 2, 4, 8):
        print(f"counting after {before} characters: {counted(texts['train'], texts['held_out'], before):.3f}")
    print(f"the source itself: {of_the_source(texts['held_out']):.4f}")
    hidden, inside = module_of(FOLDER / "test_hidden_text.py"), read_inside(FOLDER.parents[1])["09"]
    package = with_inside(reference, executed(reference, inside.text, "framework/inside.py"))
    losses = [hidden.loss(LocalFramework(package), texts.__getitem__, seed) for seed in range(count)]
    print(f"{count} trainings: mean {statistics.mean(losses):.4f}, deviation {statistics.stdev(losses):.4f}")
    print(f"from {min(losses):.4f} to {max(losses):.4f}; the bar is {hidden.BAR:.3f}, the floor {hidden.FLOOR}")


if __name__ == "__main__":
    write() if sys.argv[1] == "write" else measure(int(sys.argv[2]))
