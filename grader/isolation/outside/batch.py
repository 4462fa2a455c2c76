"""Makes a batch of workers from one import: the trusted end of `inside.importer`."""

from collections.abc import Generator
from time import monotonic
from typing import Any, Protocol

from grader.isolation.outside.faults import BrokenReply, LostForkServerError, SandboxError
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits

MAX_PID = 1 << 22  # of Linux


class Answering(Protocol):
    """Something that will answer. It takes no time to ask whether an answer has come."""

    @property
    def has_answered(self) -> bool: ...


Making = Generator[Answering, None, list[WorkerProcess]]


def make_batch(sandbox: Sandbox, limits: Limits, package: Any, size: int) -> Making:
    """Make `size` workers that have loaded `package`, step by step. The caller can do other things between the steps.

    The generator yields what has to answer before the next step. It returns the workers. The student's code has not run
    in them since the import, and their importer is gone.

    Raises:
        SandboxError: if there can be no importer here, or the fork server is gone.
        StudentFault: if the package cannot be loaded once for several workers. Loading it in each worker may work.
    """
    importer, connections = sandbox.spawn_importer(limits, size)
    workers: list[WorkerProcess] = []
    try:
        importer.post("load quietly", package)
        yield importer
        importer.limit(limits.seconds)
        secret = importer.secret()
        yield importer
        importer.collect({})
        importer.limit(limits.seconds)
        importer.post("fork", secret)
        yield importer
        workers, gone = sandbox.claim(importer, _pids(importer, size), connections)
        connections = []
        yield importer.control
        if sandbox.pid(importer.control, gone) is None:
            raise LostForkServerError
        if min(worker.pid for worker in workers) < 0:
            raise SandboxError("an importer named processes that it did not fork")
        until = monotonic() + limits.seconds  # honest workers have sent their first byte long before
        for worker in workers:
            worker.require_confined(until)
        made, workers = workers, []
        return made
    finally:
        for connection in connections:
            connection.close()
        for unused in (importer, *workers):
            unused.release()


def _pids(importer: WorkerProcess, size: int) -> list[int]:
    """The processes that an importer says it has forked. It runs the student's code, so it may say anything."""
    pids = [pid for group in _lists(importer.collect({})) for pid in _lists(group)]
    if len(pids) != size or not all(type(pid) is int and 0 < pid <= MAX_PID for pid in pids):
        raise importer.fail(BrokenReply("it did not say which processes it has forked"))
    return pids


def _lists(said: Any) -> list[Any]:
    return said if type(said) is list else []
