"""The layers around a worker and their order.

This is the one place where a process is confined, before student code runs.

If a layer was prepared, a worker that cannot have it ends before it begins. If the machine does not offer a layer, no
worker has it, and `probe` says so. So no worker is confined by halves.
"""

import errno
from dataclasses import astuple, dataclass

from grader.isolation.walls import identity, kernel, landlock, limits, seccomp
from grader.isolation.walls.syscalls import IMPORTER_RULES


@dataclass(frozen=True)
class Layers:
    """Which layers are wanted.

    A process of its own, closed descriptors and an end together with the grader always are.
    """

    limits: bool = True  # memory, threads, files; no new descriptor
    identity: bool = True  # a user of its own if we are root; no capability, no new privilege, not dumpable
    landlock: bool = True  # no file, no TCP, no signal to others
    seccomp: bool = True  # no system call but those in `syscalls`

    def to_byte(self) -> int:
        return sum(wanted << bit for bit, wanted in enumerate(astuple(self)))

    @classmethod
    def from_byte(cls, byte: int) -> "Layers":
        return cls(*(bool(byte >> bit & 1) for bit in range(4)))


SEALED = Layers()
# To measure against, and to see attacks succeed
BARE = Layers(limits=False, identity=False, landlock=False, seccomp=False)


class Seal:
    """What the fork server prepares once, so that confining a worker takes a millisecond."""

    def __init__(self) -> None:
        self.user_ids = identity.user_ids()
        self.landlock = landlock.version()
        self.seccomp = seccomp.for_this_machine()
        self._seccomp_of_an_importer = seccomp.for_this_machine(IMPORTER_RULES)

    def take_user(self, layers: Layers) -> int | None:
        """A user id for the next worker; None if it is to have none of its own."""
        return self.user_ids.take() if self.user_ids and layers.identity else None

    def apply(self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int) -> None:
        """Confine this process, a fresh fork of `parent`, for good.

        Raises:
            OSError: if a layer that was prepared does not hold. The process must not go on then.
        """
        self._apply_all_but_the_filter(layers, parent, uid, memory, cpu_seconds, limits.THREADS)
        if layers.seccomp and self.seccomp:
            self.seccomp.install()  # last, as it forbids all of the above

    def apply_to_importer(
        self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int, children: int
    ) -> bytearray:
        """Confine this process, which will fork workers later.

        Returns:
            The secret that allows it to fork. No other copy of the secret is left in this process.

        Raises:
            OSError: if a layer does not hold, or if one is missing that makes this safe. These are the filter, and a
                user that nobody else is, so that all its processes can be killed at once.
        """
        if uid is None or not (layers.seccomp and self._seccomp_of_an_importer):
            raise OSError(errno.ENOTSUP, "no importer without a user of its own and a system call filter")
        self._apply_all_but_the_filter(layers, parent, uid, memory, cpu_seconds, limits.THREADS + children)
        return self._seccomp_of_an_importer.install_with_secret()

    def apply_to_child(self, parent: int) -> None:
        """Make a worker of this process, which an importer has forked.

        All other layers were inherited from the importer.
        """
        identity.die_with(parent)  # a fork undoes this
        self.seccomp.install()

    def _apply_all_but_the_filter(
        self, layers: Layers, parent: int, uid: int | None, memory: int, cpu_seconds: int, threads: int
    ) -> None:
        if uid is not None:
            identity.become(uid)
        identity.die_with(parent)  # after the change of user, which would undo it
        if kernel.ON_LINUX and (layers.identity or layers.landlock or layers.seccomp):
            identity.renounce()  # without it, an unprivileged process may not add the next two layers
        if layers.landlock and self.landlock:
            landlock.restrict(self.landlock)
        if layers.limits:  # after Landlock, which needs another descriptor for a moment
            limits.apply(memory, cpu_seconds, limits.THREADS_OF_A_SHARED_USER if uid is None else threads)
