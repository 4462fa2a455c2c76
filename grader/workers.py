"""A fresh worker for every check, made ready while the checks before still run: starting one takes longer than most checks."""

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Self

from grader.assignment import Assignment
from grader.isolation.brood import brood
from grader.isolation.faults import SandboxError, StudentFault
from grader.isolation.limits import Limits
from grader.isolation.process import WorkerProcess
from grader.isolation.remote import RemoteFramework
from grader.isolation.sandbox import Sandbox
from grader.isolation.wire import Encoded
from grader.preparation import PreparedPackage

AHEAD = 2  # single workers that get ready during a check: two, so that a long check makes up for the short ones after it
BROOD = 8  # workers made at once: with more, importing costs each less, but all of them wait in memory
STEPS = 4  # of making a brood, one for each check that begins meanwhile


class Workers:
    """Workers for the checks of one assignment after the other, each used by one check only."""

    def __init__(self, sandbox: Sandbox, packages: Mapping[str, PreparedPackage]) -> None:
        self._sandbox = sandbox
        self._packages = packages
        self._number = ""  # of the assignment that those below belong to
        self._ready: deque[WorkerProcess] = deque()
        self._brood: Generator[None, None, list[WorkerProcess]] | None = None
        self._singly = False  # whether no brood can be had, of this assignment or on this machine

    @contextmanager
    def open(self, assignment: Assignment) -> Iterator[RemoteFramework]:
        """The student's package in a worker of its own, which is ended afterwards."""
        if assignment.number != self._number:
            self._discard()
            self._number, self._singly = assignment.number, False
        worker = self._take(assignment)
        try:
            self._get_more_ready(assignment)
            worker.limit(assignment.seconds)
            worker.collect_posted()
            framework = RemoteFramework(worker)
            yield framework
            framework.finish()
        finally:
            worker.release()
            if isinstance(worker.fault, SandboxError):
                self._discard()  # they died of the same cause

    def _discard(self) -> None:
        if self._brood:
            self._brood.close()
            self._brood = None
        while self._ready:
            self._ready.popleft().release()

    def _take(self, assignment: Assignment) -> WorkerProcess:
        while not self._ready and not self._singly:
            self._advance_brood(assignment)
        return self._ready.popleft() if self._ready else self._start(assignment)

    def _get_more_ready(self, assignment: Assignment) -> None:
        """The present check has no part in what goes wrong here: a later one then starts its worker itself."""
        with suppress(StudentFault, SandboxError):
            if not self._singly and len(self._ready) <= STEPS:
                self._advance_brood(assignment)
            while self._singly and len(self._ready) < AHEAD:
                self._ready.append(self._start(assignment))

    def _advance_brood(self, assignment: Assignment) -> None:
        """Do one step towards the next brood; where that fails, workers are started one by one from then on."""
        if self._brood is None:
            self._brood = brood(self._sandbox, *self._needs(assignment), BROOD)
        try:
            next(self._brood)
        except StopIteration as made:
            self._brood = None
            self._ready += made.value
        except (StudentFault, SandboxError):
            self._brood = None
            self._singly = True

    def _start(self, assignment: Assignment) -> WorkerProcess:
        """Have a worker forked that imports the package; nobody waits for that yet."""
        limits, package = self._needs(assignment)
        worker = self._sandbox.spawn(limits)
        worker.post("load quietly", package)
        return worker

    def _needs(self, assignment: Assignment) -> tuple[Limits, Encoded]:
        return Limits(assignment.seconds, assignment.memory), self._packages[assignment.number].rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._discard()
