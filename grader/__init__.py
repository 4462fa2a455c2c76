"""The autograder of a course in which students build their own neural-network framework.

Rooms, from the ground up; each imports only from rooms above it in this list:
package, result, portable, documents, policy, compare, patterns, picture, gradcheck, calls, operators, callbacks,
authored, ahead, isolation, assignment, recordings, submission, provenance, checks, student, preparation, workers,
diagnosis, grading, formats, gradescope, cohort, suite, figures, release, audit, commands, cli.
"""
