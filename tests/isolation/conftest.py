"""An easy way to run source text in a worker."""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pytest

from grader.isolation.outside.batch import make_batch
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import Layers
from grader.isolation.wire.files import packed
from grader.isolation.wire.values import Encoded, encoded

SECONDS = 20.0  # more than anything here takes on a busy machine


def run(steps: Generator[None, None, Any]) -> Any:
    """What a generator returns in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


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

    def compiled(self, source: str) -> Encoded:
        """One file, as a package that is ready to be loaded."""
        rows = self.worker().request("compile", {"__init__.py": np.frombuffer(source.encode(), np.uint8)}, {})
        return encoded(packed([*row, []] for row in rows))

    def make_batch(self, source: str, size: int = 3) -> list[WorkerProcess]:
        """Workers that have loaded one file together."""
        workers = run(make_batch(self.sandbox, Limits(SECONDS), self.compiled(source), size))
        self._workers += workers
        for worker in workers:
            worker.limit(SECONDS)
        return workers

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


@pytest.fixture
def own() -> Iterator[Bench]:
    """A sandbox that a test may break, on a bench that ends its workers."""
    with Sandbox().start() as sandbox:
        bench = Bench(sandbox)
        yield bench
        bench.close()
