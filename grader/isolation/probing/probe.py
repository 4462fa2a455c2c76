"""Which layers hold on this machine. Throw-away workers try it out; version numbers are not believed.

Each layer is tried alone, in a worker that has no other layer, so that one cannot hide a hole in another. Then all are
tried together, in a worker like those that run submissions. If possible, the verdict depends on what the trusted
process sees: a secret that came back, a file that exists, a connection that arrived, a process that exists or is gone.
"""

import contextlib
import functools
import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from grader.ahead import Ahead
from grader.isolation.inside import package
from grader.isolation.outside.batch import make_batch
from grader.isolation.outside.faults import LostForkServerError, SandboxError, StudentFault, WorkerDied
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import BARE, SEALED, Layers
from grader.isolation.wire.files import packed
from grader.isolation.wire.values import encoded

NEVER_PRELOADED = "pytest"  # it is installed, but student code may not import it
LIMITS = Limits(seconds=10.0)  # for all attempts of one worker, which take a few milliseconds


@dataclass(frozen=True)
class Finding:
    """Whether one layer holds, and a sentence about it for whoever runs the grader."""

    name: str
    holds: bool
    sentence: str


class Subject:
    """A throw-away worker that tries forbidden things."""

    def __init__(self, sandbox: Sandbox, layers: Layers) -> None:
        self.worker = sandbox.spawn(LIMITS, layers)
        self._framework = RemoteFramework(self.worker)

    def begin(self) -> None:
        """Start getting ready, so that several workers can do so at once. If that fails, `load` says so."""
        with contextlib.suppress(SandboxError, StudentFault):
            self.worker.post("load", packed(_attempts()))

    def load(self) -> None:
        """Be ready, after `begin`."""
        self.worker.limit(LIMITS.seconds)
        self.worker.collect({})

    def attempt(self, name: str, *arguments: Any) -> Any:
        """What the attempt returned, or None if it was stopped."""
        with contextlib.suppress(StudentFault):
            given = getattr(self._framework, name)(*arguments)
            return True if given is None else given
        return None

    def is_alive(self) -> bool:
        """Whether it still answers."""
        with contextlib.suppress(StudentFault):
            return self.worker.request("calls", [], {}) == []
        return False


@functools.cache
def _attempts() -> list[list[Any]]:
    text = (Path(__file__).parent / "attempts.py").read_bytes()
    [(path, (code, problem))] = package.compile_files({"__init__.py": text}).items()
    return [[path, np.frombuffer(code, np.uint8), problem, []]]


class Laboratory:
    """The workers, and what they must not reach: a secret in a hidden folder, two sockets, another worker."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._subjects: list[Subject] = []
        self.victim = self.bystander()
        self.secret = secrets.token_hex()

    def bystander(self) -> Subject:
        """A worker that tries nothing."""
        return self._spawned(BARE)

    def replace_victim(self) -> None:
        """Have another victim, as the one before was killed."""
        self.victim = self.bystander()
        self._wait_for_victim()

    def _wait_for_victim(self) -> None:
        """Until it is there, nobody may try to kill it: a worker that never began is a fault of ours."""
        self.victim.worker.limit(LIMITS.seconds)

    def subject(self, layers: Layers) -> Subject:
        subject = self._spawned(layers)
        subject.begin()
        return subject

    def _spawned(self, layers: Layers) -> Subject:
        self._subjects.append(Subject(self._sandbox, layers))
        return self._subjects[-1]

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            opened.callback(self._end_all)
            self._wait_for_victim()
            self.folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))  # only this user may enter it
            (self.folder / "secret").write_text(self.secret)
            self.listener = opened.enter_context(_socket(socket.SOCK_STREAM))
            self.listener.listen()
            self.mailbox = opened.enter_context(_socket(socket.SOCK_DGRAM))
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._opened.close()

    def _end_all(self) -> None:
        for subject in self._subjects:
            subject.worker.hang_up()
        for subject in self._subjects:
            subject.worker.end()


def _socket(kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET, kind)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


# What is tried, and how the trusted process sees that it was possible


def _read(subject: Subject, there: Laboratory) -> bool:
    return there.secret in str(subject.attempt("read", str(there.folder / "secret")))


def _write(subject: Subject, there: Laboratory) -> bool:
    made = there.folder / "made"
    subject.attempt("write", str(made))
    if made.exists():
        made.unlink()
        return True
    return False


def _connect(subject: Subject, there: Laboratory) -> bool:
    subject.attempt("connect", there.listener.getsockname()[1])
    with contextlib.suppress(BlockingIOError):
        there.listener.accept()[0].close()
        return True
    return False


def _datagram(subject: Subject, there: Laboratory) -> bool:
    subject.attempt("datagram", there.mailbox.getsockname()[1])
    with contextlib.suppress(BlockingIOError):
        return bool(there.mailbox.recv(100))
    return False


def _fork(subject: Subject, _there: Laboratory) -> bool:
    child = subject.attempt("fork")
    return isinstance(child, int) and _exists(child)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _execute(subject: Subject, _there: Laboratory) -> bool:
    subject.attempt("execute", "/bin/sh")
    fault = subject.worker.fault
    return isinstance(fault, WorkerDied) and fault.status == 0  # the program ran and ended without an error


def _kill(subject: Subject, there: Laboratory) -> bool:
    subject.attempt("kill", there.victim.worker.pid)
    if there.victim.is_alive():
        return False
    there.replace_victim()
    return True


def _root(subject: Subject, _there: Laboratory) -> bool:
    return subject.attempt("root") == 0


def _memory(subject: Subject, _there: Laboratory) -> bool:
    return subject.attempt("memory", LIMITS.memory) is not None


def _descriptor(subject: Subject, _there: Laboratory) -> bool:
    return subject.attempt("descriptor") is not None


def _code(subject: Subject, _there: Laboratory) -> bool:
    return subject.attempt("code") is not None


def _module(subject: Subject, _there: Laboratory) -> bool:
    return subject.attempt("module", NEVER_PRELOADED) is not None


Trial = Callable[[Subject, Laboratory], bool]
TRIALS: dict[Trial, str] = {
    _read: "read a hidden file",
    _write: "write a file",
    _descriptor: "open another descriptor",
    _connect: "connect to a socket",
    _datagram: "send a datagram",
    _memory: "use more memory than allowed",
    _code: "make code at run time",
    _root: "become root",
    _module: "import what is not allowed",
    _kill: "kill another process",
    _fork: "start a process",
    _execute: "run a program",  # last, as it would replace the worker
}


@dataclass(frozen=True)
class Layer:
    """A layer to be tried, what it has to stop without any other, and what to say about it."""

    name: str
    layers: Layers
    stops: tuple[Trial, ...]
    good: str
    bad: str


def _only(**wanted: bool) -> Layers:
    return Layers(**{name: name in wanted for name in vars(SEALED)})


LAYERS = (
    Layer(
        "limits",
        _only(limits=True),
        (_memory, _descriptor),
        "Memory, threads and open files of a worker are limited.",
        "The system does not keep the limits of memory and open files.",
    ),
    Layer(
        "own user",
        _only(identity=True),
        (_read, _write, _root, _kill),
        "A worker is a user that nobody else is, without privileges.",
        "Workers are the same user as the grader; only root can give them users of their own.",
    ),
    Layer(
        "Landlock",
        _only(landlock=True),
        (_read, _write),
        "The kernel denies files to a worker, whatever it asks.",
        "The kernel has no Landlock, or it is not switched on.",
    ),
    Layer(
        "system call filter",
        _only(seccomp=True),
        (_read, _write, _connect, _datagram, _code, _kill, _fork, _execute),
        "A worker can only compute and talk to the grader.",
        "The kernel takes no system call filter from a process, or there are no rules for this kind of machine.",
    ),
    Layer(
        "sealed worker",
        SEALED,
        tuple(TRIALS),
        "With all layers together, nothing forbidden was possible.",
        "Something forbidden was possible with all layers together.",
    ),
)
REMEDY = (
    "So hidden checks are not run here. Grade on Linux (x86_64 or aarch64), in a container only if it allows seccomp,"
    " as the default profiles of Docker and Podman do. Or pass --allow-unconfined, if you trust every submission."
)
MINIMUM = ("separate process", "limits", "system call filter", "sealed worker")


class Examination:
    """A trial of all layers. Its workers get ready while the caller goes on, until the caller asks for the findings."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._there = Laboratory(sandbox)
        self._subjects = [self._there.subject(layer.layers) for layer in LAYERS]

    def findings(self) -> tuple[Finding, ...]:
        with self._there as there:
            found = [_try(layer, subject, there) for layer, subject in zip(LAYERS, self._subjects, strict=True)]
            return (_separate(there.victim), *found)


_begun: dict[Sandbox, Ahead[tuple[Finding, ...]]] = {}  # trials whose findings nobody has asked for yet


def begin_to_examine(sandbox: Sandbox) -> None:
    """Start the next `examine` of this sandbox in a thread. If that fails, `examine` starts it itself."""
    with contextlib.suppress(SandboxError):
        _begun[sandbox] = Ahead(Examination(sandbox).findings)


def examine(sandbox: Sandbox) -> tuple[Finding, ...]:
    """Try all layers of this machine. Takes some hundredths of a second.

    Raises:
        SandboxError: if no worker can be started at all.
    """
    begun = _begun.pop(sandbox, None)
    return begun.result() if begun else Examination(sandbox).findings()


def shared_import(sandbox: Sandbox) -> Finding:
    """Whether several workers can share one import here. If they cannot, grades are the same, but take longer.

    Raises:
        SandboxError: as `examine`.
    """
    making, name = make_batch(sandbox, LIMITS, encoded(packed(_attempts())), 2), "shared import"
    try:
        while True:
            next(making)
    except StopIteration as made:
        for worker in made.value:
            worker.release()
    except LostForkServerError:
        raise
    except (SandboxError, StudentFault) as error:
        return Finding(
            name,
            False,
            f"Every worker imports the submission for itself, which takes longer and changes no grade: {error}.",
        )
    return Finding(name, True, "Workers of several checks share one import of the submission.")


def _separate(victim: Subject) -> Finding:
    return Finding("separate process", victim.worker.pid != os.getpid(), "Student code runs in a process of its own.")


def _try(layer: Layer, subject: Subject, there: Laboratory) -> Finding:
    try:
        subject.load()
    except LostForkServerError:
        raise
    except SandboxError as error:
        return Finding(layer.name, False, f"{layer.bad} ({error})")
    reached = [TRIALS[trial] for trial in layer.stops if trial(subject, there)]
    if not reached:
        return Finding(layer.name, True, layer.good)
    return Finding(layer.name, False, f"{layer.bad} A worker could {', '.join(reached)}.")


def shortfall(findings: tuple[Finding, ...]) -> str | None:
    """Why hidden checks should not be run here and what to do, or None if the minimum holds."""
    missing = set(MINIMUM) - {finding.name for finding in findings if finding.holds}
    if not missing:
        return None
    why = " ".join(f"{finding.name}: {finding.sentence}" for finding in findings if finding.name in missing)
    return f"A submission could not be kept from cheating or doing harm on this machine. {why} {REMEDY}"
