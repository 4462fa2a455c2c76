"""Workers and fork servers killed at random moments while a submission is graded in this process."""

import contextlib
import os
import random
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from grader.assignment import Course
from grader.formats.gradescope import results, validate
from grader.grading import grade
from grader.isolation.outside.sandbox import Sandbox
from grader.result import CheckResult, Outcome, Report
from grader.workers import BATCH
from tests.faults.material import CHECKS, POINTS, Tally, make_course, right_submission


class Killer:
    """Kills processes a random moment after they were pointed out; a process descriptor never means another process."""

    def __init__(self, rng: random.Random, longest: float) -> None:
        self.killed = 0
        self._rng = rng
        self._longest = longest
        self._timers: list[threading.Timer] = []

    def aim(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            timer = threading.Timer(self._rng.uniform(0, self._longest), self._kill, [os.pidfd_open(pid)])
            self._timers.append(timer)
            timer.start()

    def _kill(self, descriptor: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            self.killed += 1
        os.close(descriptor)

    def wait(self) -> None:
        for timer in self._timers:
            timer.join()


class HauntedSandbox(Sandbox):
    """A sandbox in which `aim` sees every process of a student's as it is made, with its number."""

    aim: Callable[[int, int], None] = staticmethod(lambda number, pid: None)
    spawned = 0

    def spawn(self, *arguments):
        worker = super().spawn(*arguments)
        self._show(worker)
        return worker

    def spawn_importer(self, *arguments):
        importer, connections = super().spawn_importer(*arguments)
        self._show(importer)
        return importer, connections

    def claim(self, *arguments):
        workers, gone = super().claim(*arguments)
        for worker in workers:
            self._show(worker)
        return workers, gone

    def _show(self, worker):
        self.spawned += 1
        self.aim(self.spawned, worker.pid)


def graded(course: Course, sandbox: Sandbox) -> tuple[Report, list[CheckResult], list[Report]]:
    """The report, what `on_result` heard and every report on the way."""
    heard: list[CheckResult] = []
    written: list[Report] = []
    report = grade(
        course,
        right_submission(course),
        course.assignments,
        sandbox,
        seed=7,
        on_result=heard.append,
        on_report=written.append,
    )
    return report, heard, written


def lost_results(report: Report, heard: list[CheckResult], right: Callable[[CheckResult], bool]) -> int:
    """Results that were announced and are not in the report, and results that are not right."""
    found = report.assignments[0].results
    return len([r for r in heard if r not in found]) + len([r for r in found if not right(r)])


def is_whole(report: Report, written: list[Report]) -> bool:
    """Every report could have been the last one: valid, with all checks, and never with fewer points than before."""
    for each in (*written[::12], report):  # a validation takes longer than a check
        validate(results(each))
    earned = [each.earned for each in written] + [report.earned]
    return all(
        len(each.assignments[0].results) == CHECKS and each.points == POINTS for each in written
    ) and earned == sorted(earned)


def died_or_passed(result: CheckResult) -> bool:
    return result.outcome in (Outcome.PASSED, Outcome.INTERNAL) or "signal 9" in result.message


def kill_workers(wanted: int, seed: int = 1) -> Tally:
    """Kill half of all workers, from the first check on.

    What was asked of the others is right, and no more checks fail than were hit.
    """
    tally, rng = Tally("worker killed"), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, HauntedSandbox().start() as sandbox:
        course = Course.load(make_course(Path(folder)))
        graded(course, sandbox)  # the walls are known then
        while tally.injected < wanted:
            killer, begin = Killer(rng, 0.008), sandbox.spawned + 4
            sandbox.aim = lambda number, pid, k=killer, b=begin: (
                k.aim(pid) if number > b and rng.random() < 0.7 else None
            )
            report, heard, written = graded(course, sandbox)
            killer.wait()
            failed = [r for r in report.assignments[0].results if r.outcome is not Outcome.PASSED]
            survived = is_whole(report, written) and len(failed) <= killer.killed
            tally.add(killer.killed, survived, lost_results(report, heard, died_or_passed))
    return tally


def kill_workers_of_the_preparation(wanted: int, seed: int = 2) -> Tally:
    """Workers that compile or import: whatever it costs, the report is whole.

    Never two that are made one after the other: a step whose worker dies before it is confined, which takes long on a
    busy machine, is tried twice, and then the grading ends with an error, as the machine is at fault.
    """
    tally, rng = Tally("worker killed while the package is prepared"), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        course = Course.load(make_course(Path(folder)))
        while tally.injected < wanted:
            with HauntedSandbox().start() as sandbox:
                graded(course, sandbox)  # the walls are known then
                killer, aims = Killer(rng, 0.02), {sandbox.spawned + i for i in rng.choice([(1, 3), (2,)])}
                sandbox.aim = lambda number, pid, k=killer, a=aims: k.aim(pid) if number in a else None
                report, heard, written = graded(course, sandbox)
                killer.wait()
            tally.add(killer.killed, is_whole(report, written), lost_results(report, heard, lambda _result: True))
    return tally


def kill_fork_servers(wanted: int, seed: int = 3) -> Tally:
    """Kill fork servers in the middle of checks. Every check passes all the same, on a new fork server.

    No check is hit twice, as that would withhold its points. A fork server that dies may interrupt two checks, and each
    asks for workers when it is run again, which come by batches. Three of these are far enough apart.
    """
    tally, rng = Tally("fork server killed"), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, HauntedSandbox().start() as sandbox:
        course = Course.load(make_course(Path(folder)))
        graded(course, sandbox)  # the walls are known then
        while tally.injected < wanted:
            killer, begin = Killer(rng, 0.01), sandbox.spawned
            sandbox.aim = lambda number, _pid, k=killer, b=begin: (
                k.aim(sandbox.process.pid) if number % (3 * BATCH) == 0 and number > b + 4 else None
            )
            report, heard, written = graded(course, sandbox)
            killer.wait()
            tally.add(
                killer.killed,
                is_whole(report, written),
                lost_results(report, heard, lambda r: r.outcome is Outcome.PASSED),
            )
    return tally
