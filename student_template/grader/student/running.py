"""Runs public checks with pytest, in a process of its own, and reads what became of them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.student import Refused

PASSED, NOT_WRITTEN = "passed", "not written"  # outcomes; any other one is a failure


@dataclass(frozen=True)
class Check:
    """A public check, and its outcome in this run; None if it was not run."""

    node: str
    assignment: str
    component: str
    sentence: str
    outcome: str | None = None

    @property
    def short_name(self) -> str:
        """As authors name it: "Linear/test_worked_example", also for one case of it."""
        return f"{self.component}/{self.node.rpartition('::')[2].partition('[')[0]}"


@dataclass(frozen=True)
class Run:
    """What a run of pytest found out. `failed_import` says which line of the package cannot be imported, and why."""

    status: int
    checks: list[Check]
    broken: list[str] = field(default_factory=list)
    failed_import: str = ""


def run_checks(root: Path, arguments: Sequence[str], *, quiet: bool) -> Run:
    """Run pytest on some of the checks. What it prints is shown, unless `quiet`.

    Raises:
        Refused: if pytest could not even begin, with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "record.json")
        command = ["-p", "grader.student.recording", f"--record={record}", *arguments]
        done = pytest(root, command, stdin=subprocess.DEVNULL, capture_output=quiet)
        try:
            found = json.loads(record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise Refused(f"pytest did not get to the checks.{_words(done)}") from None
    return _run(done.returncode, found)


def pytest(root: Path, arguments: Sequence[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
    """Start pytest in the folder of the template, with its own plugins alone."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=root, env=environment, check=False, **how)


def _run(status: int, found: dict[str, Any]) -> Run:
    checks = [Check(node, **facts) for node, facts in found["checks"].items()]
    return Run(status, checks, found["broken"], found["failed_import"])


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a quiet run printed; nothing if it was shown already."""
    said = b"\n".join(filter(None, (done.stdout, done.stderr)))
    return f" It said:\n\n{said.decode(errors='replace').strip()}" if said else ""
