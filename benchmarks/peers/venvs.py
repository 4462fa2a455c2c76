"""One virtual environment for each peer, with pinned versions, in a cache folder outside the repository."""

import subprocess
import sys
from pathlib import Path

import numpy as np

CACHE = Path.home() / ".cache" / "grader-peers"
PINNED = {
    "gradescope-utils": ("gradescope-utils==0.5.0",),
    "pytest-gradescope": ("pytest==9.2.0", "pytest-gradescope==0.1.6", "pytest-timeout==2.4.0"),
    "check50": ("check50==3.5.0",),
    "otter": ("otter-grader==7.0.0", "ipykernel==7.4.0"),
    "nbgrader": ("nbgrader==0.9.6",),
}


def environment_of(peer: str, cache: Path) -> Path | None:
    """The folder of a peer's environment, made if it is not there or has other versions; None, and a sentence, if that is not possible.

    All have this process's NumPy, so that the numerical work is the same.
    """
    folder = cache / peer
    wanted = (f"numpy=={np.__version__}", *PINNED[peer])
    ready = folder / "ready"
    if ready.is_file() and ready.read_text().split() == list(wanted):
        return folder
    print(f"making an environment for {peer} in {folder}", file=sys.stderr)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run(pip, check=True, stderr=subprocess.PIPE, text=True)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip().splitlines()[-1:] or ["no environment could be made"]
        print(f"{peer} is left out, as it could not be installed: {reason[0]}", file=sys.stderr)
        return None
    ready.write_text("\n".join(wanted))
    return folder
