"""A time limit for code of the course's own that may never end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class Overtime(Exception):
    """The time was used up."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `Overtime` in the block once it has used so much processor time.

    Does nothing if the system has no such timers, or outside the main thread.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(*_: object) -> NoReturn:
    raise Overtime
