"""Writes the first results.json, before the grader imports anything large.

So the file is there, with the score of an earlier submission, whatever ends the grader later. `run_autograder` runs
this module as a program. It needs nothing but the standard library.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from grader.formats.gradescope import written
from grader.gradescope.place import NAME, Place
from grader.gradescope.results import composed
from grader.policy import Policy
from grader.result import NOT_BEGUN, nothing_yet


def nothing_graded(place: Place, notice: str = NOT_BEGUN) -> str:
    """The results of a submission that is not graded yet, or cannot be graded. A broken policy is ignored here."""
    policy = Policy()
    with suppress(Exception):
        policy = place.policy()
    return written(composed(nothing_yet(NAME, notice), policy, place.metadata(), False), False)


def main() -> None:
    """Write it as a whole, for the folder that is named on the command line."""
    place = Place(Path(sys.argv[1]))
    part = place.results.with_name(".first.json")
    part.write_text(nothing_graded(place), encoding="utf-8")
    os.replace(part, place.results)


if __name__ == "__main__":
    main()
