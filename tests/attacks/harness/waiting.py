"""How long the grader under attack was kept from the processor by others: that is no achievement of an attack."""

import contextlib
import os


class Waiting:
    """Seconds for which the grader and its processes were ready to run while others did.

    Its processes are the fork server, the workers and the readers of archives. The kernel tells the seconds; whatever
    ends is looked at just before. What several waited for at the same time counts several times. So it is an upper
    bound, and nearly nothing where nobody else uses the machine.
    """

    def __init__(self, fork_server) -> None:
        from grader.isolation.outside.process import WorkerProcess
        from grader.submission import reader

        self._fork_server = fork_server
        self._of_ended = 0.0
        for name in ("end", "release"):
            setattr(WorkerProcess, name, self._noting(getattr(WorkerProcess, name)))
        reader._answer = self._noting_the_reader(reader._answer)
        self.restart()

    def _noting_the_reader(self, answer):
        def noted(process):
            wait = process.wait

            def look_and_wait():
                with contextlib.suppress(ChildProcessError):  # it was waited for before
                    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
                    self._of_ended += _waited(process.pid)
                return wait()

            process.wait = look_and_wait
            return answer(process)

        return noted

    def _noting(self, ending):
        def noted(worker):
            self._of_ended += _waited(worker.pid)
            return ending(worker)

        return noted

    def restart(self) -> None:
        self._of_ended = 0.0
        self._before = self._of_others()

    @property
    def seconds(self) -> float:
        """Since the last restart."""
        return self._of_ended + sum(
            max(now - self._before.get(pid, 0.0), 0.0) for pid, now in self._of_others().items()
        )

    def _of_others(self) -> dict[int, float]:
        return {pid: _waited(pid) for pid in (os.getpid(), self._fork_server())}


def _waited(pid: int | None) -> float:
    from grader.isolation.outside.processor import use_of

    return use_of(pid).waiting if pid and pid > 0 else 0.0
