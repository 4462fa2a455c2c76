"""What the grader stands on gives way in the middle of a grading: the disk, its folder, descriptors, time."""

import os
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.material import CHECKS, Tally, make_course
from tests.faults.watch import Run, known, sums, without_override


def _limited(which: int, value: int, run: Run) -> None:
    _soft, hard = resource.prlimit(run.process.pid, which)
    resource.prlimit(run.process.pid, which, (value, hard))


def disk_full(run: Run) -> bool:
    """For good: the last results that could be written stay, and the exit code says that there is more."""
    run.until(lambda found: len(known(found)) >= 5)
    _limited(resource.RLIMIT_FSIZE, 1000, run)
    return bool(known(run.finish())) and run.process.returncode == 1 and "cannot be written" in run.errors


def disk_full_for_a_moment(run: Run) -> bool:
    run.until(lambda found: len(known(found)) >= 5)
    _limited(resource.RLIMIT_FSIZE, 1000, run)
    _wait_for_checks(run, 12)
    _limited(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY, run)
    return len(known(run.finish())) == CHECKS and run.process.returncode == 0


def folder_gone_for_a_moment(run: Run) -> bool:
    run.until(lambda found: len(known(found)) >= 5)
    away = run.results.parent.with_name("away")
    run.results.parent.rename(away)
    _wait_for_checks(run, 12)
    away.rename(run.results.parent)
    return len(known(run.finish())) == CHECKS and run.process.returncode == 0


def no_descriptors_for_a_moment(run: Run) -> bool:
    """Checks may be withheld, but none is counted as wrong."""
    run.until(lambda found: len(known(found)) >= 5)
    _limited(resource.RLIMIT_NOFILE, 3, run)
    _wait_for_checks(run, 9)
    _limited(resource.RLIMIT_NOFILE, 1024, run)
    outcomes = {t["extra_data"]["outcome"] for t in run.finish()["tests"]}
    return outcomes <= {"passed", "internal"} and run.process.returncode in (0, 2)


def stdin_closed(run: Run) -> bool:
    return len(known(run.finish())) == CHECKS and run.process.returncode == 0


def folder_read_only(run: Run) -> bool:
    """Before anything is graded, and in a sentence."""
    return not run.finish() and run.process.returncode == 1 and "cannot be written" in run.errors


def _wait_for_checks(run: Run, number: int) -> None:
    for _found in run.watch():
        if len(run.announced) >= number:
            return


KINDS: dict[str, tuple[Callable[[Run], bool], dict]] = {
    "disk full": (disk_full, {}),
    "disk full for a moment": (disk_full_for_a_moment, {}),
    "results folder gone for a moment": (folder_gone_for_a_moment, {}),
    "results folder read-only": (folder_read_only, {"preexec_fn": without_override}),
    "no descriptors for a moment": (no_descriptors_for_a_moment, {}),
    "standard streams closed": (stdin_closed, {"stdin": None, "preexec_fn": lambda: os.closerange(0, 1)}),
}


def inject(kind: str) -> Tally:
    action, popen = KINDS[kind]
    tally = Tally(kind)
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder))
        (place := Path(folder) / "results").mkdir(mode=0o555 if "read-only" in kind else 0o755)
        run = Run(course, course / "reference", place, **popen)
        survived = action(run)
        found = run.look()
        lost = (
            0
            if kind in ("disk full", "results folder read-only")
            else run.lost(found) * (sums(found)[0] > 0) - _withheld(found)
        )
        tally.add(1, survived and not run.problems, max(lost, 0))
    return tally


def _withheld(found: dict) -> int:
    return sum(t["extra_data"]["outcome"] == "internal" for t in found.get("tests", []))
