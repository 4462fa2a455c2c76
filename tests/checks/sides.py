"""A package from its text, in this process and in a worker. Every word of the check language means the same in both."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks.framework import LocalFramework
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.wire.files import packed

SECONDS = 20.0  # more than anything here takes on a busy machine
Open = Callable[..., Any]


def package(text: str) -> ModuleType:
    """A package whose module `nn` has this text."""
    made, nn = ModuleType("tiny"), ModuleType("tiny.nn")
    exec(compile(text, "nn.py", "exec"), vars(nn))
    made.nn = nn
    return made


def changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    """The text with some of it replaced, each part of which has to be there."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def here(_sandbox: Sandbox) -> Iterator[Open]:
    yield lambda text, *changes: LocalFramework(package(changed(text, changes)))


def there(sandbox: Sandbox) -> Iterator[Open]:
    workers = []

    def ask(do: str, content: Any, seconds: float) -> Any:
        workers.append(sandbox.spawn(Limits(seconds=seconds)))
        workers[-1].limit(seconds)
        return workers[-1].request(do, content, {})

    def open_one(text: str, *changes: tuple[str, str], seconds: float = SECONDS) -> RemoteFramework:
        files = {"__init__.py": "from . import nn", "nn.py": changed(text, changes)}
        rows = ask("compile", {path: np.frombuffer(data.encode(), np.uint8) for path, data in files.items()}, SECONDS)
        ask("load", packed([*row, []] for row in rows), seconds)
        return RemoteFramework(workers[-1])

    sandbox.load_all()
    try:
        yield open_one
    finally:
        for worker in workers:
            worker.end()


SIDES = {"here": here, "there": there}
