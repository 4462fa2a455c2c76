"""The fork server's children: which are workers, which user each has, and how what they left behind is ended.

The fork server is the "subreaper" of its workers, so whatever a worker leaves behind becomes its child. What an
importer forks is its child from the first. A child that is no worker is unclaimed. While an importer of the same user
lives, the trusted process may still claim it. Otherwise it is an orphan, and is killed when the next worker ends.
"""

import contextlib
import errno
import os
import signal
import time
from pathlib import Path

from grader.isolation.walls import identity

SECONDS_TO_END = 0.05  # a worker whose connection was closed gets so long to end by itself, with a status of its own


class Children:
    """The living workers. Each has a user id if it has a user of its own.

    `lists_all` says whether this kernel lists a process's children. If it does not, only the filter keeps workers from
    having any.
    """

    def __init__(self) -> None:
        self._children = Path(f"/proc/self/task/{os.getpid()}/children")
        self.lists_all = self._children.exists()
        self._workers: dict[int, int | None] = {}
        self._importers: dict[int, int] = {}

    def add(self, pid: int, uid: int | None, importer: bool = False) -> None:
        """Note that a worker was forked."""
        self._workers[pid] = uid
        if importer and uid is not None:
            self._importers[pid] = uid

    def claim(self, importer: int, pid: int) -> int:
        """Claim a process that its importer names, as a worker.

        Returns its pid, or a negative error number if it is not the importer's.
        """
        uid = self._importers.get(importer)
        if uid is None or pid not in self._unclaimed() or identity.owner(pid) != uid:
            return -errno.ESRCH
        self._workers[pid] = uid
        return pid

    def end(self, pid: int, at_once: bool) -> int:
        """End a worker and every orphan. Returns the worker's wait status."""
        if pid not in self._workers:
            return 0
        status = _reap(pid, 0.0 if at_once else SECONDS_TO_END)
        users = set(self._workers.values()) - {None}
        del self._workers[pid]
        self._importers.pop(pid, None)
        rounds = 0
        while (orphans := self._orphans()) and rounds < identity.ROUNDS:  # the children of a killed one become ours
            rounds += 1
            for orphan in orphans:
                _end_orphan(orphan, users)
        return status

    def end_all(self) -> None:
        """Kill and reap all children."""
        for pid in list(self._workers):
            self.end(pid, at_once=True)

    def _unclaimed(self) -> set[int]:
        """Children of this process that are no workers."""
        with contextlib.suppress(OSError):
            return set(map(int, self._children.read_text().split())) - self._workers.keys()
        return set()

    def _orphans(self) -> set[int]:
        unclaimed = self._unclaimed()
        importing = set(self._importers.values())
        return {pid for pid in unclaimed if identity.owner(pid) not in importing} if importing else unclaimed


def _end_orphan(pid: int, users_of_workers: set[int]) -> None:
    """Kill an orphan. If its user is a worker's own, kill all processes of that user, so that none can escape."""
    uid = identity.owner(pid)
    if uid in users_of_workers:
        identity.kill_all_of(uid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _reap(pid: int, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
