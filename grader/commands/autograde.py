"""`grader autograde`: what Gradescope's run_autograder does."""

import os
import sys
import traceback
from pathlib import Path

from grader.assignment import AssignmentError
from grader.commands.output import show, write_atomically
from grader.gradescope.first import nothing_graded
from grader.gradescope.place import Place
from grader.gradescope.run import autograde, say_not_set_up
from grader.grading import UnconfinedError, quiet_environment
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import identity
from grader.policy import PolicyError


def autograde_command(root: Path, home: Path) -> None:
    """Grade the submission in HOME/submission. Exits with 2 if somebody has to look at it.

    results.json is there, whatever happens.
    """
    quiet_environment()
    identity.hide()
    place = Place(home)
    try:
        write_atomically(place.results, nothing_graded(place))
        with Sandbox().start() as sandbox:
            complete = autograde(place, root, sandbox, os.environ, write_atomically)
    except (AssignmentError, PolicyError, UnconfinedError) as error:
        say_not_set_up(place, write_atomically)
        show(f"{error}\n")  # Gradescope shows this only to instructors
        sys.exit(2)
    except Exception:  # results.json has what was found until then
        show(f"The grader itself failed. This is no fault of the submission.\n{traceback.format_exc()}")
        sys.exit(2)
    if not complete:
        show(
            "Points are withheld: the grader itself failed in some checks."
            " Please run the autograder again for this submission.\n"
        )
        sys.exit(2)
