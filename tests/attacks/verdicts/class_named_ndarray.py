"""A class named ndarray in a module named numpy, as if it were an array that was kept. Seen to fail: no points."""


class ndarray:  # noqa: N801
    __module__ = "numpy"

    def __eq__(self, _other):
        return True

    __hash__ = None


class Wave:
    def __init__(self, k):
        pass

    def forward(self, _x):
        return ndarray()
