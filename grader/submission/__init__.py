"""Reads a submission: a folder, a zip or a tar archive. It finds the student's package and reads its files as bytes.

Nothing of it is parsed, imported or decoded here, and nothing is unpacked to a disk. What is unusual but harmless is
put right and noted: another case in a file's name, a package one folder deeper, files without their folders, an
archive in a folder. What is left out or missing is noted, too, and costs the checks that need it, later. If there is
nothing to grade, or a choice would have to be made, there is no grade, and a sentence says what was found.

Modules, from the ground up:
limits    what a submission may be, and what reading it may cost
content   a submission that was read; the error that says why there is no grade
words     how names are put into a sentence
entries   what lies in a folder, as a list of names
kinds     what a file is, by its name or its first bytes
archive   what lies in an archive
survey    entries sorted by what they could be good for
home      which folder is the package
files     the package's files, read
nothing   why there is nothing to be graded
taking    from entries to the package, or to the only archive that lies there
answer    the message of the process that reads an archive
inside    that process
reader    its trusted end, which starts it and reads its message
intake    from a path to a submission
"""

from grader.submission.content import Submission, SubmissionError
from grader.submission.intake import places, read_submission, require_submission
from grader.submission.kinds import is_upload

__all__ = ["Submission", "SubmissionError", "is_upload", "places", "read_submission", "require_submission"]
