"""A unittest suite written for gradescope-utils, run as it is: nothing of it has to be rewritten, and no test of it gets lost.

Student code and suite share a process here, so a student who wants to can read the suite and forge its results: what our own checks exclude
(see SECURITY.md), no suite can. It runs as a user of its own and without a network, which keeps it from everything else.

listing  which tests there are, read without running anything
walls    a system call filter that refuses the network
inside   the program that runs the suite; knows nothing of the grader
run      starts it, and again where it died
report   what it said, as a report in which every test has a result
"""
