"""Returns a generator that could decide later what it gives. Seen to fail: no points."""


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return (value for value in x)

    def parts(self, x):
        yield x
        yield x
