"""The user of a worker: one that only workers of the same import ever have, and without privileges."""

import contextlib
import errno
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

from grader.isolation.walls import kernel

_HIGHEST = 0x7FFF_0000  # 31 bits, as larger ids confuse some programs
_UNUSED_FROM = 0x7000_0000  # no distribution or container manager hands out what is above
ROUNDS = 10  # of killing; one round is enough unless a process of that user kills the killer first
_SMALL_SPACE = 65_534  # the id of `nobody`; if no more ids are mapped, those below it are used


class UserIds:
    """User ids for workers.

    Each is handed out once. They begin at a random place, so that two graders hardly collide.
    """

    def __init__(self) -> None:
        end = min(_mapped_end(), _HIGHEST)
        self._ids = range(_UNUSED_FROM, end) if end > _UNUSED_FROM else range(end // 2, min(end, _SMALL_SPACE))
        self._next = random.SystemRandom().randrange(len(self._ids)) if self._ids else 0

    def take(self) -> int:
        """An id that was not handed out before, or else the one that was handed out longest ago."""
        self._next += 1
        return self._ids[self._next % len(self._ids)]


def _mapped_end() -> int:
    """One more than the highest user id that exists in this user namespace."""
    with contextlib.suppress(OSError, ValueError):
        spans = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
        return max(inside + count for inside, _outside, count in spans)
    return 0


def user_ids() -> UserIds | None:
    """Ids for workers, or None if this process cannot change its user. A child process tries that out."""
    if not kernel.ON_LINUX or os.geteuid() != 0:
        return None
    ids = UserIds()
    return ids if ids._ids and _as_user(ids.take(), lambda: None) else None


def owner(pid: int) -> int | None:
    """The user id of a process, or None if it is gone."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Uid:"))
    return None


def become(uid: int) -> None:
    """Change to this user, and make sure that the change cannot be undone.

    Raises:
        OSError: if the change is refused or could be undone.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid,) * 3 or os.getresgid() != (uid,) * 3 or os.getgroups():
        raise OSError(errno.EPERM, "the user did not change completely")
    for come_back in (os.setresuid, os.setresgid):
        with contextlib.suppress(PermissionError):
            come_back(0, 0, 0)
            raise OSError(errno.EINVAL, "root could be had again")


def renounce() -> None:
    """Give up all capabilities and every way to get one, and hide this process.

    Raises:
        OSError: if the kernel refuses.
    """
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    hide()


def hide() -> None:
    """Keep debuggers and /proc away from this process, even those of its own user.

    Any process with a secret should do so.

    Raises:
        OSError: if the kernel refuses.
    """
    if kernel.ON_LINUX:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends. Call it after a change of user, which would undo it.

    Raises:
        ProcessLookupError: if the parent is gone already.
        OSError: if the kernel refuses.
    """
    if kernel.ON_LINUX:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError(errno.ESRCH, "the parent is gone")


def kill_all_of(uid: int) -> None:
    """Kill every process of a user in one system call, so that no process can escape by forking."""

    def kill() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)

    for _ in range(ROUNDS):
        if _as_user(uid, kill):
            return


def _as_user(uid: int, action: Callable[[], None]) -> bool:
    """Run an action as another user, in a child process. Returns whether it worked."""
    pid = os.fork()
    if pid == 0:
        try:
            become(uid)
            action()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0
