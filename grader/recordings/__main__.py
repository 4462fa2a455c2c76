"""python -m grader.recordings 03 04     asks the PyTorch that is installed every case, and writes answers.json anew"""

import datetime
import platform
import sys
from pathlib import Path

import numpy as np
import torch

from grader.assignment import Course
from grader.recordings.case import Recording, Recordings, write
from grader.recordings.cases import read_cases
from grader.recordings.pytorch import ask


def main(numbers: tuple[str, ...]) -> None:
    """Record the assignments of these numbers, or all, of the course in the working directory."""
    provenance = {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    for assignment in Course.load(Path.cwd()).select(numbers):
        found = read_cases(assignment.folder)
        recordings = tuple(Recording(case, ask(case, found.ways)) for case in found.cases)
        write(Recordings(provenance, recordings), found.answers)
        print(f"{found.answers.relative_to(Path.cwd())}: {found.answers.stat().st_size} bytes")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
