"""A time limit for a check on a student's own machine, on every system that has Python.

It counts the processor's time, so a check does not fail because the machine is busy, or a debugger is waiting.
"""

import _thread
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

OFTEN = 0.1  # seconds between two looks at the clock


class TimeIsUpError(AssertionError):
    """A check computed for longer than it may. `kind` says so in a sentence without values, as that of `Mismatch`."""

    kind = "The check took too long."


@contextmanager
def limited(seconds: float, folder: Path) -> Iterator[None]:
    """Interrupt what runs inside if it computes for longer than this.

    Python can only be interrupted between two of its own instructions, so a single long call of NumPy ends first.

    Args:
        seconds: of processor time, and of the clock's, too, as NumPy may use several processors.
        folder: the student's package. The error says where in it the code was.

    Raises:
        TimeIsUpError: instead of the KeyboardInterrupt that ends it.
    """
    over, up = threading.Event(), threading.Event()
    watch = threading.Thread(target=_interrupt, args=(seconds, over, up), daemon=True)
    watch.start()
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if not up.is_set():
            raise
        raise TimeIsUpError(_told(seconds, interrupt.__traceback__, folder)) from None
    finally:
        over.set()
        with _late(up):
            watch.join()
            time.sleep(0)  # what it has sent arrives before this returns


@contextmanager
def _late(up: threading.Event) -> Iterator[None]:
    """Suppress an interruption that comes when the check has just ended."""
    try:
        yield
    except KeyboardInterrupt:
        if not up.is_set():
            raise


def _interrupt(seconds: float, over: threading.Event, up: threading.Event) -> None:
    computed, began = time.process_time(), time.monotonic()
    while not over.wait(OFTEN):
        if min(time.process_time() - computed, time.monotonic() - began) > seconds:
            up.set()
            _thread.interrupt_main()
            return


def _told(seconds: float, trace: TracebackType | None, folder: Path) -> str:
    said = f"it was still computing after {seconds:g} seconds"
    frames = [frame for frame in traceback.extract_tb(trace) if Path(frame.filename).is_relative_to(folder)]
    if not frames:
        return said
    last = frames[-1]
    place = Path(last.filename).relative_to(folder.parent).as_posix()
    return f"{said}, at {place}:{last.lineno}, in {last.name}\n    {last.line}"
