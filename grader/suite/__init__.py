"""Runs a unittest suite that was written for gradescope-utils.

Nothing in the suite has to be rewritten, and every test of it is in the report. The suite shares a process with student
code. So a student who wants to can read the suite and forge its results. Our own checks exclude that (see SECURITY.md);
no suite can. The suite runs as a user of its own and without a network, which protects everything else.

listing  which tests there are, found without running anything
walls    a system call filter that refuses the network
inside   the program that runs the suite; it imports nothing of the grader
run      starts that program, and starts it again where it died
report   turns what it said into a report in which every test has a result
"""
