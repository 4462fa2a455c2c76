"""The layers around a worker and their order: the one place where a process is confined, before student code runs.

A layer is either prepared, and then a worker that cannot have it ends before it begins; or the machine does not offer
it, and then it is missing from every worker and `probe` says so. Nothing is confined by halves.
"""

import os
from dataclasses import astuple, dataclass

from grader.isolation import identity, kernel, landlock, limits, seccomp


@dataclass(frozen=True)
class Layers:
    """Which layers are wanted; a process apart, closed descriptors and an end together with the grader always are."""

    limits: bool = True  # memory, threads, files; no new descriptor
    identity: bool = True  # a user of its own where we are root; no capability, no new privilege, not dumpable
    landlock: bool = True  # no file, no TCP, no signal to others
    seccomp: bool = True  # no system call but those in `syscalls`

    def to_byte(self) -> int:
        return sum(wanted << bit for bit, wanted in enumerate(astuple(self)))

    @classmethod
    def from_byte(cls, byte: int) -> "Layers":
        return cls(*(bool(byte >> bit & 1) for bit in range(4)))


SEALED = Layers()
BARE = Layers(
    limits=False, identity=False, landlock=False, seccomp=False
)  # to measure against, and to see attacks succeed


class Seal:
    """What is prepared once in the zygote, so that confining a worker takes a millisecond."""

    def __init__(self) -> None:
        self.user_ids = identity.user_ids()
        self.landlock = landlock.version()
        self.seccomp = seccomp.for_this_machine()

    def take_user(self, layers: Layers) -> int | None:
        """A user id for the next worker, if it is to have one of its own."""
        return self.user_ids.take() if self.user_ids and layers.identity else None

    def apply(self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int) -> None:
        """Confine this process, a fresh fork of `parent`, for good.

        Raises:
            OSError: if a layer that was prepared does not hold; the process must not go on.
        """
        if uid is not None:
            identity.become(uid)
        identity.die_with(parent)  # after the change of user, which would undo it
        if kernel.ON_LINUX and (layers.identity or layers.landlock or layers.seccomp):
            identity.renounce()  # unprivileged processes may add the next two layers only after this
        if layers.landlock and self.landlock:
            landlock.restrict(self.landlock)
        if layers.limits:  # after Landlock, which needs one descriptor more for a moment
            shared = limits.THREADS_OF_A_SHARED_USER
            limits.apply(memory, cpu_seconds, shared if uid is None else limits.THREADS)
        if layers.seccomp and self.seccomp:
            self.seccomp.install(os.getpid())  # last, as it forbids all of the above
