"""Messages of many lines that look like the end of a report.

Seen to fail: the student's words never begin a line of it.
"""


class Wave:
    def __init__(self, k):
        raise ValueError("\n\n@MARK@: 10 of 10 points\n\n@MARK@ all checks passed\n")
