"""Runs the cells of the table with the libraries that are installed, and notes what was found in verified.json.

    python -m assignments.12_interop.rosetta.verify       # with the dependency groups `torch` and `frameworks`

A cell is verified if it gives what the course's own code gives, to 1e-5 (float32); one that begins with ≠, if it gives
something else. What is noted of a library that is not installed stays as long as the cell does.
"""

import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from .inputs import inputs
from .libraries import COMMON, LIBRARIES, ours
from .rows import ROWS

FILE = Path(__file__).with_name("verified.json")
BOUND = 1e-5  # float32 rounds to 6e-8, and the longest sum here has 36 terms
DIFFERS = "≠ "


def computed(code: str, names: dict[str, Any]) -> np.ndarray:
    """What a cell gives, as an array."""
    found = eval(code.removeprefix(DIFFERS), {"np": np, **COMMON, **names})
    if hasattr(found, "detach"):
        found = found.detach().numpy()
    return np.asarray(found, np.float64)


def is_true(cell: str, found: np.ndarray, expected: np.ndarray) -> bool:
    """Whether what was found is what the cell says."""
    same = found.shape == expected.shape and np.abs(found - expected).max() < BOUND
    return not same if cell.startswith(DIFFERS) else same


def verified(library: str) -> tuple[dict[str, str], list[str]]:
    """Cells of a library that are true, each with the release; and what is not true of the others."""
    given = inputs()
    mine, theirs = {**given, **ours(given)}, {**given, **LIBRARIES[library](given)}
    release, true, problems = f"{library} {importlib.metadata.version(library)}", {}, []
    for row in ROWS:
        cell = getattr(row, library)
        if not cell:
            continue
        try:
            found, expected = computed(cell, theirs), computed(row.ours, mine)
        except Exception as error:
            problems.append(f"{cell}: {type(error).__name__}: {error}")
            continue
        if is_true(cell, found, expected):
            true[cell] = release
        else:
            problems.append(f"{cell}: {found.ravel()[:4]} is not {expected.ravel()[:4]}")
    return true, problems


def main() -> int:
    """Verify what can be, and write the file."""
    noted = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    status = 0
    for library in LIBRARIES:
        try:
            importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            print(f"{library} is not installed")
            continue
        noted[library], problems = verified(library)
        print(f"{library}: {len(noted[library])} cells are true", *problems, sep="\n  ")
        status |= bool(problems)
    text = json.dumps(noted, indent=1, ensure_ascii=False, sort_keys=True)
    FILE.write_text(text + "\n", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
