"""The report as it grows is written beside the checks: until it is on the disk takes as long as a check does."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Self

from grader.result import CheckResult, Report

PATIENCE = 4  # times as long as one draft took, the next one waits: all together take a fifth of the time, however many checks there are


class Drafts:
    """Has the newest report written, again and again, and announces each result once it stands in what was written.

    Between `with` and its end; then everything that was kept is written and announced.
    """

    def __init__(self, write: Callable[[Report], None], announce: Callable[[CheckResult], None]) -> None:
        self._write = write
        self._announce = announce
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self._report: Report | None = None
        self._results: list[CheckResult] = []
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def keep(self, report: Report) -> None:
        """Have this report written instead of an older one that was not yet."""
        with self._changed:
            self._report = report
            self._changed.notify()

    def heard(self, result: CheckResult) -> None:
        """Have a result announced that is in the report which was kept last."""
        with self._changed:
            self._results.append(result)
            self._changed.notify()

    def _work(self) -> None:
        try:
            while not self._ending.wait(PATIENCE * self._seconds_of_a_draft()):
                with self._changed:
                    self._changed.wait_for(lambda: self._report or self._results or self._ending.is_set())
            self._seconds_of_a_draft()
        except Exception as error:  # of the main thread to tell
            self._problem = error

    def _seconds_of_a_draft(self) -> float:
        with self._changed:
            report, self._report = self._report, None
            results, self._results = self._results, []
        began = monotonic()
        if report:
            self._write(report)
        for result in results:
            self._announce(result)
        return monotonic() - began

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ending.set()
        with self._changed:
            self._changed.notify()
        self._thread.join()
        if self._problem and exception[0] is None:
            raise self._problem
