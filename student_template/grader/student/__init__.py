"""What `check.py` of the student template does, on a student's machine: the standard library, NumPy and pytest suffice.

`main` reads the command line. Of the others each has one job: `course` knows what there is, `source` reads the
student's files, `handout` the handouts; `recording` and `debugging` are plugins of pytest, which `running` starts.
"""


class Refused(Exception):
    """What was asked for cannot be done. The text is a sentence for the student."""
