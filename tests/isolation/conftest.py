"""An easy way to run source text in a worker."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.isolation.limits import Limits
from grader.isolation.package import packed
from grader.isolation.remote import RemoteFramework
from grader.isolation.sandbox import Sandbox, WorkerProcess
from grader.isolation.seal import Layers

SECONDS = 20.0  # more than anything here takes on a busy machine


class Bench:
    """Runs source texts as the package `framework`, each in a fresh worker, and ends them all."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._workers: list[WorkerProcess] = []

    def worker(self, layers: Layers | None = None, seconds: float = SECONDS, memory: int = 1024) -> WorkerProcess:
        """A fresh worker that has loaded nothing."""
        worker = self.sandbox.spawn(Limits(seconds, memory), layers)
        self._workers.append(worker)
        worker.limit(seconds)
        return worker

    def load(self, files: dict[str, str], promises: dict[str, list[str]] | None = None, **options) -> WorkerProcess:
        """Compile in one worker, load in another, as a grading does; the answer of the load is `worker.loaded`."""
        sources = {path: np.frombuffer(text.encode(), np.uint8) for path, text in files.items()}
        rows = self.worker().request("compile", sources, {})
        worker = self.worker(**options)
        worker.loaded = worker.request("load", packed([*row, (promises or {}).get(row[0], [])] for row in rows), {})[0]
        return worker

    def framework(self, source: str, **options) -> RemoteFramework:
        """One file, as a package."""
        return RemoteFramework(self.load({"__init__.py": source}, **options))

    def close(self) -> None:
        for worker in self._workers:
            worker.end()


@pytest.fixture
def bench(sandbox) -> Iterator[Bench]:
    bench = Bench(sandbox)
    yield bench
    bench.close()
