"""Runs the part of the suite that depends on Python's own workings on every other Python from 3.11 on: `make pythons`.

Arguments are pytest's.

Pythons that are not on this machine are not tried. If there is only one, this program says so and does nothing. The
part consists of what differs between Pythons: how processes are started, forked and sealed, what is loaded before that,
archives, syntax trees, the debugger, and the grades of the samples. What only computes with NumPy, talks to a platform,
or kills processes at random is tried on one Python, by `make test`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = 11, 20  # minor versions of Python 3 that are looked for
PART = (
    *("tests/isolation", "tests/submission", "tests/assignment", "tests/suite"),
    *("tests/test_workers.py", "tests/test_time.py", "tests/test_room.py", "tests/test_portable.py"),
    *("tests/test_grading.py", "tests/test_grading_faults.py", "tests/test_samples.py"),
    *("tests/test_compare.py", "tests/test_gradcheck.py", "tests/student/test_debug.py"),
)


def candidates() -> Iterator[str]:
    """Commands that may be a Python: on the path, and those of pyenv, the newest first."""
    yield from filter(None, (shutil.which(f"python3.{minor}") for minor in range(OLDEST, NEWEST)))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from map(str, sorted(pyenv.glob("3.*/bin/python"), reverse=True))


def minor_version(command: str) -> int | None:
    """Of a Python 3; None if it cannot be run, as one of pyenv that is not switched on."""
    asked = subprocess.run(
        [command, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    major, _, minor = asked.stdout.strip().partition(" ")
    return int(minor) if asked.returncode == 0 and major == "3" else None


def others() -> dict[int, str]:
    """One command for each minor version but this one's."""
    found: dict[int, str] = {}
    for command in candidates():
        minor = minor_version(command)
        if minor is not None and minor >= OLDEST and minor != sys.version_info.minor:
            found.setdefault(minor, command)
    return dict(sorted(found.items()))


def passes(minor: int, command: str) -> bool:
    """Set up an environment from the locked requirements, and run the part in it."""
    venv = f".venv-3.{minor}"
    print(f"Python 3.{minor}: {command}", flush=True)
    made = subprocess.run(["make", f"VENV={venv}", f"PYTHON={command}", f"{venv}/ready"], cwd=ROOT, check=False)
    tests = [f"{venv}/bin/python", "-m", "pytest", "-q", *sys.argv[1:], *PART]
    return made.returncode == 0 and subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def main() -> None:
    found = others()
    if not found:
        print("There is no other Python from 3.11 on here: only this one was tried.")
    failed = [f"3.{minor}" for minor, command in found.items() if not passes(minor, command)]
    sys.exit(f"It does not pass on Python {', '.join(failed)}." if failed else 0)


if __name__ == "__main__":
    main()
