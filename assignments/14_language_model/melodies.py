"""Writes the text that models of this assignment learn: `python assignments/14_language_model/melodies.py`.

Each line is a melody: three instruments, again and again in the same order. A quarter of all melodies occur only in the
lines that are held out, wherever in the melody a line begins. Whoever knows by heart which instrument followed two
others is always wrong there. Who looks back in the line is right, from the second round on.
"""

from itertools import permutations
from pathlib import Path

import numpy as np

INSTRUMENTS = ["drum", "bell", "horn", "flute", "harp", "lute", "viola", "gong", "fife", "oboe", "lyre", "tuba"]
TRAIN, HELD_OUT = 1500, 150
ROUNDS = 4
SHARE = 4  # of the melodies, one in this many is held out


def texts() -> dict[str, str]:
    """Both files, by name."""
    rng = np.random.default_rng(14)
    melodies = [m for m in permutations(INSTRUMENTS, 3) if m[0] == min(m)]  # the others begin elsewhere
    order = [melodies[i] for i in rng.permutation(len(melodies))]
    held_out, known = order[: len(order) // SHARE], order[len(order) // SHARE :]
    return {
        "melodies.txt": "".join(_line(rng, known) for _ in range(TRAIN)),
        "held_out.txt": "".join(_line(rng, held_out) for _ in range(HELD_OUT)),
    }


def _line(rng: np.random.Generator, melodies: list[tuple[str, ...]]) -> str:
    """One of the melodies, from any of its instruments on."""
    melody, start = melodies[rng.integers(len(melodies))], rng.integers(3)
    return " ".join([*melody[start:], *melody[:start]] * ROUNDS) + "\n"


if __name__ == "__main__":
    for name, text in texts().items():
        (Path(__file__).parent / "data" / name).write_text(text, encoding="utf-8")
