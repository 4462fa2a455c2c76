"""Why did this check fail? Diagnosis names a misconception or a slip, or at least what the wrong answer looks like.

evidence       when two failures have the same cause
cause          what can explain a failure (misconceptions, or a slip), and the sentences about it
epsilons       one misconception with other small numbers in it
theory         one misconception, or two at once, and how it fits what one check saw
suspects       what a failure may come from
clues          what was found out about one failed check
trials         runs checks again with a theory
component      which theories fit all that was seen in a component
investigation  the search for the causes of all failures of a submission, in the time there is
verdict        turns the clues of all checks of a submission into one diagnosis for each check
training       what a training that does not succeed looks like, by numbers that were noted while it ran

A failed check is run again in this process, on the reference with one misconception in it. If that fails in the same
way, and no other check of the component contradicts it, the misconception explains the failure. If no misconception
does, every slip is tried that a machine can make in the reference. The student's code is not run again for any of this.
"""

from grader.diagnosis.clues import Clues
from grader.diagnosis.investigation import EXPLANATION_SECONDS, Investigation
from grader.diagnosis.suspects import Suspects
from grader.diagnosis.verdict import diagnosed

__all__ = ["EXPLANATION_SECONDS", "Clues", "Investigation", "Suspects", "diagnosed"]
