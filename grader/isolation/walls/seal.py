"""The layers around a worker and their order: the one place where a process is confined, before student code runs.

A layer is either prepared, and then a worker that cannot have it ends before it begins; or the machine does not offer
it, and then it is missing from every worker and `probe` says so. Nothing is confined by halves.
"""

import errno
from dataclasses import astuple, dataclass

from grader.isolation.walls import identity, kernel, landlock, limits, seccomp
from grader.isolation.walls.syscalls import IMPORTER_RULES


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
    """What is prepared once in the fork server, so that confining a worker takes a millisecond."""

    def __init__(self) -> None:
        self.user_ids = identity.user_ids()
        self.landlock = landlock.version()
        self.seccomp = seccomp.for_this_machine()
        self._seccomp_of_an_importer = seccomp.for_this_machine(IMPORTER_RULES)

    def take_user(self, layers: Layers) -> int | None:
        """A user id for the next worker, if it is to have one of its own."""
        return self.user_ids.take() if self.user_ids and layers.identity else None

    def apply(self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int) -> None:
        """Confine this process, a fresh fork of `parent`, for good.

        Raises:
            OSError: if a layer that was prepared does not hold; the process must not go on.
        """
        self._apply_all_but_the_filter(layers, parent, uid, memory, cpu_seconds, limits.THREADS)
        if layers.seccomp and self.seccomp:
            self.seccomp.install()  # last, as it forbids all of the above

    def apply_to_importer(
        self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int, children: int
    ) -> bytearray:
        """Confine this process, which is to fork workers later; what is returned allows it to, and is kept nowhere in it.

        Raises:
            OSError: if a layer does not hold or is missing that makes this safe: the filter, and a user that nobody else is,
                whose processes can all be ended at once.
        """
        if uid is None or not (layers.seccomp and self._seccomp_of_an_importer):
            raise OSError(errno.ENOTSUP, "no importer without a user of its own and a system call filter")
        self._apply_all_but_the_filter(layers, parent, uid, memory, cpu_seconds, limits.THREADS + children)
        return self._seccomp_of_an_importer.install_with_secret()

    def apply_to_child(self, parent: int) -> None:
        """Make a worker of this process, which an importer has forked; it was confined together with that."""
        identity.die_with(parent)  # a fork undoes this
        self.seccomp.install()

    def _apply_all_but_the_filter(
        self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int, threads: int
    ) -> None:
        if uid is not None:
            identity.become(uid)
        identity.die_with(parent)  # after the change of user, which would undo it
        if kernel.ON_LINUX and (layers.identity or layers.landlock or layers.seccomp):
            identity.renounce()  # unprivileged processes may add the next two layers only after this
        if layers.landlock and self.landlock:
            landlock.restrict(self.landlock)
        if layers.limits:  # after Landlock, which needs one descriptor more for a moment
            limits.apply(memory, cpu_seconds, limits.THREADS_OF_A_SHARED_USER if uid is None else threads)
