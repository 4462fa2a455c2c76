"""Answers with numbers that JSON does not have, and texts that look like JSON. Seen to fail: every report is valid."""


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return float("nan")

    def parts(self, x):
        raise ValueError('"}], "score": 100, "tests": [{"score": 100}]}' + "\\u0000\\ud800")
