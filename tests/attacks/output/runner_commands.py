"""Messages with workflow commands, which a runner obeys when it sees them in a log.

Seen to fail: no report has them.
"""


class Wave:
    def __init__(self, k):
        raise ValueError(
            "x\n::error file=a,line=1::@MARK@\n  ::set-output name=score::100\n##[error]@MARK@\n::stop-commands::x"
        )
