"""Measures one cold `grader grade` from inside: a clock around imports and the functions of each stage.

stages.py starts it. It imports next to nothing.

STAGES_RESULT=FILE STAGES_STARTED=SECONDS python stage_clock.py ARGUMENTS OF grader...
"""

import atexit
import builtins
import os
import sys
import time
from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

ENDED = "grader.isolation.outside.sandbox:Sandbox.close"
# Stage -> the functions whose time it is, by the place where their callers look them up.
STAGES = {
    "course: read and checked": ["grader.assignment:Course.load"],
    "course: assignment.toml held to its schema": ["grader.assignment.folder:first_breach_unless_known"],
    "submission: read": ["grader.commands.grade:read_submission"],
    "reference: imported": ["grader.grading:import_reference"],
    "walls: tried out": ["grader.grading:confinement"],
    "package: put together, compiled, tried": ["grader.grading:prepare"],
    "pytest: start, collection, protocol": ["grader.checks.session:run_session"],
    "checks: found and refused": ["grader.checks.collecting:checks_of"],
    "checks: numbers here, reference, comparison": ["_pytest.python:Function.runtest"],
    "checks: workers asked for and ended": [
        "grader.workers:Workers._get_more_ready",
        "grader.isolation.outside.process:WorkerProcess.release",
    ],
    "diagnosis": [
        "grader.diagnosis:Investigation.hear_of",
        "grader.diagnosis:Investigation.explain",
        "grader.grading:diagnosed",
    ],
    "report: first and last": ["grader.commands.delivery:Delivery.begin", "grader.commands.delivery:Delivery.finish"],
    "fork server: started": ["grader.isolation.outside.sandbox:Sandbox.start"],
    "fork server: ended": [ENDED],
}
WAITING = ["grader.isolation.wire.frames:receive_some", "grader.isolation.wire.frames:Reader.receive"]


class Clock:
    """Wall and processor seconds of each stage of the main thread, without those inside it."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}
        self.fork_server = 0.0  # processor seconds, when it was told to end
        self._stack = ["between the stages"]
        self._thread = get_ident()
        self._last = time.monotonic(), time.thread_time()

    def switch(self) -> None:
        """Give what passed since the last switch to the present stage."""
        now = time.monotonic(), time.thread_time()
        spent = self.spent.setdefault(self._stack[-1], [0.0, 0.0])
        for i in (0, 1):
            spent[i] += now[i] - self._last[i]
        self._last = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if get_ident() != self._thread:
            yield
            return
        self.switch()
        self._stack.append(name)
        try:
            yield
        finally:
            self.switch()
            self._stack.pop()

    def waiting(self) -> str:
        """The name of the time in which the present stage waits for another process."""
        here = self._stack[-1]
        return here if here.endswith("waiting") else f"{here.partition(':')[0]}: waiting"


class Patches:
    """Puts the clock around the functions of all stages, as soon as their modules are there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._awaited = {place: name for name, places in STAGES.items() for place in places} | dict.fromkeys(
            WAITING, ""
        )

    def apply(self) -> None:
        for place, stage in list(self._awaited.items()):
            owner, name = owner_of(place)
            if owner is not None and name in vars(owner):
                del self._awaited[place]
                setattr(owner, name, self._around(vars(owner)[name], stage, place == ENDED))

    def _around(self, function: Any, stage: str, ends: bool) -> Any:
        if isinstance(function, classmethod):
            return classmethod(self._around(function.__func__, stage, ends))

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if ends and args[0].process:
                with open(f"/proc/{args[0].process.pid}/schedstat", encoding="ascii") as file:
                    self._clock.fork_server = 1e-9 * int(file.read().split()[0])
            with self._clock.stage(stage or self._clock.waiting()):
                return function(*args, **kwargs)

        return timed


def owner_of(place: str) -> tuple[Any, str]:
    """The module or class in which a place's last name stands, None if it is not imported yet; and that name."""
    module, _, path = place.partition(":")
    *classes, name = path.split(".")
    owner = sys.modules.get(module)
    for cls in classes:
        owner = getattr(owner, cls, None)
    return owner, name


def time_imports(clock: Clock, then: Callable[[], None]) -> None:
    """Count imports by the package that is imported; `then` is called after each that brought something new."""
    plain = builtins.__import__

    def timed(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        before = len(sys.modules)
        package = (globals["__package__"] if level else name).partition(".")[0].replace("_pytest", "pytest")
        standard = package in sys.stdlib_module_names
        with clock.stage("import: standard library" if standard else f"import: {package}"):
            module = plain(name, globals, locals, fromlist, level)
        if len(sys.modules) != before:
            then()
        return module

    builtins.__import__ = timed


def main() -> None:
    """Be one cold command, and write what its stages took to the file named by the environment."""
    clock, started = Clock(), float(os.environ["STAGES_STARTED"])
    clock.spent["interpreter: started"] = [time.monotonic() - started, time.process_time()]
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    time_imports(clock, Patches(clock).apply)
    from grader.cli import program

    atexit.register(write, clock)  # so that what comes after it is the end of the interpreter
    program()


def write(clock: Clock) -> None:
    clock.switch()
    import json
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = children.ru_utime + children.ru_stime - clock.fork_server
    found = {"spent": clock.spent, "fork server": clock.fork_server, "workers": workers, "at": time.monotonic()}
    with open(os.environ["STAGES_RESULT"], "w", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main()
