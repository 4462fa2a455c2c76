"""The grading processes of `grader cohort run`. Each gets one task after another. One that ends is replaced."""

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import click

from grader.ahead import Ahead
from grader.commands.cohort.process import Answer, answer_of, started
from grader.commands.cohort.share import Share, Task

OnAnswer = Callable[[str, Answer], None]


class Crew:
    """At most `jobs` processes at once, each with a fork server. If one dies, only its current submission is lost."""

    def __init__(self, root: Path, share: Share, jobs: int) -> None:
        self._root, self._share, self._jobs = root, share, jobs
        self._left: deque[Task] = deque()
        self._lock = threading.Lock()
        self._refused = ""
        self._ended = False
        self._processes: set[subprocess.Popen[str]] = set()

    def work(
        self, tasks: Iterable[Task], on_answer: OnAnswer, on_begin: Callable[[str], None] = lambda _name: None
    ) -> None:
        """Do all tasks, begun in their order.

        `on_begin` is called with the name of each, and `on_answer` with it and its answer, see `share`; never from two
        threads at once.

        Raises:
            click.ClickException: if nothing can be graded; and whatever `on_answer` raises.
        """
        self._left, self._ended = deque(tasks), False
        several = [
            Ahead(partial(self._keep_one_busy, on_answer, on_begin)) for _ in range(min(self._jobs, len(self._left)))
        ]
        try:
            for one in several:
                one.result()
        finally:
            with self._lock:  # so that no answer is being kept
                self._left.clear()
                self._ended = True
            for process in list(self._processes):
                process.terminate()
        if self._refused:
            raise click.ClickException(self._refused)

    def _keep_one_busy(self, on_answer: OnAnswer, on_begin: Callable[[str], None]) -> None:
        try:
            while (task := self._next(on_begin)) is not None:
                with self._process() as process:
                    while task is not None and self._do(process, task, on_answer):
                        task = self._next(on_begin)
        except BaseException:
            self._left.clear()  # so that the other threads stop, too
            raise

    def _next(self, on_begin: Callable[[str], None]) -> Task | None:
        with self._lock:
            if not self._left or self._refused:
                return None
            task = self._left.popleft()
            on_begin(task.name)
            return task

    @contextlib.contextmanager
    def _process(self) -> Iterator[subprocess.Popen[str]]:
        process = started(self._root, self._share)
        self._processes.add(process)
        try:
            with process, contextlib.suppress(BrokenPipeError):  # it has ended, and said why
                yield process
        finally:
            self._processes.remove(process)

    def _do(self, process: subprocess.Popen[str], task: Task, on_answer: OnAnswer) -> bool:
        """Have one task done by a process, and return whether the process can go on."""
        message = answer_of(process, task)
        if message is None:
            return False  # the submission is as it was
        if "refused" in message:
            self._refused = message["refused"]
            return False
        with self._lock:
            if not self._ended:
                on_answer(task.name, message)
        return process.poll() is None
