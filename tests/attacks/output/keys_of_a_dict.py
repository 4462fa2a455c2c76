"""Answers with a dict whose keys are texts with commands. Seen to fail: no report has them."""


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return {"\n::error::@MARK@\x1b[2J": 1, "\ud800": 2, -5: 3}

    def parts(self, x):
        return "\n@MARK@\n::error::@MARK@\x1b[2J" * 1000
