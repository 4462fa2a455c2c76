"""Runs attacks as submissions and finds out, without asking them, what they achieved.

attack          one attack's file: read by its syntax tree, never executed here
arena           the attacked course, and canaries that show what was reached
findings        from what was seen to sentences: an empty list means that the attack was contained
grading_server  the grader under attack: the code path of real gradings, in a process that may die
unconfined      the same attack beside its test in one process, as ordinary graders run it: the positive control
configurations  root, root as in Docker, ordinary user; each with and without Landlock
gauntlet        one attack after the other, in one configuration
parallel        the same on several graders
table           what is published
"""
