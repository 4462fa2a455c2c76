"""How many digits networks read that the solution trains, which sets the bar of assignment 06.

    .venv/bin/python benchmarks/digits.py 200

It prints mean and standard deviation over so many seeds; then the least and the most of twenty trainings that also
learn from the digits that were held out.
"""

import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np

import reference
from grader.assignment.loading import module_of
from grader.checks.framework import LocalFramework

FOLDER = Path(__file__).parents[1] / "assignments" / "06_training"
CHEATS = 20


class Cheating(reference.training.Trainer):
    """Learns from the validation data, too."""

    def _validate(self, validation: Any, history: reference.training.History) -> None:
        self._train_epoch(validation, reference.training.History())
        super()._validate(validation, history)


def main(count: int) -> None:
    """Measure and print."""
    hidden, framework = module_of(FOLDER / "test_hidden_digits.py"), LocalFramework(reference)
    digits = dict(np.load(FOLDER / "data" / "digits.npz"))
    honest = [hidden.accuracy(framework, digits, seed) for seed in range(count)]
    print(f"{count} trainings: mean {statistics.mean(honest):.4f}, deviation {statistics.stdev(honest):.4f}")
    print(f"from {min(honest):.3f} to {max(honest):.3f}; the bar is {hidden.BAR:.4f}, the ceiling {hidden.CEILING:.4f}")
    reference.training.Trainer = Cheating  # type: ignore[misc]
    cheats = [hidden.accuracy(framework, digits, seed) for seed in range(CHEATS)]
    print(f"{CHEATS} that learn from what was held out: from {min(cheats):.3f} to {max(cheats):.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
