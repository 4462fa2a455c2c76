"""How long the grader under attack was kept from the processor by others: that is no achievement of an attack."""

import os


class Waiting:
    """Seconds for which the grader, its zygote and its workers were ready to run while others did, as the kernel says.

    A worker is asked at its end, as nobody can be asked afterwards. What several waited for at the same time counts several times: so it
    is an upper bound, and nearly nothing where nobody else uses the machine.
    """

    def __init__(self, zygote) -> None:
        from grader.isolation.process import WorkerProcess

        self._zygote = zygote
        self._of_workers = 0.0
        for name in ("end", "release"):
            setattr(WorkerProcess, name, self._noting(getattr(WorkerProcess, name)))
        self.restart()

    def _noting(self, ending):
        def noted(worker):
            self._of_workers += _waited(worker.pid)
            return ending(worker)

        return noted

    def restart(self) -> None:
        self._of_workers = 0.0
        self._before = self._of_others()

    @property
    def seconds(self) -> float:
        """Since the last restart."""
        return self._of_workers + sum(max(now - self._before.get(pid, 0.0), 0.0) for pid, now in self._of_others().items())

    def _of_others(self) -> dict[int, float]:
        return {pid: _waited(pid) for pid in (os.getpid(), self._zygote())}


def _waited(pid: int | None) -> float:
    from grader.isolation.processor import use_of

    return use_of(pid).waiting if pid and pid > 0 else 0.0
