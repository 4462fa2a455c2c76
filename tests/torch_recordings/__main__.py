"""python tests/torch_recordings      asks the PyTorch that is installed every case, and writes recordings.json anew"""

import datetime
import platform

import numpy as np
import torch
from playing.case import FILE, Recording, Recordings, write
from playing.cases import all_cases
from playing.pytorch import ask


def main() -> None:
    """Record."""
    provenance = {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "inputs": "drawn by the seeds in playing/: layers 1, activations 2, losses 3, optimizers 4; schedules draw nothing",
    }
    write(Recordings(provenance, tuple(Recording(case, ask(case)) for case in all_cases())))
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
