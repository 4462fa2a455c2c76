"""The grader itself ended at random moments, by a signal of any kind or by its deadline."""

import random
import signal
import tempfile
import time
from pathlib import Path

from tests.faults.material import Tally, make_course
from tests.faults.watch import Run

SIGNALS = {
    "killed": signal.SIGKILL,
    "terminated": signal.SIGTERM,
    "hung up on": signal.SIGHUP,
    "interrupted": signal.SIGINT,
}
WHILE_IT_STARTS = 0.15  # this share of the moments lies before the first check


def interrupt(how: str, wanted: int, seed: int = 4) -> Tally:
    """Mostly while the checks run and the results are being written, at times before."""
    tally, rng = Tally(f"grader {how}"), random.Random(f"{how} {seed}")
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder))
        (place := Path(folder) / "results").mkdir()
        while tally.injected < wanted:
            run = Run(course, course / "reference", place)
            if rng.random() > WHILE_IT_STARTS:
                run.until(lambda found: found["tests"])
            pause = time.monotonic() + rng.uniform(0, 0.5)
            run.until(lambda _found, pause=pause: time.monotonic() > pause)
            if run.process.poll() is None:
                run.process.send_signal(SIGNALS[how])
                found = run.finish()
                tally.add(1, not run.problems, run.lost(found))
            else:  # it ended by itself before, which has to have been a whole grading
                tally.survived -= bool(run.problems or run.process.returncode)
    return tally
