"""The first results.json: written before anything large is imported, so that it is there, with an earlier score, whatever ends the grader then.

`run_autograder` runs this as a program; it needs nothing but the standard library.
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
    """The results of a submission of which nothing was graded yet, or can be; whatever is wrong with the policy is told by others."""
    policy = Policy()
    with suppress(Exception):
        policy = place.policy()
    return written(composed(nothing_yet(NAME, notice), policy, place.metadata(), False), False)


def main() -> None:
    """Write it for the folder that is named on the command line, as a whole."""
    place = Place(Path(sys.argv[1]))
    part = place.results.with_name(".first.json")
    part.write_text(nothing_graded(place), encoding="utf-8")
    os.replace(part, place.results)


if __name__ == "__main__":
    main()
