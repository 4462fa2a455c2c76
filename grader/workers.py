"""Gives every check a fresh worker.

Starting one takes longer than most checks. So workers are made ready while earlier checks still run.
"""

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice, takewhile
from types import MappingProxyType
from typing import Self

from grader.assignment import Assignment
from grader.isolation.outside.batch import Answering, Making, make_batch
from grader.isolation.outside.clock import Budget
from grader.isolation.outside.faults import NotYetLoadedError, SandboxError, StudentFault
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.remote import ClassAt, RemoteFramework, no_class
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.wire.values import Encoded
from grader.preparation import PreparedPackage

NO_OWN: Mapping[str, Sequence[float]] = MappingProxyType({})
AHEAD = 2  # single workers that get ready during a check: two, so that a long check makes up for short ones after it
MOST_AHEAD = 8  # the same if checks have to wait for a long import, which may sleep; each worker takes some MiB
BATCH = 32  # workers from one import. More would make it cheaper for each, but all wait in memory, 0.6 MiB each
FEW = 16  # when so few workers are left, the next batch is begun; making it takes as long as some checks


class Workers:
    """Workers that have imported the package of an assignment. Each is used by one check only.

    `class_at` gives for an assignment what `RemoteFramework` takes. No worker gets time after the moment `until`.
    `expect` says for which checks workers will be opened; a check that was not announced gets one, too.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        packages: Mapping[str, PreparedPackage],
        class_at: Callable[[Assignment], ClassAt] = lambda _assignment: no_class,
        until: float = math.inf,
    ) -> None:
        self._sandbox = sandbox
        self._until = until
        self._counts: Counter[str] = Counter()  # of expected checks, by the number of their assignment
        self._own: Mapping[str, Sequence[float]] = {}  # time limits of checks that have their own, by the same number
        self._budgets: dict[str, Budget] = {}  # by the same number
        self._class_at = class_at
        self._packages = packages
        self._expected: deque[Assignment] = deque()  # the assignment of each coming check that has no worker yet
        self._coming: Making | None = None  # the batch of workers for the first of these checks
        self._awaited: Answering | None = None  # what has to answer before the next step towards that batch
        self._ready: deque[tuple[Assignment, WorkerProcess]] = deque()
        self._ahead = AHEAD
        self._singly: set[str] = set()  # numbers of assignments whose workers each import the package themselves

    def make_first(self, assignment: Assignment) -> None:
        """Have workers made ready for the first checks, before it is known which checks these are."""
        if not self._packages[assignment.number].fault:
            self.expect([assignment] * BATCH)
            self._come_to_have_some()

    def expect(self, checks: Iterable[Assignment], own: Mapping[str, Sequence[float]] = NO_OWN) -> None:
        """Tell the assignments of the checks that will be run, in their order.

        `own` has the time limits of checks that have their own, by the number of their assignment.
        """
        self._give_up_coming()
        self._own = own
        self._expected = deque(checks)
        self._counts = Counter(assignment.number for assignment in self._expected)
        self._budgets.clear()
        made, self._ready = self._ready, deque()
        for assignment, worker in made:
            has_its_limits = assignment.number not in own  # it was made before these were known
            if self._expected and self._expected[0] is assignment and has_its_limits:
                self._ready.append((self._expected.popleft(), worker))
            else:
                worker.release()

    @contextmanager
    def open(self, assignment: Assignment, own: float | None = None) -> Iterator[RemoteFramework]:
        """The student's package in a worker of its own, which is ended at the end.

        `own` is the check's own time limit [s].
        """
        if fault := self._packages[assignment.number].fault:
            raise fault.with_traceback(None)  # the same import would fail in the same way, after the same time
        worker = self._take(assignment)
        try:
            self._get_more_ready()
            with self._timed(worker, assignment, own):
                yield RemoteFramework(worker, self._class_at(assignment))
        finally:
            worker.release()
            if isinstance(worker.fault, NotYetLoadedError):
                self._replace(lambda other: not other.is_complete)
            elif isinstance(worker.fault, SandboxError):
                self._replace(lambda _other: True)  # the others have died with the same fork server

    @contextmanager
    def _timed(self, worker: WorkerProcess, assignment: Assignment, own: float | None) -> Iterator[None]:
        """Give a worker the time of a check.

        If it imports the package for itself, that takes nothing from this time, unless the import fails: workers that
        share an import do not pay for it, either.
        """
        budget = self._budget_of(assignment)
        seconds = budget.grant(own)
        try:
            if worker.is_posted:
                worker.limit(assignment.seconds if budget.left > 0 else seconds, self._until)
                has_to_wait = not worker.has_answered
                worker.collect({})
                if has_to_wait:  # not if imports never end, which would only keep the processors busy
                    self._ahead = min(2 * self._ahead, MOST_AHEAD)
            worker.limit(seconds, self._until)
            yield
        finally:
            if worker.clock:
                budget.give_back(seconds - worker.clock.used)

    def _budget_of(self, assignment: Assignment) -> Budget:
        number = assignment.number
        if number not in self._budgets:
            own = self._own.get(number, ())
            usual = self._counts[number] - len(own)
            self._budgets[number] = Budget(assignment.seconds, assignment.total_seconds, usual, sum(own))
        return self._budgets[number]

    def _take(self, assignment: Assignment) -> WorkerProcess:
        if self._is_expected(assignment):
            self._skip_to(assignment)
            self._come_to_have_some()
            if self._ready:
                return self._ready.popleft()[1]
            self._expected.popleft()
        return self._start(assignment)

    def _is_expected(self, assignment: Assignment) -> bool:
        return any(each is assignment for each in chain((ready for ready, _worker in self._ready), self._expected))

    def _skip_to(self, assignment: Assignment) -> None:
        """Give up workers that were made, or are being made, for checks that were left out."""
        while self._ready and self._ready[0][0] is not assignment:
            self._ready.popleft()[1].release()
        while not self._ready and self._expected[0] is not assignment:
            self._give_up_coming()
            self._expected.popleft()

    def _get_more_ready(self) -> None:
        """Go on with making workers.

        Errors are ignored here, as this check is not their cause; a later one will meet them.
        """
        with suppress(StudentFault, SandboxError):
            if self._awaited.has_answered if self._awaited else len(self._ready) <= FEW:
                self._begin_or_go_on()
            while len(self._ready) < self._ahead and self._expected and self._expected[0].number in self._singly:
                self._ready.append((self._expected[0], self._start(self._expected[0])))
                self._expected.popleft()

    def _come_to_have_some(self) -> None:
        while not self._ready and self._begin_or_go_on():
            pass

    def _begin_or_go_on(self) -> bool:
        """Do one step towards the next batch, if one is needed. If that fails, its workers are started one by one."""
        if not self._expected or self._expected[0].number in self._singly:
            return False
        first = self._expected[0]
        if self._coming is None:
            size = sum(1 for _ in islice(takewhile(lambda each: each is first, self._expected), BATCH))
            self._coming = make_batch(self._sandbox, *self._needs(first), size)
        try:
            self._awaited = next(self._coming)
        except StopIteration as made:
            self._coming = self._awaited = None
            self._ready += [(self._expected.popleft(), worker) for worker in made.value]
        except NotYetLoadedError:
            self._coming = self._awaited = None
        except (StudentFault, SandboxError):
            self._coming = self._awaited = None
            self._singly.add(first.number)
        return True

    def _start(self, assignment: Assignment) -> WorkerProcess:
        """Have a worker forked that imports the package. Does not wait for it."""
        limits, package = self._needs(assignment)
        worker = self._sandbox.spawn(limits)
        worker.post("load quietly", package)
        return worker

    def _needs(self, assignment: Assignment) -> tuple[Limits, Encoded]:
        longest = max(assignment.seconds, *self._own.get(assignment.number, ()), 0.0)
        return Limits(longest, assignment.memory), self._packages[assignment.number].rows

    def _give_up_coming(self) -> None:
        if self._coming:
            self._coming.close()
            self._coming = self._awaited = None

    def _replace(self, useless: Callable[[WorkerProcess], bool]) -> None:
        """Give up ready workers that are useless, and have others made for their checks."""
        self._give_up_coming()
        before, self._ready = self._ready, deque()
        for assignment, worker in reversed(before):
            if useless(worker):
                worker.release()
                self._expected.appendleft(assignment)
            else:
                self._ready.appendleft((assignment, worker))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._replace(lambda _worker: True)
