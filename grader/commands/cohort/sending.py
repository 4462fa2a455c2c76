"""The submissions of a run on their way to the workers of a cluster, and the answers on their way back."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeAlias

import click
from distributed import Client, Future

from grader.commands.cohort.crew import OnAnswer
from grader.commands.cohort.process import OUR_FAULT, Answer
from grader.commands.cohort.share import Task
from grader.commands.cohort.there import Job, grade_there

PER_THREAD = 2  # submissions of a worker's thread that are on their way, so that it need not wait for the next one
AT_FIRST = 8  # on their way while no worker is there; an adaptive cluster starts workers only if there is work
LOOK = 1.0  # s between two looks at which workers are there
Read: TypeAlias = tuple[Task, str]  # a task with its content; or why it cannot be read


@contextmanager
def _talking() -> Iterator[None]:
    """What the scheduler is asked in the block ends in a sentence if it is lost.

    Raises:
        click.ClickException: if it is lost.
    """
    try:
        yield
    except (OSError, TimeoutError, CancelledError) as error:
        raise _lost() from error


def _lost() -> click.ClickException:
    return click.ClickException(
        "the connection to the scheduler was lost; what was graded is kept, and the same command goes on with the"
        " others"
    )


@dataclass
class _Workers:
    """The workers that are there, and those that refused, each with its reason."""

    client: Client
    refused: dict[str, str] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)  # of those that did not refuse
    looked: float = 0.0
    waiting: bool = False  # for the first one, which was said

    def look(self, now: float = 0.0) -> None:
        """Find out who is there, but not more often than every LOOK seconds."""
        if now and now - self.looked < LOOK:
            return
        with _talking():
            there = self.client.nthreads()
        self.threads = {address: count for address, count in there.items() if address not in self.refused}
        self.looked = time.monotonic()

    def miss(self) -> None:
        """Say, once, if there is none yet."""
        if not self.threads and not self.waiting:
            click.echo("no worker is connected to the scheduler; waiting for the first one", err=True)
            self.waiting = True

    def refuse(self, address: str, why: str) -> None:
        """A worker cannot grade; it is said once.

        Raises:
            click.ClickException: if there is no other one.
        """
        if address not in self.refused:
            click.echo(f"the worker {address} grades nothing: {why}", err=True)
            self.refused[address] = why
        self.look()
        if not self.threads:
            raise click.ClickException(
                "no worker of the cluster can grade, as said above; what was graded is kept, and costs nobody anything"
            )


@dataclass
class Sending:
    """The submissions of a run on their way."""

    client: Client
    job: Job
    left: Iterator[Read]
    on_answer: OnAnswer
    on_begin: Callable[[str], None]
    workers: _Workers = field(init=False)
    out: dict[Future, tuple[Task, list[str] | None]] = field(default_factory=dict)  # with the workers asked, if not all
    ended: SimpleQueue[Future] = field(default_factory=SimpleQueue)

    def work(self) -> None:
        """Send all, and hand on each answer."""
        self.workers = _Workers(self.client)
        while self._fill() or self.out:
            try:
                self._end(self.ended.get(timeout=LOOK))
            except Empty:
                self._send_again()

    def _fill(self) -> bool:
        """Send as many as the workers can take soon, and return whether anything was sent."""
        self.workers.look(time.monotonic())
        room = max(PER_THREAD * sum(self.workers.threads.values()), AT_FIRST) - len(self.out)
        sent = 0
        while sent < room and (read := next(self.left, None)) is not None:
            task, problem = read
            self.on_begin(task.name)
            if problem:
                self.on_answer(task.name, {"problem": problem})
            else:
                self._send(task)
                sent += 1
        return bool(sent)

    def _send(self, task: Task) -> None:
        only = list(self.workers.threads) if self.workers.refused else None
        with _talking():
            future = self.client.submit(grade_there, self.job, task, workers=only, pure=False)
        self.out[future] = task, only
        future.add_done_callback(self.ended.put)

    def _end(self, future: Future) -> None:
        if future not in self.out:
            return  # it was sent again
        task, _only = self.out.pop(future)
        if future.cancelled():
            raise _lost()
        answer = self._answer(future)
        if "refused" in answer:
            self.workers.refuse(answer["worker"], answer["refused"])
            self._send(task)
        else:
            self.on_answer(task.name, answer)

    def _answer(self, future: Future) -> Answer:
        with _talking():
            error = future.exception()
            if error is None:
                return future.result()
        if isinstance(error, ImportError):
            raise click.ClickException(f"a worker of the cluster lacks what a grading needs: {error}") from error
        return {"problem": OUR_FAULT}  # also if it ended several workers, see `distributed.KilledWorker`

    def _send_again(self) -> None:
        """Send what waits for workers that are gone. Without this, it would wait for ever."""
        self.workers.look()
        self.workers.miss()
        for future, (task, only) in list(self.out.items()):
            if only and not self.workers.threads.keys() & only:
                del self.out[future]
                self._send(task)
