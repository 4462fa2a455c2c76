"""Is the course itself right? Laws that every assignment has to keep, each proved by running the checks.

1  The reference passes every check, over many seeds, and once more in a worker as submissions are run.
2  The untouched template earns exactly nothing: every check fails, and for the stub's own NotImplementedError. Neither
   does a framework that gives zeros, NaN, its input or noise, each in the right shape, but where its input is right.
3  Each misconception of the bank fails the checks that it lists, and none of a component that it does not list.
4  Each check is failed by at least one misconception.
5  Each mutant of the solution, one small edit made by a machine, is failed by a check or listed with a reason; so it is
   with mutants of right variants.
6  Each misconception is diagnosed as itself, and right answers written in other ways lose no point.
7  What is documented is asked: options, each and in pairs, shapes, errors, groups that differ. Fine print is a small
   share of the points.
8  A misconception that is left out of the bank is not taken for another one.

tasks          pieces of work that run in processes of their own, and whose results are kept
bench          one session of pytest for many packages
solution       laws 1 and 2
worthless      law 2, frameworks of `falsehoods`, made by `falsifying`; `effects` are what a call has changed
bank           laws 3 and 4
mutation       law 5
naming         law 6, diagnoses
right_answers  law 6, variants
coverage       law 7, with `watching`, what checks do to a package, `reached`, errors, and `shapes` of the handout
proportion     law 7, fine print; and what each misconception costs
leaving_out    law 8
reasons        what a law finds and should not be mended
listing        which checks there are
table          every check beside what fails it
"""

from grader.audit.finding import Finding
from grader.audit.laws import LAWS, Settings, audit
from grader.audit.running import run_in_process, submission_of

__all__ = ["LAWS", "Finding", "Settings", "audit", "run_in_process", "submission_of"]
