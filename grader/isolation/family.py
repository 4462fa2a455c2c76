"""The zygote's children: which processes are workers, of which user each is, and how all that they left behind is ended.

Whatever a worker might leave behind becomes a child of the zygote (it is their "subreaper", and mothers bear for it). A
child that is no worker is a stray, and is killed when the next worker ends; unless its mother still lives, who may yet
name it.
"""

import contextlib
import errno
import os
import signal
import time
from pathlib import Path

from grader.isolation import identity

SECONDS_TO_END = 0.05  # how long a worker whose connection closed gets to end by itself, so that its own status is seen


class Family:
    """The living workers, each with its user id if it has one of its own.

    `lists_all` says whether this kernel tells who the children are. Where it does not, the filter alone keeps workers from
    having any.
    """

    def __init__(self) -> None:
        self._children = Path(f"/proc/self/task/{os.getpid()}/children")
        self.lists_all = self._children.exists()
        self._workers: dict[int, int | None] = {}
        self._mothers: dict[int, int] = {}

    def add(self, pid: int, uid: int | None, mother: bool = False) -> None:
        """A worker was forked."""
        self._workers[pid] = uid
        if mother and uid is not None:
            self._mothers[pid] = uid

    def adopt(self, mother: int, pid: int) -> int:
        """Take a process for a worker that its mother names: its pid, or a negative error number if it is not hers."""
        uid = self._mothers.get(mother)
        if uid is None or pid not in self._strangers() or identity.owner(pid) != uid:
            return -errno.ESRCH
        self._workers[pid] = uid
        return pid

    def end(self, pid: int, at_once: bool) -> int:
        """End a worker, and every stray; its wait status."""
        if pid not in self._workers:
            return 0
        status = _reap(pid, 0.0 if at_once else SECONDS_TO_END)
        users = set(self._workers.values()) - {None}
        del self._workers[pid]
        self._mothers.pop(pid, None)
        rounds = 0
        while (strays := self._strays()) and rounds < identity.ROUNDS:  # killing one hands its own children over
            rounds += 1
            for stray in strays:
                _end_stray(stray, users)
        return status

    def end_all(self) -> None:
        """Kill and reap whatever lives."""
        for pid in list(self._workers):
            self.end(pid, at_once=True)

    def _strangers(self) -> set[int]:
        """Children of this process that are no workers."""
        with contextlib.suppress(OSError):
            return set(map(int, self._children.read_text().split())) - self._workers.keys()
        return set()

    def _strays(self) -> set[int]:
        strangers = self._strangers()
        expecting = set(self._mothers.values())
        return {pid for pid in strangers if identity.owner(pid) not in expecting} if expecting else strangers


def _end_stray(pid: int, users_of_workers: set[int]) -> None:
    """Together with all of its user, if that is a worker's own: from that nothing can run away."""
    uid = identity.owner(pid)
    if uid in users_of_workers:
        identity.kill_all_of(uid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _reap(pid: int, patience: float) -> int:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
