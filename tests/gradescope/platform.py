"""A stand-in for Gradescope.

It builds an image folder from the zip, runs a submission in it, and reads the results as Gradescope's harness does.
After harness 0.15.1: it empties submission/ and results/, starts ./run_autograder with an environment of its own, kills
that one process at the time-out, and reads results.json as JSON with replaced encoding errors.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

SECRET = "token-of-the-harness"


@dataclass
class Run:
    """What the harness would send to Gradescope, what stood in results.json meanwhile, and what is left behind."""

    results: Any = None
    error: str = ""
    exit_status: int | None = None
    stdout: str = ""
    seconds: float = 0.0
    states: list[dict[str, Any]] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    left_running: list[int] = field(default_factory=list)

    @property
    def outcomes(self) -> dict[str, str]:
        """Check -> how it ended."""
        return {t["extra_data"]["id"]: t["extra_data"]["outcome"] for t in self.results["tests"]}


@dataclass(frozen=True)
class Platform:
    """The folder that students' containers have as /autograder; with `root` it is that, in a root folder of its own."""

    home: Path
    root: Path | None = None

    def build(self, archive: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        """Unpack the zip and run setup.sh, as the image is built."""
        source = self.home / "source"
        with zipfile.ZipFile(archive) as file:
            file.extractall(source)  # which drops permissions, as not every unzip keeps them
        shutil.copy(source / "run_autograder", self.home / "run_autograder")
        (self.home / "run_autograder").chmod(0o755)
        environment = {"PATH": os.environ["PATH"], "GRADER_PYTHON": python}
        return subprocess.run(
            self._inside("bash source/setup.sh"), cwd=self.home, env=environment, capture_output=True, text=True
        )

    def run(
        self,
        files: Mapping[str, str | bytes],
        metadata: Any = None,
        timeout: float = 60,
        kill_after: float | None = None,
    ) -> Run:
        """Grade a submission. `kill_after` is when the harness kills it, by default the time-out that it announces."""
        for name in ("submission", "results"):
            shutil.rmtree(self.home / name, ignore_errors=True)
            (self.home / name).mkdir()
        for path, content in files.items():
            (self.home / "submission" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.home / "submission" / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        (self.home / "submission_metadata.json").write_text(json.dumps(metadata or {}))
        with (self.home / "results/stdout").open("wb") as stdout:
            return self._watched(stdout, timeout, kill_after or timeout)

    def _inside(self, command: str) -> list[str]:
        """A command in the folder that Gradescope calls /autograder. Every program on the way execs the next one."""
        if self.root is None:
            return ["sh", "-c", f"exec {command}"]
        script = f"{_ROOT_FOLDER}\nexec chroot ROOT sh -c 'cd /autograder && exec {command}'"
        return [
            "unshare",
            "--mount",
            "sh",
            "-c",
            script.replace("ROOT", str(self.root)).replace("HOME", str(self.home)),
        ]

    def _watched(self, stdout: BinaryIO, timeout: float, kill_after: float) -> Run:
        run, begun = Run(), time.monotonic()
        process = subprocess.Popen(
            self._inside("./run_autograder"),
            cwd=self.home,
            env=_environment(timeout),
            stdout=stdout,
            stderr=stdout,
            start_new_session=True,  # only so that what is left can be found
        )
        while process.poll() is None:
            self._look(run)
            if time.monotonic() - begun > kill_after:
                process.kill()  # this process alone
                run.error = "timeout"
            time.sleep(0.01)
        run.exit_status, run.seconds = process.wait(), time.monotonic() - begun
        run.left_running = _left(process.pid)
        self._read(run)
        return run

    def _look(self, run: Run) -> None:
        """Note what results.json says now: whenever it is there, it has to be valid."""
        try:
            text = (self.home / "results/results.json").read_text()
            state = json.loads(text)
        except FileNotFoundError:
            return
        except ValueError:
            run.invalid.append(text)
            return
        if not run.states or run.states[-1] != state:
            run.states.append(state)

    def _read(self, run: Run) -> None:
        """As the harness does."""
        run.stdout = (self.home / "results/stdout").read_text(errors="replace")
        if run.error:
            run.results = {"score": 0, "output": "Your submission timed out.", "tests": []}
            return
        try:
            text = (self.home / "results/results.json").read_text(encoding="utf-8", errors="replace")
            run.results = json.loads(text.replace("\0", "\ufffd"))
        except FileNotFoundError:
            run.error = "no results"
        except ValueError:
            run.error = "invalid_json"
        if not _finite(run.results):
            run.error = "http"  # the upload fails


_ROOT_FOLDER = """set -e
mount -t tmpfs none ROOT
cd /
for entry in *; do
    if [ -L "$entry" ]; then cp -P "$entry" ROOT/; continue; fi
    if [ ! -d "$entry" ] || [ "$entry" = autograder ]; then continue; fi
    mkdir "ROOT/$entry"
    mount --rbind "/$entry" "ROOT/$entry"
done
mkdir ROOT/autograder
mount --bind HOME ROOT/autograder"""


def has_private_roots(folder: Path) -> bool:
    """Whether a process here may have a root folder of its own."""
    command = ["unshare", "--mount", "sh", "-c", f"mount -t tmpfs none {folder} && chroot / true"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _environment(timeout: float) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "TIMEOUT_SECONDS": f"{timeout:g}",
        "SUBMIT_RESULTS_URL": f"https://example.org/{SECRET}",
        "BASIC_AUTH": SECRET,
        "PYTHONPATH": "/nowhere",
    }


def _left(session: int, patience: float = 2.0) -> list[int]:
    """Processes of a session that are still there; the kernel is given a moment to end them."""
    end = time.monotonic() + patience
    while (found := [pid for pid in _processes() if _session(pid) == session]) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def _processes() -> list[int]:
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]


def _session(pid: int) -> int | None:
    try:
        state, _parent, _group, session = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return None
    return None if state == "Z" else int(session)


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return all(map(_finite, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))
