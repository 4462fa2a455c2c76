"""One virtual environment for each peer, with all versions pinned, in a cache folder outside the repository."""

import subprocess
import sys
from pathlib import Path

import numpy as np

CACHE = Path.home() / ".cache" / "grader-peers"
PINNED = Path(__file__).with_name("pinned")  # for each environment the output of `pip freeze`, without NumPy


def environment_of(name: str, cache: Path) -> Path | None:
    """The folder of an environment; None, after a sentence on the screen, if it cannot be made.

    It is made if it does not exist, or has other versions. All environments have this process's NumPy, so that the
    numerical work is the same.
    """
    folder = cache / name
    listed = (PINNED / f"{name}.txt").read_text(encoding="utf-8").split()
    wanted = [f"numpy=={np.__version__}", *listed]
    ready = folder / "ready"
    if ready.is_file() and ready.read_text().split() == wanted:
        return folder
    print(f"making an environment for {name} in {folder}", file=sys.stderr)
    pip = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        *wanted,
    ]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run(pip, check=True, stderr=subprocess.PIPE, text=True)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip().splitlines()[-1:] or ["no environment could be made"]
        print(f"{name} is left out, as it could not be installed: {reason[0]}", file=sys.stderr)
        return None
    ready.write_text("\n".join(wanted))
    return folder


def versions(name: str) -> str:
    """The version of what an environment is named for."""
    listed = dict(line.split("==") for line in (PINNED / f"{name}.txt").read_text(encoding="utf-8").split())
    return listed.get(name) or listed[{"otter": "otter-grader", "plots": "matplotlib"}[name]]
