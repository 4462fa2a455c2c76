"""Many attacks on a few graders at the same time: most attacks wait more than they compute."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

from harness.attack import Attack
from harness.configurations import Configuration
from harness.gauntlet import Gauntlet

GRADERS = 3


@contextmanager
def running(configuration: Configuration, attacks: Iterable[Attack]) -> Iterator[dict[str, Future[list[str]]]]:
    """Attack -> what it will have achieved; they are taken in their order, each by the next grader that is free."""
    free: SimpleQueue[Gauntlet] = SimpleQueue()

    def run(attack: Attack) -> list[str]:
        grader = free.get()
        try:
            return grader.run(attack)
        finally:
            free.put(grader)

    with ExitStack() as graders:
        for _ in range(GRADERS):
            free.put(graders.enter_context(Gauntlet(configuration)))
        with ThreadPoolExecutor(GRADERS) as pool:
            yield {attack.id: pool.submit(run, attack) for attack in attacks}
            pool.shutdown(cancel_futures=True)
