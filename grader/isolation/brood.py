"""Several workers that begin where the package has just been imported: the trusted end of `mother`."""

from collections.abc import Generator
from time import monotonic
from typing import Any, Protocol

from grader.isolation.faults import BrokenReply, LostZygoteError, SandboxError
from grader.isolation.limits import Limits
from grader.isolation.process import WorkerProcess
from grader.isolation.sandbox import Sandbox

MAX_PID = 1 << 22  # of Linux


class Answering(Protocol):
    """Somebody who is waited for; asking whether something has come takes no time."""

    @property
    def has_answered(self) -> bool: ...


Brood = Generator[Answering, None, list[WorkerProcess]]


def brood(sandbox: Sandbox, limits: Limits, package: Any, size: int) -> Brood:
    """Have `size` workers made that have loaded `package`, step by step; what each step waits for is done meanwhile.

    Yields who has to answer before the next step. Returns, as a generator does, workers that nothing of the student's has
    touched since the import, and whose mother is gone.

    Raises:
        SandboxError: if there can be no mother here, or the zygote is gone.
        StudentFault: if the package cannot be loaded once for several; loading it for each worker may work.
    """
    mother, connections = sandbox.spawn_mother(limits, size)
    workers: list[WorkerProcess] = []
    try:
        mother.post("load quietly", package)
        yield mother
        mother.limit(limits.seconds)
        secret = mother.secret()
        yield mother
        mother.collect({})
        mother.limit(limits.seconds)
        mother.post("bear", secret)
        yield mother
        workers, gone = sandbox.adopt(mother, _pids(mother, size), connections)
        connections = []
        yield mother.control
        if sandbox.pid(mother.control, gone) is None:
            raise LostZygoteError
        if min(worker.pid for worker in workers) < 0:
            raise SandboxError("a mother named processes that are not hers")
        until = monotonic() + limits.seconds  # honest ones have said so long ago
        for worker in workers:
            worker.require_confined(until)
        made, workers = workers, []
        return made
    finally:
        for connection in connections:
            connection.close()
        for unused in (mother, *workers):
            unused.release()


def _pids(mother: WorkerProcess, size: int) -> list[int]:
    """Whom a mother says she has forked; she runs the student's code, so it may be anything."""
    pids = [pid for group in _lists(mother.collect({})) for pid in _lists(group)]
    if len(pids) != size or not all(type(pid) is int and 0 < pid <= MAX_PID for pid in pids):
        raise mother.fail(BrokenReply("it did not say which processes it has forked"))
    return pids


def _lists(said: Any) -> list[Any]:
    return said if type(said) is list else []
