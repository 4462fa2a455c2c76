"""Why did this check fail? Which misconception, which slip, or at least what the wrong answer looks like.

evidence       when two failures have the same cause
cause          what can explain a failure: misconceptions, or a slip; and how it is told
epsilons       one misconception with other small numbers in it
theory         one misconception, or two at once; how it fits what one check saw
suspects       what a failure may come from
clues          what was found out about one failed check
trials         checks run again with a theory
component      which theories fit all that was seen in a component
weighing       whether a cause may be named, by what was seen in the other components
investigation  the search for the causes of all failures of a submission, in the time there is
verdict        from the clues of all checks of a submission to one diagnosis for each

A failed check is run again, in this process and on the reference with one misconception in it. If that fails in the
same way, and no other check of the component speaks against it, the misconception explains the failure. If none does,
every slip that a machine can make in the reference is tried. Nothing of this asks the student's code again.
"""

from grader.diagnosis.clues import Clues
from grader.diagnosis.investigation import Investigation
from grader.diagnosis.suspects import Suspects
from grader.diagnosis.verdict import diagnosed

__all__ = ["Clues", "Investigation", "Suspects", "diagnosed"]
