"""Is the course itself right? Laws that every assignment has to keep. Running the checks proves each of them.

1  The reference passes every check, over many seeds, and once more in a worker, as submissions are run.
2  The untouched template earns exactly nothing: every check fails, and with the stub's own NotImplementedError. Neither
   does a framework earn anything that gives zeros, NaN, its input or noise, each in the right shape, except where its
   input is right; nor, in a check that asks for a gradient, one with the right forward and ones for gradients.
3  Each misconception of the bank fails the checks that it lists, and none of a component that it does not list.
4  Each check is failed by at least one misconception.
5  Each mutant is failed by a check or listed with a reason. A mutant is the solution, or a right variant, with one
   small edit made by a machine.
6  Each misconception is diagnosed as itself. Right answers written in other ways lose no point.
7  What is documented is asked for: options, each and in pairs, shapes, errors, groups that differ. Fine print is a
   small share of the points.
8  A misconception that is left out of the bank is not taken for another one.

tasks          pieces of work that run in processes of their own, and whose results are kept
bench          one session of pytest that runs checks on many packages
solution       laws 1 and 2
worthless      law 2: frameworks of `falsehoods`, made by `falsifying`; `effects` finds what a call has changed
bank           laws 3 and 4
mutation       law 5
diagnosing     what is told of entries of the bank, for laws 6 and 8
naming         law 6: diagnoses, of one entry and of two at once
right_answers  law 6: variants
coverage       law 7; `watching` notes what checks do to a package, `reached` notes errors, `shapes` reads the handout's
proportion     law 7: fine print; and what each misconception costs
leaving_out    law 8
reasons        what a law finds and should not be mended
listing        which checks there are
table          every check beside what fails it
"""

from grader.audit.finding import Finding
from grader.audit.laws import LAWS, Settings, audit
from grader.audit.running import run_in_process, submission_of

__all__ = ["LAWS", "Finding", "Settings", "audit", "run_in_process", "submission_of"]
