"""Says what the hidden check gave it. Seen to fail: its words are not shown with hidden checks."""


class Wave:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        raise ValueError(f"@MARK@ {self.k} {x!r}")

    def parts(self, x):
        raise AssertionError(f"@MARK@ {x!r}")
