"""A class with a million methods to be described. Seen to fail: every check has a result, in time."""

SPOILS = True  # by the time that it takes

Answer = type("Answer", (), {f"method_{n}_{'x' * 50}": len for n in range(10**5)})


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return Answer()
